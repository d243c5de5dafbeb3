import Datasets
import Platform

/// Reads prices from a table of texts.
struct PriceReader {
    private let table: CSVTable
    private let options: PriceFileOptions
    private let layout: PriceLayout

    init(_ table: CSVTable, columns: [String]?, options: PriceFileOptions) throws(DatasetError) {
        self.table = table
        self.options = options
        layout = try PriceLayout(table, columns: columns, options: options)
    }

    func history() throws(DatasetError) -> PriceHistory {
        let (traded, withoutTrade) = try tradedRows(rowsOfTicker())
        let (rows, skipped) = try completeRows(traded)
        let reading = try DateReading(
            table, column: layout.dateIndex, rows: rows, order: options.dateOrder)
        var (dates, notes) = try reading.dates()
        let (values, numberNotes) = try values(of: rows)
        notes = [withoutTrade].compactMap(\.self) + notes + numberNotes
        let order = rows.indices.sorted { dates[$0] < dates[$1] }
        try checkUnique(dates, rows, order, reading)
        var columns = zip(layout.sources, values).map { source, values in
            (name: source.column.name, values: order.map { values[$0] })
        }
        var ascending = order.map { dates[$0] }
        var lines = order.map { table.line(row: rows[$0], column: layout.dateIndex) }
        if layout.computesChange {
            let close = columns.first { $0.name == PriceColumn.close }!.values
            columns.append((PriceColumn.change, [0] + zip(close.dropFirst(), close).map { $0 / $1 - 1 }))
            columns = columns.map { ($0, Array($1.dropFirst())) }
            ascending.removeFirst()
            lines.removeFirst()
        }
        return PriceHistory(
            dates: ascending,
            columns: layout.wanted.map { wanted in
                columns.first { $0.name.lowercased() == wanted.name.lowercased() }!
            },
            path: table.path, skipped: skipped, lines: lines, notes: notes)
    }

    /// The columns that are read and have no value in any row.
    func emptyColumns() -> [String] {
        layout.sources.filter { _, index in
            (0..<table.count).allSatisfy { PriceColumn.isMissing(table[$0, index]) }
        }.map(\.column.name)
    }

    // MARK: Rows

    /// The rows of the ticker that is asked for; all if none is.
    private func rowsOfTicker() throws(DatasetError) -> [Int] {
        let all = Array(0..<table.count)
        guard let ticker = options.ticker?.lowercased(), table.levels.count == 1 else {
            if let index = layout.tickerIndex, let first = all.first {
                let name = table[first, index].trimmed
                if let other = all.first(where: { table[$0, index].trimmed != name }) {
                    throw severalTickers(row: other, index, expected: "rows of one ticker")
                }
            }
            return all
        }
        guard let index = layout.tickerIndex else {
            throw .invalid(
                file: table.path, problem: .missingColumn.remedied(by: "leave out --ticker"),
                at: .line(table.headerLine), expected: "a column Ticker or Symbol, as --ticker asks for",
                found: table.columns.prefix(30).map { $0.quoted(atMost: 40) }.joined(separator: ", "))
        }
        let rows = all.filter { table[$0, index].trimmed.lowercased() == ticker }
        guard !rows.isEmpty else {
            throw severalTickers(row: 0, index, expected: "the ticker \(options.ticker!.quoted(atMost: 40))")
        }
        return rows
    }

    private func severalTickers(row: Int, _ index: Int, expected: String) -> DatasetError {
        var names: [String] = []
        for row in 0..<table.count where names.count < 10 {
            let name = table[row, index].trimmed
            if !names.contains(name) { names.append(name) }
        }
        return table.invalid(
            .severalTickers.remedied(by: "choose one (--ticker \(names[0].quoted(atMost: 40)))"), row: row,
            column: index,
            expected: expected, found: names.map { $0.quoted(atMost: 40) }.joined(separator: ", "))
    }

    /// The rows of days with trade, and a note about the others if they are skipped.
    private func tradedRows(_ rows: [Int]) throws(DatasetError) -> (rows: [Int], note: String?) {
        guard options.skipsDaysWithoutTrade else { return (rows, nil) }
        let halts = rows.filter(isWithoutTrade)
        guard let first = halts.first else { return (rows, nil) }
        let line = table.line(row: first, column: layout.dateIndex)
        guard halts.count < rows.count else {
            throw table.invalid(
                .noRows.remedied(by: "give a file with days of trade"), row: first,
                column: layout.rangeIndices[0],
                expected: "at least one day with trade", found: "none: open, high and low are 0 in every row")
        }
        let skipped = Set(halts)
        return (
            rows.filter { !skipped.contains($0) },
            halts.count == 1
                ? "1 row skipped, a day without trade: open, high and low are 0 on line \(line)."
                : "\(halts.count) rows skipped, days without trade: open, high and low are 0, first on line \(line)."
        )
    }

    /// Whether open, high and low, as far as the file has them, are 0.
    private func isWithoutTrade(_ row: Int) -> Bool {
        !layout.rangeIndices.isEmpty
            && layout.rangeIndices.allSatisfy { PriceColumn("Open").value(table[row, $0]) == 0 }
    }

