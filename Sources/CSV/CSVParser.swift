import Datasets
import Platform

/// A field of a CSV file: the range of its content in the parser's text, and the line of the file at which it begins.
struct CSVField: Sendable {
    let range: Range<Int32>
    let line: Int32
    let isQuoted: Bool
}

/// Divides the bytes of a CSV file into records, strictly by RFC 4180 except for the separator.
struct CSVParser {
    /// The bytes of the file, followed by the content of the fields that contain doubled quotes.
    private(set) var text: [UInt8]
    /// The current line, from 1.
    private(set) var line: Int
    /// The names of the columns, for errors; empty until they are known.
    var columns: [String] = []

    /// The maximum number of columns, so that a file without line ends is rejected at once.
    private static let mostColumns = 10_000

    private let path: String
    let separator: CSVSeparator
    private var position: Int
    /// The end of the file in `text`.
    private let end: Int

    private static let quote = UInt8(ascii: "\"")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")

    /// - Parameters:
    ///   - bytes: The content of the file, at most 2³⁰ bytes.
    ///   - path: The path of the file, for errors.
    ///   - beginning: The separator, and the place of the first record.
    init(_ bytes: [UInt8], path: String, from beginning: CSVBeginning) {
        text = bytes
        end = bytes.count
        self.path = path
        position = beginning.offset
        line = beginning.line
        separator = beginning.separator
    }

    /// Appends the fields of the next record that is not blank, and returns the line at which it begins; nil at the end.
    ///
    /// - Parameter keepingBlanks: Whether a blank record of several fields is returned too.
    mutating func nextRecord(
        _ fields: inout [CSVField], keepingBlanks: Bool = false
    ) throws(DatasetError) -> Int? {
        let start = fields.count
        while position < end {
            let first = line
            try record(&fields)
            if keepingBlanks && fields.count - start > 1 || !fields[start...].allSatisfy(isBlank) {
                return first
            }
            fields.removeSubrange(start...)
        }
        return nil
    }

    func string(_ field: CSVField) -> String {
        String(decoding: content(field), as: UTF8.self)
    }

    /// Returns whether a record has text only in its first field, and that is a word without digits: the name of a
    /// table's first column below names of two levels.
    func isIndexName(_ record: ArraySlice<CSVField>) -> Bool {
        let name = content(record.first!)
        return record.count > 1 && record.dropFirst().allSatisfy(isBlank)
            && name.contains { $0 > 0x40 } && !name.contains { (0x30...0x39).contains($0) }
    }

    func isBlank(_ field: CSVField) -> Bool {
        !field.isQuoted && content(field).allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    private func content(_ field: CSVField) -> ArraySlice<UInt8> {
        text[Int(field.range.lowerBound)..<Int(field.range.upperBound)]
    }

    private mutating func record(_ fields: inout [CSVField]) throws(DatasetError) {
        let (start, first) = (fields.count, line)
        if separator == .blanks { passBlanks() }
        // Tables in Markdown have a bar at both ends of a line.
        let isFramed = separator == .bar && position < end && text[position] == separator.rawValue
        if isFramed { position += 1 }
        while true {
            guard fields.count - start < Self.mostColumns else {
                throw .invalid(
                    file: path, problem: .tooManyColumns, at: .line(first),
                    expected: "at most \(Self.mostColumns)",
                    found: "more")
            }
            fields.append(try field(column: fields.count - start))
            if separator == .blanks { passBlanks() }
            if position == end || text[position] == Self.lineFeed || text[position] == Self.carriageReturn {
                if isFramed, fields.count - start > 1, isBlank(fields[fields.count - 1]) {
                    fields.removeLast()
                }
                if position < end { passLineEnd() }
                return
            }
            if separator != .blanks { position += 1 }
        }
    }

    private mutating func passBlanks() {
        while position < end, text[position] == 0x20 || text[position] == 0x09 { position += 1 }
    }

    /// Reads one field. Afterwards the position is at the separator or the line end after it, or at the end of the file.
    private mutating func field(column: Int) throws(DatasetError) -> CSVField {
        let startLine = line
        let isQuoted = position < end && text[position] == Self.quote
        let range = isQuoted ? try quotedRange(column: column) : try plainRange(column: column)
        let content = text[range]
        if content.contains(where: { $0 >= 0x80 }), String(validating: content, as: UTF8.self) == nil {
            throw invalid(
                .invalidUTF8, line: startLine, column: column, expected: "text in UTF-8",
                found: String(decoding: content, as: UTF8.self).quoted(atMost: 40))
        }
        return CSVField(
            range: Int32(range.lowerBound)..<Int32(range.upperBound), line: Int32(startLine),
            isQuoted: isQuoted)
    }

    private mutating func plainRange(column: Int) throws(DatasetError) -> Range<Int> {
        let start = position
        while position < end, !separator.ends(text[position]) {
            guard text[position] != Self.quote else {
                throw invalid(
                    .strayQuote, line: line, column: column,
                    expected: "quotes around the whole field or none",
                    found: restOfField(from: start).quoted(atMost: 40))
            }
            position += 1
        }
        return start..<position
    }

    private mutating func quotedRange(column: Int) throws(DatasetError) -> Range<Int> {
        let (start, startLine) = (position, line)
        var hasQuotes = false
        position += 1
        while position < end {
            let byte = text[position]
            if byte == Self.quote {
                position += 1
                if position == end || separator.ends(text[position]) {
                    let range = start + 1..<position - 1
                    return hasQuotes ? withSingleQuotes(range) : range
                }
                guard text[position] == Self.quote else {
                    throw invalid(
                        .textAfterQuote, line: line, column: column,
                        expected: "\(separator.name) or the end of the line",
                        found: restOfField(from: position).quoted(atMost: 40))
                }
                hasQuotes = true
            } else if byte == Self.lineFeed || (byte == Self.carriageReturn && !isFollowedByLineFeed) {
                line += 1
            }
            position += 1
        }
        throw invalid(
            .unclosedQuote, line: startLine, column: column, expected: "a closing quote before the end",
            found: restOfField(from: start).quoted(atMost: 40))
    }

    /// Appends the content of a field, with each doubled quote replaced by one.
    private mutating func withSingleQuotes(_ range: Range<Int>) -> Range<Int> {
        let start = text.count
        var isSecond = false
        for index in range {
            isSecond = text[index] == Self.quote && !isSecond
            if text[index] != Self.quote || isSecond { text.append(text[index]) }
        }
        return start..<text.count
    }

    private mutating func passLineEnd() {
        position += text[position] == Self.carriageReturn && isFollowedByLineFeed ? 2 : 1
        line += 1
    }

    private var isFollowedByLineFeed: Bool {
        position + 1 < end && text[position + 1] == Self.lineFeed
    }

    /// Returns the rest of a field as it is in the file, for errors.
    private func restOfField(from start: Int) -> String {
        String(decoding: text[start..<end].prefix { !separator.ends($0) }, as: UTF8.self)
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
