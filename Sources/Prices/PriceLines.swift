import CSV
import Datasets
import Platform

/// The lines of a table, divided into rows, words below the rows, and repeated names of the columns.
struct PriceLines {
    /// The rows, by their index in the table.
    private(set) var rows: [Int]
    private let table: CSVTable
    private var names = CSVRemarks()
    private var footers = CSVRemarks()

    init(_ table: CSVTable, _ layout: PriceLayout) {
        self.table = table
        rows = Array(0..<table.count)
        let index = layout.dateIndex
        func isFooter(_ row: Int) -> Bool {
            let text = table[row, index].trimmed
            guard CSVRemarks.isRemark(text, WrittenDate.beginsWithMonth), !PriceColumn.isMissing(text) else {
                return false
            }
            return !text.utf8.contains(where: WrittenDate.isDigit)
                || table.columns.indices.allSatisfy {
                    $0 == index || table.bytes(row, $0).allSatisfy { $0 == 0x20 }
                }
        }
        func isNames(_ row: Int) -> Bool {
            guard let first = table.bytes(row, index).first, !WrittenDate.isDigit(first) else { return false }
            return table.columns.indices.allSatisfy { table[row, $0].trimmed == table.columns[$0] }
        }
        while let row = rows.last, row > 0, isFooter(row), !isNames(row) {
            rows.removeLast()
            footers.add(table.line(row: row, column: index), table[row, index].trimmed)
        }
        rows.removeAll { row in
            guard isNames(row) else { return false }
            names.add(table.line(row: row, column: index), "")
            return true
        }
    }

    /// Returns a note about each kind of lines that are not rows.
    func notes(_ events: CSVRemarks) -> [String] {
        [
            table.titles.asTitles, names.asNames, table.events.joined(events).asEvents,
            footers.joined(table.footers).asFooters,
        ].compactMap(\.self)
    }
}
