import Datasets
import Platform

/// A table of texts from a CSV file (RFC 4180): fields separated by commas, semicolons, tabs, vertical bars or blanks,
/// one record per line, the first with the names of the columns.
///
/// - The separator is given by a first line `sep=;`; otherwise it is the most frequent one in the line of names.
/// - Lines above the names that are not part of the table are skipped, and so are lines of words below the rows.
/// - A field in quotes may contain separators, line breaks, and quotes written twice. Quotes anywhere else are an
///   error.
/// - Lines end in CRLF, LF or CR; the last line needs no end. Every record has as many fields as there are names.
/// - The text is UTF-8, with or without a byte order mark, raw or compressed with gzip.
/// - Records whose fields are all blank and without quotes are skipped: empty lines, and the `,,,` that spreadsheets
///   append.
/// - Names are trimmed of spaces and must differ also without regard to case. Fields are not changed.
/// - Names of two levels, as pandas writes them, are two lines of names and a third line with only the name of the
///   first column.
package struct CSVTable: Sendable {
    package let path: String
    /// The names of the columns, in their order; names of two levels are joined by a space.
    package let columns: [String]
    /// The names of each level: one list, or two if the file has names of two levels.
    let levels: [[String]]
    /// The bytes to which the fields' ranges refer.
    private let text: [UInt8]
    /// All fields, row by row.
    private let fields: [CSVField]
    /// The line with the names of the columns.
    let headerLine: Int
    let separator: CSVSeparator
    /// The lines above the names.
    let titles: CSVRemarks
    /// The lines below the rows, which have a different number of fields.
    let footers: CSVRemarks
    /// The lines with a dividend or a split, which have fewer fields than a row.
    let events: CSVRemarks

    /// The maximum number of bytes that a row needs besides its fields while it is converted to prices.
    private static let bytesOfRow = 400

    /// The maximum length of a column's name, in bytes.
    private static let longestName = 256

    /// Reads the file at `path`, raw or gzip; its first bytes decide which.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - dateColumn: A name of the date column, in addition to the known ones. Such a name distinguishes the line of
    ///     names from titles.
    /// - Throws: `DatasetError` if there is no such file, if it cannot be read, or if its content is not a table with
    ///   at least one row.
    package init(path: String, dateColumn: String? = nil) throws(DatasetError) {
        let source = try InputFile.content(ofFile: path, expecting: "a CSV file", isNamed: true)
        try self.init(text: source.readText(), path: path, dateColumn: dateColumn)
    }

    /// Reads a table from the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: The content of the file, not compressed, at most 2³⁰ bytes.
    ///   - path: The path of the file, for errors.
    ///   - dateColumn: A name of the date column, in addition to the known ones.
    /// - Throws: `DatasetError.invalid`.
    package init(_ bytes: [UInt8], path: String, dateColumn: String? = nil) throws(DatasetError) {
        precondition(
            bytes.count <= 1 << 30, "bytes: expected at most \(1 << 30), received \(bytes.count)")
        if let problem = bytes.textProblem(from: 0) {
            throw .invalid(
                file: path, problem: problem.problem, at: .byte(problem.offset), expected: problem.expected,
                found: problem.found)
        }
        try self.init(text: bytes, path: path, dateColumn: dateColumn)
    }

    private init(text bytes: [UInt8], path: String, dateColumn: String?) throws(DatasetError) {
        let beginning = CSVBeginning(of: bytes) { PriceColumn.isDate($0, named: dateColumn) }
        let (fieldCount, lineCount) = beginning.sizes(of: bytes)
        let memory = MemoryLayout<CSVField>.stride * fieldCount + Self.bytesOfRow * lineCount
        guard MemoryShortage.allows(Double(memory)) else { throw .noMemory(file: path, bytes: bytes.count) }
        var parser = CSVParser(bytes, path: path, from: beginning)
        var header: [CSVField] = []
        guard let headerLine = try parser.nextRecord(&header) else {
            throw .invalid(
                file: path, problem: .noRows, at: .line(1), expected: "the names of the columns",
                found: bytes.isEmpty ? "an empty file" : "blank lines only")
        }
        try Self.checkLengths(of: header[...], path: path)
        let names = header.map { parser.string($0).trimmed }
        try Self.checkNames(names, at: headerLine, path) { PriceColumn.isDate($0, named: dateColumn) }
        parser.columns = names
        var (rows, record): ([CSVField], [CSVField]) = ([], [])
        rows.reserveCapacity(fieldCount)
        var first: [[CSVField]] = []
        var levels = [names]
        var (events, footers) = (CSVRemarks(), CSVRemarks())
        // The error is about the first line with a different number of fields, unless all lines after it have a
        // different number too.
        var unfitting: DatasetError?
        while let line = try parser.nextRecord(&record) {
            defer { record.removeAll(keepingCapacity: true) }
            if record.allSatisfy({ CSVRemarks.isRule(parser.string($0)) }) { continue }
            if record.count != names.count {
                let texts = record.prefix(100).map(parser.string)
                if record.count < names.count, let event = texts.first(where: CSVRemarks.isEvent) {
                    events.add(line, event.trimmed)
                    continue
                }
                let error = unfitting ?? Self.fieldCount(record.count, like: names, at: line, path)
                guard CSVRemarks.isRemark(texts.joined(separator: " ").trimmed) else { throw error }
                unfitting = error
                footers.add(line, texts.first { !$0.trimmed.isEmpty }!.trimmed)
                continue
            }
            if let unfitting { throw unfitting }
            rows += record
            if first.count < 2 {
                first.append(record)
                if first.count == 2, parser.isIndexName(record[...]) {
                    try Self.checkLengths(of: first[0][...], path: path)
                    levels = Self.levels(names, first.map { $0.map { parser.string($0).trimmed } })
                    rows = []
                }
            }
        }
        columns = (0..<names.count).map { column in
            column == 0
                ? levels[0][0]
                : levels.map { $0[column] }.filter { !$0.isEmpty }.joined(separator: " ")
        }
        try Self.checkUnique(columns, of: header, path: path)
        guard !rows.isEmpty else {
            throw unfitting
                ?? .invalid(
                    file: path, problem: .noRows, at: .line(parser.line), expected: "at least one row",
                    found: "the end after the names of the columns")
        }
        self.path = path
        self.levels = levels
        self.headerLine = headerLine
        self.footers = footers
        self.events = events
        fields = rows
        titles = beginning.titles
        separator = parser.separator
        text = parser.text
    }

    private static func fieldCount(
        _ count: Int, like names: [String], at line: Int, _ path: String
    ) -> DatasetError {
        .invalid(
            file: path, problem: .fieldCount, at: .line(line),
            expected: "\(names.count), as many as there are columns", found: "\(count)")
    }

    /// Returns two levels of names. The first column has the name in the line after them.
    private static func levels(_ names: [String], _ lines: [[String]]) -> [[String]] {
        [names, lines[0]].map { [lines[1][0]] + $0.dropFirst() }
    }

    /// Throws if the line of names is a row: if it contains a date and a number.
    private static func checkNames(
        _ names: [String], at line: Int, _ path: String, isDate: (String) -> Bool
    ) throws(DatasetError) {
        let numbers = names.map { PlainNumber(Array($0.utf8)[...]) != nil }
        guard numbers.contains(true), zip(names, numbers).contains(where: { !$1 && WrittenDate($0) != nil }),
            !names.contains(where: isDate)
        else { return }
        throw .invalid(
            file: path, problem: .missingNames, at: .line(line), expected: "names such as Date and Close",
            found: names.prefix(30).map { $0.quoted(atMost: 40) }.joined(separator: ", "))
    }

    /// Checks the lengths of names before they are converted to text. Comparing names with many combining marks takes
    /// time that grows with the square of their length.
    private static func checkLengths(of header: ArraySlice<CSVField>, path: String) throws(DatasetError) {
        for (index, field) in header.enumerated() where field.range.count > longestName {
            throw .invalid(
                file: path, problem: .nameTooLong,
                at: .field(line: Int(field.line), column: index + 1, name: ""),
                expected: "at most \(longestName) bytes", found: "\(field.range.count)")
        }
    }

    /// The number of rows.
    package var count: Int { fields.count / columns.count }

    /// Returns the text of a field, without its quotes.
    package subscript(row: Int, column: Int) -> String {
        String(decoding: bytes(row, column), as: UTF8.self)
    }

    /// Returns the text of a field in UTF-8.
    func bytes(_ row: Int, _ column: Int) -> ArraySlice<UInt8> {
        let range = field(row, column).range
        return text[Int(range.lowerBound)..<Int(range.upperBound)]
    }

    /// Returns the line of the file at which a field begins, from 1.
    package func line(row: Int, column: Int) -> Int {
        Int(field(row, column).line)
    }

    /// Returns the index of the column with this name, ignoring case; nil if there is none.
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

    /// Returns the error for an invalid field.
    package func invalid(
        _ problem: DatasetError.Problem, row: Int, column: Int, expected: String, found: String? = nil
    ) -> DatasetError {
        .invalid(
            file: path, problem: problem,
            at: .field(line: line(row: row, column: column), column: column + 1, name: columns[column]),
            expected: expected, found: found ?? self[row, column].quoted(atMost: 40))
    }

    private static func checkUnique(_ names: [String], of header: [CSVField], path: String)
        throws(DatasetError)
    {
        var seen: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            if let first = seen.updateValue(index, forKey: name.lowercased()) {
                throw .invalid(
                    file: path, problem: .duplicateColumn,
                    at: .field(line: Int(header[index].line), column: index + 1, name: name),
                    expected: "names that differ, also without regard to case",
                    found: "\(name.quoted(atMost: 40)), like column \(first + 1)")
            }
        }
    }
}

