import CSV
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
        let lines = PriceLines(table, layout)
        let (traded, withoutTrade) = try tradedRows(rowsOfTicker(lines.rows))
        var numbers = try PriceNumbers(table, layout, of: traded)
        let rows = numbers.rows
        let reading = try DateReading(
            table, column: layout.dateIndex, rows: rows, order: options.dateOrder)
        let (dates, dateNotes) = try reading.dates()
        let numberNotes = try numbers.resolve(isWithoutTrade)
        let order =
            Self.isAscending(dates) ? Array(rows.indices) : rows.indices.sorted { dates[$0] < dates[$1] }
        try checkUnique(dates, rows, order, reading)
        var columns = zip(layout.sources, numbers.values).map { source, values in
            (name: source.column.name, values: order.map { values[$0] })
        }
        var ascending = order.map { dates[$0] }
        var places = order.map { table.line(row: rows[$0], column: layout.dateIndex) }
        if layout.computesChange {
            let close = columns.first { $0.name == PriceColumn.close }!.values
            columns.append((PriceColumn.change, [0] + zip(close.dropFirst(), close).map { $0 / $1 - 1 }))
            columns = columns.map { ($0, Array($1.dropFirst())) }
            ascending.removeFirst()
            places.removeFirst()
        }
        return PriceHistory(
            dates: ascending,
            columns: layout.wanted.map { wanted in
                columns.first { $0.name.lowercased() == wanted.name.lowercased() }!
            },
            path: table.path, skipped: numbers.skipped, lines: places,
            notes: lines.notes(numbers.events) + [layout.dateNote, withoutTrade].compactMap(\.self)
                + dateNotes
                + numberNotes)
    }

    private static func isAscending(_ dates: [CalendarDate]) -> Bool {
        zip(dates, dates.dropFirst()).allSatisfy { $0 <= $1 }
    }

    /// Returns the columns that are read but have no value in any row.
    func emptyColumns() -> [String] {
        layout.sources.filter { _, index in
            (0..<table.count).allSatisfy { PriceColumn.isMissing(table[$0, index]) }
        }.map(\.column.name)
    }

    // MARK: Rows

    /// Returns the rows of the requested ticker, or all rows if none is requested. A row without a ticker belongs to
    /// the only ticker.
    private func rowsOfTicker(_ all: [Int]) throws(DatasetError) -> [Int] {
        guard let ticker = options.ticker?.lowercased(), table.levels.count == 1 else {
            guard let index = layout.tickerIndex else { return all }
            var only: String?
            for row in all {
                let name = table[row, index].trimmed
                guard !name.isEmpty, name != only else { continue }
                guard only == nil else {
                    throw severalTickers(row: row, index, expected: "rows of one ticker")
                }
                only = name
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
            if !name.isEmpty, !names.contains(name) { names.append(name) }
        }
        return table.invalid(
            names.first.map { .severalTickers($0) } ?? .severalTickers.remedied(by: "leave out --ticker"),
            row: row,
            column: index, expected: expected,
            found: names.isEmpty
                ? "rows without one" : names.map { $0.quoted(atMost: 40) }.joined(separator: ", "))
    }

    /// Returns the rows of days with trades, and a note about the other rows if they are skipped.
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

    /// Returns whether open, high and low, if the file has them, are 0, with a decimal point or a decimal comma.
    private func isWithoutTrade(_ row: Int) -> Bool {
        !layout.rangeIndices.isEmpty
            && layout.rangeIndices.allSatisfy { column in
                let text = table.bytes(row, column)
                return text.contains(0x30) && text.allSatisfy { "0., ".utf8.contains($0) }
            }
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
}
