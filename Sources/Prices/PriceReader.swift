import Datasets
import Platform

/// Reads prices from a table of texts.
struct PriceReader {
    private let table: CSVTable
    private let layout: PriceLayout

    init(_ table: CSVTable, columns: [String]?) throws(DatasetError) {
        self.table = table
        layout = try PriceLayout(table, columns: columns)
    }

    func history() throws(DatasetError) -> PriceHistory {
        let (rows, skipped) = try completeRows()
        let dates = try dates(of: rows)
        let values = try values(of: rows)
        let order = rows.indices.sorted { dates[$0] < dates[$1] }
        try checkUnique(dates, rows, order)
        var columns = zip(layout.sources, values).map { source, values in
            (name: source.column.name, values: order.map { values[$0] })
        }
        var ascending = order.map { dates[$0] }
        if layout.computesChange {
            let close = columns.first { $0.name == PriceColumn.close }!.values
            columns.append((PriceColumn.change, [0] + zip(close.dropFirst(), close).map { $0 / $1 - 1 }))
            columns = columns.map { ($0, Array($1.dropFirst())) }
            ascending.removeFirst()
        }
        return PriceHistory(
            dates: ascending,
            columns: layout.wanted.map { wanted in
                columns.first { $0.name.lowercased() == wanted.name.lowercased() }!
            },
            path: table.path, skipped: skipped)
    }

    /// The rows with a value in every column that is read.
    private func completeRows() throws(DatasetError) -> (rows: [Int], skipped: SkippedRows?) {
        var rows: [Int] = []
        var first: (row: Int, index: Int)?
        for row in 0..<table.count {
            if let (_, index) = layout.sources.first(where: { PriceColumn.isMissing(table[row, $0.index]) }) {
                first = first ?? (row, index)
            } else {
                rows.append(row)
            }
        }
        guard let first else { return (rows, nil) }
        let skipped = SkippedRows(
            count: table.count - rows.count, firstLine: table.line(row: first.row, column: first.index),
            column: table.columns[first.index], text: table[first.row, first.index])
        guard !rows.isEmpty else {
            throw table.invalid(
                .noRows, row: first.row, column: first.index,
                expected: "at least one row that lacks no value",
                found: "none: \(skipped)")
        }
        return (rows, skipped)
    }

    private func dates(of rows: [Int]) throws(DatasetError) -> [CalendarDate] {
        var written: [WrittenDate] = []
        for row in rows {
            guard let date = WrittenDate(table[row, layout.dateIndex]) else { throw invalidDate(row) }
            if let first = written.first, !date.hasStyle(of: first) {
                throw mixedDates(row, like: rows[0])
            }
            written.append(date)
        }
        let monthFirst = try isMonthFirst(written, rows)
        var dates: [CalendarDate] = []
        for (date, row) in zip(written, rows) {
            guard let date = date.date(monthFirst: monthFirst) else { throw invalidDate(row) }
            dates.append(date)
        }
        return dates
    }

    /// Whether the month comes before the day in dates with the year last.
    private func isMonthFirst(_ dates: [WrittenDate], _ rows: [Int]) throws(DatasetError) -> Bool {
        guard let telling = dates.firstIndex(where: { $0.tellsMonthFirst != nil }) else {
            if let index = dates.firstIndex(where: \.isAmbiguous) {
                throw table.invalid(
                    .ambiguousDates, row: rows[index], column: layout.dateIndex,
                    expected: "a day above 12 in some row, to tell days from months")
            }
            return true
        }
        let monthFirst = dates[telling].tellsMonthFirst
        if let other = dates.firstIndex(where: { $0.tellsMonthFirst == monthFirst.map(!) }) {
            throw mixedDates(rows[other], like: rows[telling])
        }
        return monthFirst!
    }

    private func invalidDate(_ row: Int) -> DatasetError {
        table.invalid(
            .invalidDate, row: row, column: layout.dateIndex,
            expected: "a day such as 2019-01-30, 01/30/2019 or Jan 30, 2019")
    }

    private func mixedDates(_ row: Int, like other: Int) -> DatasetError {
        let line = table.line(row: other, column: layout.dateIndex)
        return table.invalid(
            .mixedDates, row: row, column: layout.dateIndex,
            expected:
                "a date written like \(table[other, layout.dateIndex].quoted(atMost: 40)) on line \(line)")
    }

    private func checkUnique(
        _ dates: [CalendarDate], _ rows: [Int], _ order: [Int]
    ) throws(DatasetError) {
        for (index, next) in zip(order, order.dropFirst()) where dates[index] == dates[next] {
            let line = table.line(row: rows[min(index, next)], column: layout.dateIndex)
            throw table.invalid(
                .duplicateDate, row: rows[max(index, next)], column: layout.dateIndex,
                expected: "one row for each date", found: "\(dates[next]), as on line \(line)")
        }
    }

    /// The values of each source.
    private func values(of rows: [Int]) throws(DatasetError) -> [[Double]] {
        var values = [[Double]](repeating: [], count: layout.sources.count)
        for row in rows {
            for (place, (column, index)) in layout.sources.enumerated() {
                guard let value = column.value(table[row, index]) else {
                    throw table.invalid(.invalidNumber, row: row, column: index, expected: column.expectation)
                }
                guard column.allows(value) else {
                    throw table.invalid(
                        .valueOutOfRange, row: row, column: index, expected: column.expectation)
                }
                values[place].append(value)
            }
        }
        return values
    }
}
