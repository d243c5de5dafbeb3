import CSV
import Datasets
import Platform

/// The indices of the date column and of the requested columns in a table.
struct PriceLayout {
    /// The requested columns, in the order of the result.
    let wanted: [PriceColumn]
    /// The columns to read, and their indices in the table.
    let sources: [(column: PriceColumn, index: Int)]
    let dateIndex: Int
    /// A note about the date column if its name is not a known one; otherwise nil.
    let dateNote: String?
    /// The column with the ticker of each row; nil if there is none.
    let tickerIndex: Int?
    /// The columns Open, High and Low, if the table has them.
    let rangeIndices: [Int]
    /// Whether the relative change is requested but must be computed from the closes.
    let computesChange: Bool

    /// - Parameters:
    ///   - names: The requested columns; if nil, all known columns that are present.
    ///   - options: The name of the date column, and the ticker.
    init(_ table: CSVTable, columns names: [String]?, options: PriceFileOptions) throws(DatasetError) {
        let present = try PresentColumns(table, options)
        dateIndex = present.dateIndex
        dateNote = present.dateNote
        tickerIndex = present.first(PriceColumn(PriceColumn.ticker))
        rangeIndices = PriceColumn.known.prefix(3).compactMap { name in
            (try? present.find(PriceColumn(name)))?.index
        }
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
            guard let close = try present.find(PriceColumn(PriceColumn.close)) else {
                throw present.missing("a column Change, or Close to compute it from")
            }
            sources.append(close)
        }
        self.wanted = wanted
        self.sources = sources
        self.computesChange = computesChange
    }
}

/// The columns of a table, interpreted as columns of a price file.
private struct PresentColumns {
    let dateIndex: Int
    let dateNote: String?
    private let table: CSVTable
    /// The columns; nil for the columns of other tickers.
    private let columns: [PriceColumn?]
    /// The indices of the columns, by their names in lower case.
    private let places: [String: [Int]]

    init(_ table: CSVTable, _ options: PriceFileOptions) throws(DatasetError) {
        self.table = table
        let columns = try Self.columns(of: table, options.ticker)
        self.columns = columns
        let (dateIndex, dateNote) = try Self.dates(table, columns, options.dateColumn)
        self.dateIndex = dateIndex
        self.dateNote = dateNote
        // The date column may have any name, also the name of a price column.
        places = columns.indices.reduce(into: [:]) { places, index in
            guard index != dateIndex, let name = columns[index]?.name.lowercased(),
                name != PriceColumn.date.lowercased()
            else { return }
            places[name, default: []].append(index)
        }
    }

    /// Returns a column and its index; nil if there is none.
    ///
    /// - Throws: `DatasetError.invalid` if there are two, such as `Close` and `Price`.
    func find(_ wanted: PriceColumn) throws(DatasetError) -> (column: PriceColumn, index: Int)? {
        let places = places[wanted.name.lowercased()] ?? []
        guard places.count < 2 else {
            throw .invalid(
                file: table.path, problem: .duplicateColumn,
                at: .field(line: table.headerLine, column: places[1] + 1, name: table.columns[places[1]]),
                expected: "one column for \(wanted.name)",
                found: places.map { table.columns[$0].quoted(atMost: 40) }.joined(separator: " and "))
        }
        return places.first.map { (columns[$0]!, $0) }
    }

    /// Returns the index of the first column with a name; nil if there is none.
    func first(_ wanted: PriceColumn) -> Int? { places[wanted.name.lowercased()]?.first }

    func missing(_ expected: String) -> DatasetError { Self.missing(expected, .missingColumn, in: table) }

    private static func missing(
        _ expected: String, _ problem: DatasetError.Problem, in table: CSVTable
    ) -> DatasetError {
        .invalid(
            file: table.path, problem: problem, at: .line(table.headerLine), expected: expected,
            found: list(table.columns))
    }

    /// Returns the first names, in quotes.
    private static func list(_ names: [String], atMost limit: Int = 30) -> String {
        names.prefix(limit).map { $0.quoted(atMost: 40) }.joined(separator: ", ")
            + (names.count > limit ? " and \(names.count - limit) more" : "")
    }