    /// The rows with a value in every column that is read.
    private func completeRows(
        _ candidates: [Int]
    ) throws(DatasetError) -> (rows: [Int], skipped: SkippedRows?) {
        var rows: [Int] = []
        var first: (row: Int, index: Int)?
        for row in candidates {
            if let (_, index) = layout.sources.first(where: { PriceColumn.isMissing(table[row, $0.index]) }) {
                first = first ?? (row, index)
            } else {
                rows.append(row)
            }
        }
        guard let first else { return (rows, nil) }
        let skipped = SkippedRows(
            count: candidates.count - rows.count, firstLine: table.line(row: first.row, column: first.index),
            column: table.columns[first.index], text: table[first.row, first.index])
        guard !rows.isEmpty else {
            throw table.invalid(
                .noRows, row: first.row, column: first.index,
                expected: "at least one row that lacks no value",
                found: "none: \(skipped)")
        }
        return (rows, skipped)
    }

    private func checkUnique(
        _ dates: [CalendarDate], _ rows: [Int], _ order: [Int], _ reading: DateReading
    ) throws(DatasetError) {
        for (index, next) in zip(order, order.dropFirst()) where dates[index] == dates[next] {
            let (row, other) = (rows[max(index, next)], rows[min(index, next)])
            let line = table.line(row: other, column: layout.dateIndex)
            let isTimed = reading.hasTime(index) && reading.hasTime(next)
            throw table.invalid(
                isTimed ? .timesOfADay : .duplicateDate, row: row, column: layout.dateIndex,
                expected: "one row for each date",
                found: isTimed
                    ? "\(table[row, layout.dateIndex].quoted(atMost: 40)), and on line \(line) "
                        + table[other, layout.dateIndex].quoted(atMost: 40)
                    : "\(dates[next]), as on line \(line)")
        }
    }

    // MARK: Numbers

    /// The values of each source, and what to say about how they were read.
    private func values(of rows: [Int]) throws(DatasetError) -> (values: [[Double]], notes: [String]) {
        let (mark, note) = try decimalMark(of: rows)
        var values = [[Double]](repeating: [], count: layout.sources.count)
        var irregular: (row: Int, index: Int, value: Double)?
        for row in rows {
            for (place, (column, index)) in layout.sources.enumerated() {
                guard let value = column.value(table[row, index], mark: mark) else {
                    throw table.invalid(.invalidNumber, row: row, column: index, expected: column.expectation)
                }
                guard column.allows(value) else {
                    throw outOfRange(row, column, index)
                }
                if irregular == nil, PlainNumber(table[row, index]) == nil,
                    column.writtenNumber(table[row, index])?.hasIrregularGroups(mark) ?? false
                {
                    irregular = (row, index, value)
                }
                values[place].append(value)
            }
        }
        let groups = irregular.map { row, index, value in
            "\(table[row, index].quoted(atMost: 40)) on line \(table.line(row: row, column: index)) has a last group of two "
                + "digits; it is read as \(value)."
        }
        return (values, [note, groups].compactMap(\.self))
    }

    private func outOfRange(_ row: Int, _ column: PriceColumn, _ index: Int) -> DatasetError {
        let isHalt = column.quantity == .price && isWithoutTrade(row)
        return table.invalid(
            isHalt
                ? .valueOutOfRange.remedied(
                    by:
                        "open, high and low are 0, as on a day without trade: skip such days (--skip-no-trade)"
                )
                : .valueOutOfRange, row: row, column: index, expected: column.expectation)
    }

    /// The decimal mark that the numbers show. All must show the same one.
    private func decimalMark(of rows: [Int]) throws(DatasetError) -> (mark: DecimalMark, note: String?) {
        var told: [(mark: DecimalMark, row: Int, index: Int)] = []
        var ambiguous: (row: Int, index: Int)?
        for row in rows {
            for (column, index) in layout.sources {
                let text = table[row, index]
                // Most numbers say nothing new, in a file of points.
                if let plain = PlainNumber(text), !plain.hasPoint || told.first?.mark == .point { continue }
                guard let number = column.writtenNumber(text) else { continue }
                if let mark = number.tellsMark {
                    if told.isEmpty {
                        told.append((mark, row, index))
                    } else if told[0].mark != mark {
                        let line = table.line(row: told[0].row, column: told[0].index)
                        throw table.invalid(
                            .mixedNumbers, row: row, column: index,
                            expected: "a number with \(told[0].mark.name), like "
                                + "\(table[told[0].row, told[0].index].quoted(atMost: 40)) on line \(line)")
                    }
                } else if ambiguous == nil, number.hasAmbiguousComma {
                    ambiguous = (row, index)
                }
            }
        }
        if let first = told.first { return (first.mark, nil) }
        // Spreadsheets write semicolons because the comma is taken.
        guard let (row, index) = ambiguous, table.separator == .semicolon else { return (.point, nil) }
        return (
            .comma,
            "Numbers such as \(table[row, index].trimmed) (line \(table.line(row: row, column: index))) are read with a "
                + "decimal comma, as the fields are separated by semicolons."
        )
    }
}