extension ByteSource {
    /// Returns all bytes, which must be text: without control characters except tabs and line ends.
    ///
    /// A file that unpacks to more than `limit` bytes is rejected before all of them are in memory.
    func readText(limit: Int = 1 << 30) throws(DatasetError) -> [UInt8] {
        var bytes: [UInt8] = []
        func reserve(_ count: Int) throws(DatasetError) {
            guard MemoryShortage.allows(Double(count)) else { throw .noMemory(file: path, bytes: count) }
            bytes.reserveCapacity(count)
        }
        if case .exactly(let size) = contentLimit { try reserve(Swift.min(size, limit)) }
        while true {
            let piece = try readBytes(1 << 20)
            if bytes.count + piece.count > bytes.capacity { try reserve(2 * (bytes.count + piece.count)) }
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
    /// Returns the reason why these bytes are not text; nil if they are.
    ///
    /// - Parameter start: The offset of the bytes in the file.
    fileprivate func textProblem(
        from start: Int
    ) -> (problem: DatasetError.Problem, offset: Int, expected: String, found: String)? {
        if start == 0 {
            if let foreign = ForeignContent.recognise(self) {
                return (.foreign(foreign), 0, "a CSV file", foreign.name)
            }
            if let format = OtherFormat.recognise(self) {
                return (
                    format.remedy.map(DatasetError.Problem.notCSV.remedied) ?? .notCSV, 0, "text", format.name
                )
            }
        }
        guard let offset = firstIndex(where: \.isControl) else { return nil }
        return (.notCSV, start + offset, "text", self[offset].controlName)
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
