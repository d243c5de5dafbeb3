import Datasets
import Platform

/// A table of texts from a CSV file (RFC 4180): fields separated by commas, semicolons or tabs, one record a line, the
/// first with names.
///
/// - The separator is the one that the line of the names has most often.
/// - A field in quotes may contain separators, line breaks, and quotes written twice. Quotes anywhere else are an error.
/// - Lines end in CRLF, LF or CR; the last line needs no end. Every record has as many fields as there are names.
/// - The text is UTF-8, with or without a byte order mark, raw or compressed with gzip.
/// - Records whose fields are all blank and without quotes are skipped: empty lines, and the `,,,` that spreadsheets
///   append.
/// - Names are trimmed of spaces and must differ also without regard to case. Fields are not changed.
/// - Names of two levels, as pandas writes them, are two lines of names and a third with the name of the first column
///   alone.
package struct CSVTable: Sendable {
    package let path: String
    /// The names of the columns, in their order; names of two levels with a space between them.
    package let columns: [String]
    /// The names of each level: one list, or two if the file has names of two levels.
    let levels: [[String]]
    /// The content of all fields, without quotes.
    private let text: [UInt8]
    /// All fields, row by row.
    private let fields: [CSVField]
    /// The line with the names of the columns.
    let headerLine: Int
    let separator: CSVSeparator

    /// How much memory a table takes at most, in sizes of its file: a field of one digit and a comma takes a place of 16
    /// bytes in a list that grows, and becomes a number.
    private static let mostCopies = 40.0

    /// The longest name of a column, in bytes.
    private static let longestName = 256

    /// Reads the file at `path`, raw or gzip, as its first bytes tell.
    ///
    /// - Throws: `DatasetError` if there is no such file, if it cannot be read, or if it is not such a table with
    ///   at least one row.
    package init(path: String) throws(DatasetError) {
        let source = try InputFile.content(ofFile: path, expecting: "a CSV file")
        if case .exactly(let size) = source.contentLimit {
            do throws(MemoryShortage) {
                try MemoryShortage.check(Self.mostCopies * Double(size), for: path)
            } catch {
                throw .noMemory(file: path, bytes: size)
            }
        }
        try self.init(source)
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
        if let problem = bytes.textProblem(from: 0) {
            throw .invalid(
                file: path, problem: problem.problem, at: .byte(problem.offset), expected: problem.expected,
                found: problem.found)
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
        try Self.checkLengths(of: header, path: path)
        let names = header.fields.map { parser.string($0).trimmed }
        parser.columns = names
        var fields: [CSVField] = []
        var first: [CSVRecord] = []
        var levels = [names]
        while let record = try parser.nextRecord() {
            guard record.fields.count == names.count else {
                throw .invalid(
                    file: path, problem: .fieldCount, at: .line(record.line),
                    expected: "\(names.count), as many as there are columns", found: "\(record.fields.count)")
            }
            fields += record.fields
            if first.count < 2 {
                first.append(record)
                if first.count == 2, parser.isIndexName(record) {
                    try Self.checkLengths(of: first[0], path: path)
                    levels = Self.levels(names, first.map { $0.fields.map { parser.string($0).trimmed } })
                    fields = []
                }
            }
        }
        columns = (0..<names.count).map { column in
            column == 0
                ? levels[0][0]
                : levels.map { $0[column] }.filter { !$0.isEmpty }.joined(separator: " ")
        }
        try Self.checkUnique(columns, of: header, path: path)
        guard !fields.isEmpty else {
            throw .invalid(
                file: path, problem: .noRows, at: .line(parser.line), expected: "at least one row",
                found: "the end after the names of the columns")
        }
        self.path = path
        self.levels = levels
        self.fields = fields
        headerLine = header.line
        separator = parser.separator
        text = parser.text
    }

    /// Two levels of names, whose first column has the name of the line after them.
    private static func levels(_ names: [String], _ lines: [[String]]) -> [[String]] {
        [names, lines[0]].map { [lines[1][0]] + $0.dropFirst() }
    }

    /// Checks names before they become text: characters of many combining marks take a time that grows with the square
    /// of a name.
    private static func checkLengths(of header: CSVRecord, path: String) throws(DatasetError) {
        for (index, field) in header.fields.enumerated() where field.range.count > longestName {
            throw .invalid(
                file: path, problem: .nameTooLong,
                at: .field(line: Int(field.line), column: index + 1, name: ""),
                expected: "at most \(longestName) bytes", found: "\(field.range.count)")
        }
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
            if let problem = piece.textProblem(from: bytes.count) {
                throw invalid(
                    problem.problem, at: problem.offset, expected: problem.expected, found: problem.found)
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

extension [UInt8] {
    /// Why these bytes are no text; nil if they are.
    ///
    /// - Parameter start: Their offset in the file.
    fileprivate func textProblem(
        from start: Int
    ) -> (problem: DatasetError.Problem, offset: Int, expected: String, found: String)? {
        if start == 0 {
            if let foreign = ForeignContent.recognise(self) {
                return (.foreign(foreign), 0, "a CSV file", foreign.name)
            }
            if let kind = Self.beginnings.first(where: { self.starts(with: $0.bytes) }) {
                return (.notCSV, 0, "text", kind.name)
            }
        }
        guard let offset = firstIndex(where: \.isControl) else { return nil }
        return (.notCSV, start + offset, "text", self[offset].controlName)
    }

    /// The first bytes of files that are no text, or none in UTF-8.
    private static let beginnings: [(bytes: [UInt8], name: String)] = [
        ([0xFF, 0xFE], "UTF-16"), ([0xFE, 0xFF], "UTF-16"),
        ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive or an Excel workbook"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an Excel workbook"),
        (Array("%PDF-".utf8), "a PDF"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd data"),
        (Array("PAR1".utf8), "a Parquet file"),
    ]
}

extension UInt8 {
    /// Whether the byte is a control character that text does not contain.
    fileprivate var isControl: Bool {
        (self < 0x20 && self != 0x09 && self != 0x0A && self != 0x0D) || self == 0x7F
    }

    /// The description of a control character, for errors.
    fileprivate var controlName: String { "the control character \(hexadecimal(digits: 2))" }
}
