import CSV
import Datasets

/// The dates of a table's rows, read in one style.
struct DateReading {
    private let table: CSVTable
    private let column: Int
    private let rows: [Int]
    private let written: [WrittenDate]
    private let wantedOrder: DateOrder?

    /// - Throws: `DatasetError` for a text that is not a date, and for dates of different styles.
    init(_ table: CSVTable, column: Int, rows: [Int], order: DateOrder?) throws(DatasetError) {
        self.table = table
        self.column = column
        self.rows = rows
        wantedOrder = order
        var written: [WrittenDate] = []
        written.reserveCapacity(rows.count)
        for row in rows {
            guard let date = WrittenDate(table.bytes(row, column)), !date.orders.isEmpty else {
                throw table.invalid(.invalidDate, row: row, column: column, expected: Self.expectation)
            }
            if let first = written.first, date.form != first.form {
                throw Self.mixedDates(table, row, like: rows[0], column)
            }
            if let order, !date.orders.contains(order) {
                throw table.invalid(
                    .invalidDate.remedied(by: "leave out --date-order, or give the order of the file"),
                    row: row,
                    column: column, expected: "a date in the order \(order.name), as --date-order asks for")
            }
            written.append(date)
        }
        self.written = written
    }

    /// Returns the dates of the rows, and notes about how they were read.
    func dates() throws(DatasetError) -> (dates: [CalendarDate], notes: [String]) {
        let (order, note) = try order()
        var dates: [CalendarDate] = []
        dates.reserveCapacity(rows.count)
        for (date, row) in zip(written, rows) {
            guard let date = date.date(order) else {
                throw table.invalid(.invalidDate, row: row, column: column, expected: Self.expectation)
            }
            dates.append(date)
        }
        try checkOneStyle(dates, order)
        let formNote = written.first?.note(example(0))
        return (dates, [note, formNote, orderNote(dates)].compactMap(\.self))
    }

    /// Throws if one column contains dates of two orders, as a spreadsheet with the settings of another country
    /// produces them. This is the case if the rows are out of order, but in order after the ambiguous dates are read in
    /// the other order.
    private func checkOneStyle(_ dates: [CalendarDate], _ order: DateOrder) throws(DatasetError) {
        guard case .yearLast = written.first?.form,
            let telling = written.firstIndex(where: { $0.orders.count == 1 }),
            let ambiguous = written.firstIndex(where: isAmbiguous), !Self.isInOrder(dates)
        else { return }
        let other: DateOrder = order == .dayFirst ? .monthFirst : .dayFirst
        let mixed = written.compactMap { $0.date(isAmbiguous($0) ? other : order) }
        guard mixed.count == dates.count, Self.isInOrder(mixed) else { return }
        throw Self.mixedDates(table, rows[ambiguous], like: rows[telling], column)
    }

    /// Returns whether the date is ambiguous: whether its day depends on the order of the numbers.
    private func isAmbiguous(_ date: WrittenDate) -> Bool {
        let orders = date.orders
        return orders.count > 1 && orders.contains { date.date($0) != date.date(orders[0]) }
    }

    /// Returns whether the dates are strictly ascending or strictly descending.
    private static func isInOrder(_ dates: [CalendarDate]) -> Bool {
        let steps = zip(dates, dates.dropFirst())
        return steps.allSatisfy { $0 < $1 } || steps.allSatisfy { $0 > $1 }
    }

    /// Returns whether a row has a time of day.
    func hasTime(_ index: Int) -> Bool { written[index].hasTime }

    private static let expectation = "a day such as 2019-01-30, 01/30/2019 or Jan 30, 2019"

    /// Returns the order of the numbers in the dates, if their form allows several.
    private func order() throws(DatasetError) -> (order: DateOrder, note: String?) {
        if let wantedOrder { return (wantedOrder, nil) }
        var possible = DateOrder.allCases
        var telling = 0
        for (index, date) in written.enumerated() {
            let orders = date.orders
            guard orders != possible else { continue }
            let rest = possible.filter(orders.contains)
            guard !rest.isEmpty else {
                throw Self.mixedDates(table, rows[index], like: rows[telling], column)
            }
            if rest.count < possible.count { (possible, telling) = (rest, index) }
        }
        guard possible.count > 1, let ambiguous = written.firstIndex(where: isAmbiguous) else {
            return (possible[0], nil)
        }
        guard let order = plainOrder(possible) else {
            throw table.invalid(
                .ambiguousDates(possible.map(\.rawValue).joined(separator: " or ")), row: rows[ambiguous],
                column: column, expected: "a day above 12 in some row, which distinguishes days from months")
        }
        return (
            order,
            "Dates such as \(example(ambiguous)) are read in the order \(order.name): then the rows are in order and "
                + "evenly spaced. --date-order sets another order."
        )
    }

    /// Returns the text of a date and its line.
    private func example(_ index: Int) -> String {
        "\(table[rows[index], column].trimmed) (line \(line(index)))"
    }

    /// Returns the order of the numbers in which the rows are sorted; nil if there is none. If the rows are sorted in
    /// several orders, their dates must be far more evenly spaced in one of them.
    private func plainOrder(_ orders: [DateOrder]) -> DateOrder? {
        let candidates = orders.compactMap { order -> (DateOrder, unevenness: Double)? in
            let days = written.compactMap { $0.date(order)?.daysSinceEpoch }
            guard days.count == written.count, days.count > 1 else { return nil }
            let steps = zip(days.dropFirst(), days).map { Double($0 - $1) }
            guard steps.allSatisfy({ $0 > 0 }) || steps.allSatisfy({ $0 < 0 }) else { return nil }
            let lengths = steps.map(\.magnitude)
            return (order, lengths.max()! / lengths.min()!)
        }.sorted { $0.unevenness < $1.unevenness }
        guard let best = candidates.first else { return nil }
        // A few days within one month may be evenly spaced in both orders.
        guard candidates.count == 1 || best.unevenness * 4 <= candidates[1].unevenness else { return nil }
        return best.0
    }

    /// Returns a note that the newest row comes first, or where the dates are not sorted.
    private func orderNote(_ dates: [CalendarDate]) -> String? {
        let steps = zip(dates, dates.dropFirst())
        let risingCount = steps.count { $0 < $1 }
        let fallingCount = steps.count { $0 > $1 }
        guard fallingCount > 0 else { return nil }
        guard risingCount > 0 else {
            return "The file has the newest row first; the rows were sorted by their dates, the oldest first."
        }
        let isRising = risingCount >= fallingCount
        let first = steps.enumerated().first { isRising ? $1.0 > $1.1 : $1.0 < $1.1 }!
        let count = isRising ? fallingCount : risingCount
        let (before, after) = first.element
        return
            "The rows are not in the order of their dates and were sorted: line \(line(first.offset + 1)) has \(after) "
            + "after \(before)"
            + (count == 1
                ? "."
                : count == 2
                    ? ", and 1 more line is out of order." : ", and \(count - 1) more are out of order.")
    }

    private func line(_ index: Int) -> Int { table.line(row: rows[index], column: column) }

    private static func mixedDates(
        _ table: CSVTable, _ row: Int, like other: Int, _ column: Int
    ) -> DatasetError {
        let line = table.line(row: other, column: column)
        return table.invalid(
            .mixedDates, row: row, column: column,
            expected: "a date written like \(table[other, column].quoted(atMost: 40)) on line \(line)")
    }
}
