import Datasets
import Platform

/// The places of the dates and of the requested columns in a table.
struct PriceLayout {
    /// The requested columns, in the order of the result.
    let wanted: [PriceColumn]
    /// The columns to read, and their indices in the table.
    let sources: [(column: PriceColumn, index: Int)]
    let dateIndex: Int
    /// Whether the relative change is requested but must be computed from the closes.
    let computesChange: Bool

    /// - Parameter names: The requested columns; nil for all that are known and present.
    init(_ table: CSVTable, columns names: [String]?) throws(DatasetError) {
        let present = PresentColumns(table)
        dateIndex = try present.required(PriceColumn(PriceColumn.date)).index
        var wanted: [PriceColumn] = []
        var sources: [(column: PriceColumn, index: Int)] = []
        var computesChange = false
        for column in (names ?? PriceColumn.known).map(PriceColumn.init)
        where !wanted.contains(where: column.isSame) {
            if let source = try present.find(column) {
                sources.append(source)
            } else if names == nil {
                continue
            } else if column.name == PriceColumn.change {
                computesChange = true
            } else {
                throw present.missing("a column \(column.name)")
            }
            wanted.append(column)
        }
        guard !wanted.isEmpty else {
            throw present.missing("one of the columns \(PriceColumn.known.joined(separator: ", "))")
        }
        if computesChange && !sources.contains(where: { $0.column.name == PriceColumn.close }) {
            sources.append(
                try present.required(
                    PriceColumn(PriceColumn.close), "a column Change, or Close to compute it from"))
        }
        self.wanted = wanted
        self.sources = sources
        self.computesChange = computesChange
    }
}

/// The columns of a table, read as those of a price file.
private struct PresentColumns {
    private let table: CSVTable
    private let columns: [PriceColumn]

    init(_ table: CSVTable) {
        self.table = table
        columns = table.columns.map(PriceColumn.init)
    }

    /// Returns a column and its index; nil if there is none.
    ///
    /// - Throws: `DatasetError.invalid` if there are two, such as `Close` and `Price`.
    func find(_ wanted: PriceColumn) throws(DatasetError) -> (column: PriceColumn, index: Int)? {
        let places = columns.indices.filter { columns[$0].isSame(as: wanted) }
        guard places.count < 2 else {
            throw .invalid(
                file: table.path, problem: .duplicateColumn,
                at: .field(line: table.headerLine, column: places[1] + 1, name: table.columns[places[1]]),
                expected: "one column for \(wanted.name)",
                found: places.map { table.columns[$0].quoted(atMost: 40) }.joined(separator: " and "))
        }
        return places.first.map { (columns[$0], $0) }
    }

    func required(
        _ wanted: PriceColumn, _ expected: String? = nil
    ) throws(DatasetError) -> (column: PriceColumn, index: Int) {
        guard let found = try find(wanted) else { throw missing(expected ?? "a column \(wanted.name)") }
        return found
    }

    func missing(_ expected: String) -> DatasetError {
        .invalid(
            file: table.path, problem: .missingColumn, at: .line(table.headerLine), expected: expected,
            found: table.columns.map { $0.quoted(atMost: 40) }.joined(separator: ", "))
    }
}
