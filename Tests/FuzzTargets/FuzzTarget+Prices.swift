import CSV
import Console
import Datasets
import Prices

extension FuzzTarget {
    /// A table of prices, CSV. The table and the prices must be the same when they are written again.
    static let prices = FuzzTarget("prices") { input in
        let table = try CSVTable(input.bytes, path: "prices.csv")
        try require(table.count > 0 && !table.columns.isEmpty, "a table without rows or columns")
        let rows = (0..<table.count).map { row in table.columns.indices.map { table[row, $0] } }
        let again = try readBack { try CSVTable(quoted([table.columns] + rows), path: "written.csv") }
        try require(
            again.columns == table.columns
                && rows == (0..<again.count).map { row in again.columns.indices.map { again[row, $0] } },
            "the table differs when it is written again")
        if let last = table.columns.last, let chosen = try? PriceHistory(table, columns: [last]) {
            try check(chosen)
        }
        try check(PriceHistory(table))
    }

    private static func check(_ history: PriceHistory) throws {
        try require(zip(history.dates, history.dates.dropFirst()).allSatisfy(<), "dates that do not ascend")
        let values = history.columns.map { history[$0] }
        try require(
            values.allSatisfy { $0.count == history.count && $0.allSatisfy(\.isFinite) },
            "values that are missing or not finite")
        let rows = history.dates.enumerated().map { row, date in
            [date.description] + values.map { "\($0[row])" }
        }
        guard !rows.isEmpty else { return }
        let written = quoted([["Date"] + history.columns] + rows)
        let again = try readBack {
            try PriceHistory(CSVTable(written, path: "written.csv"), columns: history.columns)
        }
        try require(
            again.dates == history.dates && history.columns.map { again[$0] } == values,
            "the prices differ when they are written again")
        for kind in Scaler.Kind.allCases {
            let scaler = Scaler(kind, fitting: values)
            for column in values.indices {
                let scaled = scaler.transform(values[column], column: column)
                try require(scaled.allSatisfy(\.isFinite), "scaled values that are not finite")
            }
        }
        let days = min(5, history.count)
        try require(try readBack { try history.span(rows: days) }.count == days, "another number of rows")
    }

    /// Returns CSV with every field in quotes.
    private static func quoted(_ rows: [[String]]) -> [UInt8] {
        Array(
            rows.map { row in
                row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",")
            }.joined(separator: "\n").utf8)
    }
}
