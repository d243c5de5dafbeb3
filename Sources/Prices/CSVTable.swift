import Datasets
import Platform

/// A table of texts from a CSV file (RFC 4180): fields separated by commas, one record a line, the first with names.
///
/// - A field in quotes may contain commas, line breaks, and quotes written twice. Quotes anywhere else are an error.
/// - Lines end in CRLF, LF or CR; the last line needs no end. Every record has as many fields as there are names.
/// - The text is UTF-8, with or without a byte order mark, raw or compressed with gzip.
/// - Records whose fields are all blank and without quotes are skipped: empty lines, and the `,,,` that spreadsheets
///   append.
/// - Names are trimmed of spaces and must differ also without regard to case. Fields are not changed.
package struct CSVTable: Sendable {
    package let path: String
    /// The names of the columns, in their order.
    package let columns: [String]
    /// The content of all fields, without quotes.
    private let text: [UInt8]
    /// All fields, row by row.
    private let fields: [CSVField]
    /// The line with the names of the columns.
    let headerLine: Int

    /// The longest name of a column, in bytes.
    private static let longestName = 256

    /// Reads the file at `path`, raw or gzip, as its first bytes tell.
    ///
    /// - Throws: `DatasetError` if there is no such file, if it cannot be read, or if it is not such a table with
    ///   at least one row.
    package init(path: String) throws(DatasetError) {
        try self.init(InputFile.content(ofFile: path, expecting: "a CSV file"))
    }

    private init(_ source: some ByteSource) throws(DatasetError) {
        try self.init(text: source.readText(), path: source.path)
    }

    /// Reads a table from the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: The content of the file, not compressed, fewer than 2³¹ bytes.
    ///   - path: The path of the file, for errors.
    /// - Throws: `DatasetError.invalid`.
    package init(_ bytes: [UInt8], path: String) throws(DatasetError) {
        precondition(
            bytes.count <= Int32.max, "bytes: expected at most \(Int32.max), received \(bytes.count)")
        if let offset = bytes.firstIndex(where: \.isControl) {
            throw .invalid(
                file: path, problem: .notCSV, at: .byte(offset), expected: "text",
                found: bytes[offset].controlName)
        }
        try self.init(text: bytes, path: path)
    }

    private init(text bytes: [UInt8], path: String) throws(DatasetError) {
        var parser = CSVParser(bytes, path: path)
        guard let header = try parser.nextRecord() else {
            throw .invalid(
                file: path, problem: .noRows, at: .line(1), expected: "the names of the columns",
                found: bytes.isEmpty ? "an empty file" : "blank lines only")
        }
        // Before they become text: characters of many combining marks take a time that grows with the square of a name.
        for (index, field) in header.fields.enumerated() where field.range.count > Self.longestName {
            throw .invalid(
                file: path, problem: .nameTooLong,
                at: .field(line: Int(field.line), column: index + 1, name: ""),
                expected: "at most \(Self.longestName) bytes", found: "\(field.range.count)")
        }
        let names = header.fields.map { parser.string($0).trimmed }
        try Self.checkUnique(names, of: header, path: path)
        parser.columns = names
        var fields: [CSVField] = []
        while let record = try parser.nextRecord() {
            guard record.fields.count == names.count else {
                throw .invalid(
                    file: path, problem: .fieldCount, at: .line(record.line),
                    expected: "\(names.count), as many as there are columns", found: "\(record.fields.count)")
            }
            fields += record.fields
        }
        guard !fields.isEmpty else {
            throw .invalid(
                file: path, problem: .noRows, at: .line(parser.line), expected: "at least one row",
                found: "the end after the names of the columns")
        }
        self.path = path
        self.fields = fields
        columns = names
        headerLine = header.line
        text = parser.text
    }

    /// The number of rows.
    package var count: Int { fields.count / columns.count }

    /// The text of a field, without its quotes.
    package subscript(row: Int, column: Int) -> String {
        let range = field(row, column).range
        return String(decoding: text[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
    }

    /// The line of the file at which a field begins, from 1.
    package func line(row: Int, column: Int) -> Int {
        Int(field(row, column).line)
    }

    /// The index of the column with this name, without regard to case; nil if there is none.
    package func index(ofColumn name: String) -> Int? {
        let wanted = name.trimmed.lowercased()
        return columns.firstIndex { $0.lowercased() == wanted }
    }

    private func field(_ row: Int, _ column: Int) -> CSVField {
        precondition(
            row >= 0 && row < count && columns.indices.contains(column),
            "field: expected a place in \(count) x \(columns.count), received (\(row), \(column))")
        return fields[row * columns.count + column]
    }

    /// The error for an invalid field.
    package func invalid(
        _ problem: DatasetError.Problem, row: Int, column: Int, expected: String, found: String? = nil
    ) -> DatasetError {
        .invalid(
            file: path, problem: problem,
            at: .field(line: line(row: row, column: column), column: column + 1, name: columns[column]),
            expected: expected, found: found ?? self[row, column].quoted(atMost: 40))
    }

    private static func checkUnique(_ names: [String], of header: CSVRecord, path: String)
        throws(DatasetError)
    {
        var seen: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            if let first = seen.updateValue(index, forKey: name.lowercased()) {
                throw .invalid(
                    file: path, problem: .duplicateColumn,
                    at: .field(line: Int(header.fields[index].line), column: index + 1, name: name),
                    expected: "names that differ, also without regard to case",
                    found: "\(name.quoted(atMost: 40)), like column \(first + 1)")
            }
        }
    }
}

extension ByteSource {
    /// All bytes, which must be text: without control characters except tabs and line ends.
    ///
    /// A file that unpacks to more than `limit` bytes is refused before all of them are in memory.
    func readText(limit: Int = 1 << 30) throws(DatasetError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let piece = try readBytes(1 << 20)
            if let offset = piece.firstIndex(where: \.isControl) {
                throw invalid(
                    .notCSV, at: bytes.count + offset, expected: "text", found: piece[offset].controlName)
            }
            bytes += piece
            if bytes.count > limit {
                throw invalid(
                    .oversized, at: limit, expected: "at most \(limit) bytes of text", found: "more")
            }
            if piece.count < 1 << 20 { return bytes }
        }
    }
}

extension UInt8 {
    /// Whether the byte is a control character that text does not contain.
    fileprivate var isControl: Bool {
        (self < 0x20 && self != 0x09 && self != 0x0A && self != 0x0D) || self == 0x7F
    }

    /// The description of a control character, for errors.
    fileprivate var controlName: String { "the control character \(hexadecimal(digits: 2))" }
}
