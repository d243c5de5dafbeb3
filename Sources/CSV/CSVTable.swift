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
///
/// A table of ``CSVForm/strict`` form has only the names and the rows.
package struct CSVTable: Sendable {
    package let path: String
    /// The names of the columns, in their order; names of two levels are joined by a space.
    package let columns: [String]
    /// The names of each level: one list, or two if the file has names of two levels.
    package let levels: [[String]]
    /// The bytes to which the fields' ranges refer.
    private let text: [UInt8]
    /// All fields, row by row.
    private let fields: [CSVField]
    /// The line with the names of the columns.
    package let headerLine: Int
    package let separator: CSVSeparator
    /// The lines above the names.
    package let titles: CSVRemarks
    /// The lines below the rows, which have a different number of fields.
    package let footers: CSVRemarks
    /// The lines with a dividend or a split, which have fewer fields than a row.
    package let events: CSVRemarks

    /// The maximum number of bytes that a row needs besides its fields while it is converted to prices.
    private static let bytesOfRow = 400

    /// The maximum length of a column's name, in bytes.
    private static let longestName = 256

    /// Reads the file at `path`, raw or gzip; its first bytes decide which.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - form: The form of the table.
    /// - Throws: `DatasetError` if there is no such file, if it cannot be read, or if its content is not a table with
    ///   at least one row.
    package init(path: String, form: CSVForm) throws(DatasetError) {
        let source = try InputFile.content(ofFile: path, expecting: "a CSV file", isNamed: true)
        try self.init(text: source.readText(), path: path, form: form)
    }

    /// Reads a table from the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: The content of the file, not compressed, at most 2³⁰ bytes.
    ///   - path: The path of the file, for errors.
    ///   - form: The form of the table.
    /// - Throws: `DatasetError.invalid`.
    package init(_ bytes: [UInt8], path: String, form: CSVForm) throws(DatasetError) {
        precondition(
            bytes.count <= 1 << 30, "bytes: expected at most \(1 << 30), received \(bytes.count)")
        if let problem = bytes.textProblem(from: 0, .csv) {
            throw .invalid(
                file: path, problem: problem.problem, at: .byte(problem.offset), expected: problem.expected,
                found: problem.found)
        }
        try self.init(text: bytes, path: path, form: form)
    }

    private init(text bytes: [UInt8], path: String, form: CSVForm) throws(DatasetError) {
        let beginning = CSVBeginning(of: bytes, form: form)
        let (fieldCount, lineCount) = beginning.sizes(of: bytes)
        let memory = MemoryLayout<CSVField>.stride * fieldCount + Self.bytesOfRow * lineCount
        guard MemoryShortage.allows(Double(memory)) else { throw .noMemory(file: path, bytes: bytes.count) }
        var parser = CSVParser(bytes, path: path, from: beginning)
        var header: [CSVField] = []
        guard let headerLine = try parser.nextRecord(&header) else {
            throw .invalid(
                file: path, problem: .noRows, at: .line(1), expected: "column names",
                found: bytes.isEmpty ? "an empty file" : "blank lines only")
        }
        try Self.checkLengths(of: header[...], path: path)
        let names = header.map { parser.string($0).trimmed }
        try Self.checkNames(names, at: headerLine, path, form)
        parser.columns = names
        var (rows, record): ([CSVField], [CSVField]) = ([], [])
        rows.reserveCapacity(fieldCount)
        var first: [[CSVField]] = []
        var levels = [names]
        var (events, footers) = (CSVRemarks(), CSVRemarks())
        // The error is about the first line with a different number of fields, unless all lines after it have a
        // different number too.
        var unfitting: DatasetError?
        while let line = try parser.nextRecord(&record, keepingBlanks: form.isStrict) {
            defer { record.removeAll(keepingCapacity: true) }
            if !form.isStrict, record.allSatisfy({ CSVRemarks.isRule(parser.string($0)) }) { continue }
            if record.count != names.count {
                guard !form.isStrict else {
                    let error = Self.fieldCount(
                        record.count, like: names, at: line, path, Self.strictFieldCount)
                    throw error
                }
                let texts = record.prefix(100).map(parser.string)
                if record.count < names.count, let event = texts.first(where: CSVRemarks.isEvent) {
                    events.add(line, event.trimmed)
                    continue
                }
                let error = unfitting ?? Self.fieldCount(record.count, like: names, at: line, path)
                guard CSVRemarks.isRemark(texts.joined(separator: " ").trimmed, form.beginsWithMonth) else {
                    throw error
                }
                unfitting = error
                footers.add(line, texts.first { !$0.trimmed.isEmpty }!.trimmed)
                continue
            }
            if let unfitting { throw unfitting }
            rows += record
            if !form.isStrict, first.count < 2 {
                first.append(record)
                if first.count == 2, parser.isIndexName(record[...]) {
                    try Self.checkLengths(of: first[0][...], path: path)
                    levels = Self.levels(names, first.map { $0.map { parser.string($0).trimmed } })
                    rows = []
                }
            }
        }
        if form.isStrict {
            while !rows.isEmpty, rows.suffix(names.count).allSatisfy(parser.isBlank) {
                rows.removeLast(names.count)
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
                    found: "the end of the file after the column names")
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

    /// The problem in a table without other lines.
    private static let strictFieldCount = DatasetError.Problem.fieldCount.remedied(
        by: "write a field for each column name; put a field that contains a separator between quotes")

    private static func fieldCount(
        _ count: Int, like names: [String], at line: Int, _ path: String,
        _ problem: DatasetError.Problem = .fieldCount
    ) -> DatasetError {
        .invalid(
            file: path, problem: problem, at: .line(line),
            expected: "\(names.count) fields, one for each column", found: "\(count)")
    }

    /// Returns two levels of names. The first column has the name in the line after them.
    private static func levels(_ names: [String], _ lines: [[String]]) -> [[String]] {
        [names, lines[0]].map { [lines[1][0]] + $0.dropFirst() }
    }

    /// Throws if the line of names is a row: if it contains a date and a number.
    private static func checkNames(
        _ names: [String], at line: Int, _ path: String, _ form: CSVForm
    ) throws(DatasetError) {
        let numbers = names.map { PlainNumber(Array($0.utf8)[...]) != nil }
        guard numbers.contains(true), zip(names, numbers).contains(where: { !$1 && form.isDate($0) }),
            !names.contains(where: form.isDateName)
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
    package func bytes(_ row: Int, _ column: Int) -> ArraySlice<UInt8> {
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
                    expected: "different names, ignoring case",
                    found: "\(name.quoted(atMost: 40)), like column \(first + 1)")
            }
        }
    }
}
