import CSV
import Datasets
import Platform

/// The columns of a CSV file that are channels, and their numbers.
struct ChannelColumns {
    /// The names of the channels.
    let names: [String]
    /// The numbers of each row, [row][channel]; NaN for missing ones that are to be interpolated.
    let values: [Float]
    let hasGaps: Bool
    private let table: CSVTable
    /// The index of each channel's column in the table.
    private let columns: [Int]

    /// The first rows of a column in which there is something other than a number.
    private struct Findings {
        var hasNumber = false
        var invalid, large, missing: Int?
    }

    /// - Parameter others: The indices of the columns that are not channels.
    init(
        _ table: CSVTable, without others: Set<Int>, options: SequenceFileOptions
    ) throws(DatasetError) {
        options.check()
        var candidates: [Int] = []
        if let names = options.channelColumns {
            let places = ColumnPlaces(table)
            for name in names { candidates.append(try places.find(name, as: "channelColumns")) }
        } else {
            candidates = table.columns.indices.filter { !others.contains($0) && !table.columns[$0].isEmpty }
        }
        let size = table.count * candidates.count
        let memory = size * MemoryLayout<Float>.stride
        guard MemoryShortage.allows(2 * Double(memory)) else {
            throw .noMemory(file: table.path, bytes: memory)
        }
        var findings = [Findings](repeating: Findings(), count: candidates.count)
        var values: [Float] = []
        values.reserveCapacity(size)
        for row in 0..<table.count {
            for (place, column) in candidates.enumerated() {
                var value = Float.nan
                switch NumberField(table.bytes(row, column)) {
                case .number(let number):
                    value = number
                    findings[place].hasNumber = true
                case .missing: if findings[place].missing == nil { findings[place].missing = row }
                case .tooLarge: if findings[place].large == nil { findings[place].large = row }
                case .invalid: if findings[place].invalid == nil { findings[place].invalid = row }
                }
                values.append(value)
            }
        }
        // A column without a number contains text, unless it was named.
        let chosen = candidates.indices.filter {
            options.channelColumns != nil || findings[$0].invalid == nil || findings[$0].hasNumber
        }
        guard !chosen.isEmpty else {
            throw .invalid(
                file: table.path, problem: .noChannels, at: .line(table.headerLine),
                expected: "a column of numbers for each channel", found: table.columns.quotedList)
        }
        columns = chosen.map { candidates[$0] }
        names = columns.map { table.columns[$0] }
        try Self.check(table, columns, chosen.map { findings[$0] }, options)
        hasGaps = chosen.contains { findings[$0].missing != nil }
        if chosen.count < candidates.count {
            let width = candidates.count
            values = (0..<table.count).flatMap { row in chosen.map { values[row * width + $0] } }
        }
        self.values = values
        self.table = table
    }

    /// Throws the error about the first field that is not a number.
    private static func check(
        _ table: CSVTable, _ columns: [Int], _ findings: [Findings], _ options: SequenceFileOptions
    ) throws(DatasetError) {
        var first: (row: Int, column: Int, problem: DatasetError.Problem, expected: String)?
        for (column, finding) in zip(columns, findings) {
            let isEmpty = !finding.hasNumber && finding.invalid == nil && finding.large == nil
            guard !isEmpty else {
                throw table.invalid(
                    .emptyColumn, row: 0, column: column, expected: "at least one number in the column")
            }
            for (row, problem, expected) in [
                (finding.invalid, DatasetError.Problem.malformedNumber, NumberField.expectation),
                (finding.large, .largeNumber, NumberField.range),
                (options.missing == .refuse ? finding.missing : nil, .missingValue, "a number"),
            ] {
                guard let row else { continue }
                if let first, (first.row, first.column) < (row, column) { continue }
                first = (row, column, problem, expected)
            }
        }
        if let first {
            throw table.invalid(
                first.problem, row: first.row, column: first.column, expected: first.expected)
        }
    }

    /// Returns the values of a sequence, [L][D], without gaps.
    ///
    /// - Parameter rows: The rows of the sequence.
    func sequence(_ rows: Range<Int>) throws(DatasetError) -> [Float] {
        let limit = LabeledSequences.Limits.steps.upperBound
        guard rows.count <= limit else {
            throw .invalid(
                file: table.path, problem: .tooManySteps,
                at: .line(table.line(row: rows.lowerBound + limit, column: 0)),
                expected: "at most \(limit) rows for a sequence", found: "\(rows.count)")
        }
        let width = names.count
        var sequence = Array(values[rows.lowerBound * width..<rows.upperBound * width])
        if hasGaps, let channel = Gaps.interpolate(&sequence, channels: width) {
            throw table.invalid(
                .emptyChannel, row: rows.lowerBound, column: columns[channel],
                expected: "at least one number in the \(rows.count) rows of the sequence",
                found: "missing values only")
        }
        return sequence
    }
}

/// The columns of a table by their names, ignoring case.
struct ColumnPlaces {
    private let table: CSVTable
    private let places: [String: Int]

    init(_ table: CSVTable) {
        self.table = table
        places = Dictionary(
            zip(table.columns.map { $0.lowercased() }, 0...), uniquingKeysWith: { first, _ in first })
    }

    /// Returns the index of a column; nil if there is none with this name.
    subscript(name: String) -> Int? { places[name.trimmed.lowercased()] }

    /// Returns the index of a column.
    ///
    /// - Parameter option: The option that names the column, for the error.
    func find(_ name: String, as option: String) throws(DatasetError) -> Int {
        if let index = self[name] { return index }
        throw .invalid(
            file: table.path,
            problem: .missingColumn.remedied(by: "add the column, or name another one (\(option))"),
            at: .line(table.headerLine), expected: "a column \(name.quoted(atMost: 40))",
            found: table.columns.quotedList)
    }
}
