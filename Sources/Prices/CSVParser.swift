import Datasets
import Platform

/// One field of a CSV file: the range of its content in the parser's text, and the line of the file at which it begins.
struct CSVField: Sendable {
    let range: Range<Int32>
    let line: Int32
    let isQuoted: Bool
}

/// The fields of one line, or of several lines if a quoted field contains line breaks.
struct CSVRecord {
    let line: Int
    var fields: [CSVField] = []
}

/// Divides the bytes of a CSV file into records, strictly by RFC 4180 but for the separator.
struct CSVParser {
    /// The content of all fields so far, without quotes.
    private(set) var text: [UInt8] = []
    /// The current line, from 1.
    private(set) var line = 1
    /// The names of the columns, for errors; empty until they are known.
    var columns: [String] = []

    /// The greatest number of columns, so that a file without line ends is refused at once.
    private static let mostColumns = 10_000

    private let bytes: [UInt8]
    private let path: String
    let separator: CSVSeparator
    private var position = 0

    private static let quote = UInt8(ascii: "\"")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")

    /// - Parameters:
    ///   - bytes: The content of the file, fewer than 2³¹ bytes.
    ///   - path: The path of the file, for errors.
    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        position = start
        separator = CSVSeparator(of: bytes[start...])
        text.reserveCapacity(bytes.count)
    }

    /// The next record that is not blank; nil at the end.
    mutating func nextRecord() throws(DatasetError) -> CSVRecord? {
        while position < bytes.count {
            let record = try record()
            if !record.fields.allSatisfy(isBlank) { return record }
        }
        return nil
    }

    func string(_ field: CSVField) -> String {
        String(decoding: content(field), as: UTF8.self)
    }

    /// Whether a record has text in its first field alone, a word without digits: the name of a table's first column
    /// below names of two levels.
    func isIndexName(_ record: CSVRecord) -> Bool {
        let name = content(record.fields[0])
        return record.fields.count > 1 && record.fields.dropFirst().allSatisfy(isBlank)
            && name.contains { $0 > 0x40 } && !name.contains { (0x30...0x39).contains($0) }
    }

    private func content(_ field: CSVField) -> ArraySlice<UInt8> {
        text[Int(field.range.lowerBound)..<Int(field.range.upperBound)]
    }

    private func isBlank(_ field: CSVField) -> Bool {
        !field.isQuoted && content(field).allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    private mutating func record() throws(DatasetError) -> CSVRecord {
        var record = CSVRecord(line: line)
        while true {
            guard record.fields.count < Self.mostColumns else {
                throw .invalid(
                    file: path, problem: .tooManyColumns, at: .line(line),
                    expected: "at most \(Self.mostColumns)",
                    found: "more")
            }
            record.fields.append(try field(column: record.fields.count))
            if position == bytes.count { return record }
            if bytes[position] == separator.rawValue {
                position += 1
            } else {
                passLineEnd()
                return record
            }
        }
    }

    /// Reads one field. Afterwards the position is at the comma or the line end after it, or at the end of the file.
    private mutating func field(column: Int) throws(DatasetError) -> CSVField {
        let (start, startLine) = (text.count, line)
        let isQuoted = position < bytes.count && bytes[position] == Self.quote
        if isQuoted {
            try takeQuoted(column: column)
        } else {
            try takePlain(column: column)
        }
        let content = text[start...]
        if content.contains(where: { $0 >= 0x80 }), String(validating: content, as: UTF8.self) == nil {
            throw invalid(
                .invalidUTF8, line: startLine, column: column, expected: "text in UTF-8",
                found: String(decoding: content, as: UTF8.self).quoted(atMost: 40))
        }
        return CSVField(
            range: Int32(start)..<Int32(text.count), line: Int32(startLine), isQuoted: isQuoted)
    }

    private mutating func takePlain(column: Int) throws(DatasetError) {
        let start = position
        while position < bytes.count, !endsField(bytes[position]) {
            guard bytes[position] != Self.quote else {
                throw invalid(
                    .strayQuote, line: line, column: column,
                    expected: "quotes around the whole field or none",
                    found: restOfField(from: start).quoted(atMost: 40))
            }
            text.append(bytes[position])
            position += 1
        }
    }

    private mutating func takeQuoted(column: Int) throws(DatasetError) {
        let (start, startLine) = (position, line)
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            if byte == Self.quote {
                position += 1
                if position == bytes.count || endsField(bytes[position]) { return }
                guard bytes[position] == Self.quote else {
                    throw invalid(
                        .textAfterQuote, line: line, column: column,
                        expected: "\(separator.name) or the end of the line",
                        found: restOfField(from: position).quoted(atMost: 40))
                }
            } else if byte == Self.lineFeed || (byte == Self.carriageReturn && !isFollowedByLineFeed) {
                line += 1
            }
            text.append(byte)
            position += 1
        }
        throw invalid(
            .unclosedQuote, line: startLine, column: column, expected: "a closing quote before the end",
            found: restOfField(from: start).quoted(atMost: 40))
    }

    private mutating func passLineEnd() {
        position += bytes[position] == Self.carriageReturn && isFollowedByLineFeed ? 2 : 1
        line += 1
    }

    private var isFollowedByLineFeed: Bool {
        position + 1 < bytes.count && bytes[position + 1] == Self.lineFeed
    }

    private func endsField(_ byte: UInt8) -> Bool {
        byte == separator.rawValue || byte == Self.carriageReturn || byte == Self.lineFeed
    }

    /// The rest of a field as it is in the file, for errors.
    private func restOfField(from start: Int) -> String {
        let rest = bytes[start...]
        return String(
            decoding: rest.prefix(upTo: rest.firstIndex(where: endsField) ?? rest.endIndex), as: UTF8.self)
    }

    /// - Parameter column: The index of the field's column, from 0.
    private func invalid(
        _ problem: DatasetError.Problem, line: Int, column: Int, expected: String, found: String
    ) -> DatasetError {
        .invalid(
            file: path, problem: problem,
            at: .field(
                line: line, column: column + 1, name: columns.indices.contains(column) ? columns[column] : ""),
            expected: expected, found: found)
    }
}