    /// Returns the columns of a ticker in a table whose names have two levels, the price's and the ticker's.
    private static func columns(of table: CSVTable, _ ticker: String?) throws(DatasetError) -> [PriceColumn?]
    {
        let all = table.levels.map { names in names.map(PriceColumn.init) }
        guard table.levels.count == 2 else { return all[0] }
        func knownCount(_ level: Int) -> Int {
            all[level].dropFirst().count { column in PriceColumn.known.contains(column.name) }
        }
        let priceLevel = knownCount(1) > knownCount(0) ? 1 : 0
        let tickers = table.levels[1 - priceLevel]
        var seen: Set<String> = [""]
        let names = tickers.dropFirst().filter { seen.insert($0).inserted }
        guard let chosen = ticker ?? (names.count < 2 ? names.first ?? "" : nil) else {
            throw .invalid(
                file: table.path, problem: .severalTickers(names[0]), at: .line(table.headerLine),
                expected: "columns of one ticker", found: list(names))
        }
        guard ticker == nil || names.contains(where: { $0.lowercased() == chosen.lowercased() }) else {
            throw .invalid(
                file: table.path,
                problem: names.first.map { .severalTickers($0) }
                    ?? .severalTickers.remedied(by: "leave out --ticker"),
                at: .line(table.headerLine), expected: "the ticker \(chosen.quoted(atMost: 40))",
                found: names.isEmpty ? "columns without a ticker" : list(names))
        }
        return all[priceLevel].indices.map { place in
            place == 0 || tickers[place].lowercased() == chosen.lowercased() ? all[priceLevel][place] : nil
        }
    }

    /// Returns the index of the date column, and a note if its name is not a known one.
    private static func dates(
        _ table: CSVTable, _ columns: [PriceColumn?], _ wanted: String?
    ) throws(DatasetError) -> (index: Int, note: String?) {
        let own = ownDates(table, columns)
        guard let wanted else {
            if let own { return own }
            throw missing(
                "a column Date",
                .missingColumn.remedied(
                    by: "name the column with the dates (--date-column); the first line must name the columns"
                ),
                in: table)
        }
        guard let index = table.index(ofColumn: wanted) ?? columns.firstIndex(of: PriceColumn(wanted)) else {
            throw missing(
                "a column \(wanted.quoted(atMost: 40)), as --date-column asks for",
                own.map {
                    .missingColumn.remedied(
                        by: "leave out --date-column: the dates are in the column "
                            + table.columns[$0.index].quoted(atMost: 40))
                } ?? .missingColumn, in: table)
        }
        if let own, own.index != index, WrittenDate(table[0, index]) == nil,
            !PriceColumn.isMissing(table[0, index])
        {
            throw table.invalid(
                .invalidDate.remedied(
                    by: "leave out --date-column: the dates are in the column "
                        + table.columns[own.index].quoted(atMost: 40)), row: 0, column: index,
                expected: "a date, as --date-column asks for")
        }
        return (index, nil)
    }

    /// Finds the date column without an option: a column with a known name, or the only column that has a date in its
    /// first row.
    private static func ownDates(_ table: CSVTable, _ columns: [PriceColumn?]) -> (index: Int, note: String?)?
    {
        if let index = table.index(ofColumn: PriceColumn.date) { return (index, nil) }
        let hasDate = { (index: Int) in WrittenDate(table[0, index]) != nil }
        let known = columns.indices.filter { columns[$0]?.name == PriceColumn.date }
        // A column `Time` may contain the time of day next to the date.
        if let index = known.first(where: hasDate) ?? known.first { return (index, nil) }
        // pandas writes the index column without a name.
        if ["", "unnamed: 0", "index"].contains(table.columns[0].lowercased()), hasDate(0) {
            return (0, nil)
        }
        let dates = columns.indices.filter { index in
            // A number could be a date or a price.
            hasDate(index) && PlainNumber(table.bytes(0, index)) == nil
        }
        guard dates.count == 1 else { return nil }
        return (
            dates[0],
            "No column is named Date; the dates are those of the column \(table.columns[dates[0]].quoted(atMost: 40))."
        )
    }
}
