import CSV
import Datasets
import Platform

/// The numbers of a table's rows. Each field is read once, unless its meaning depends on later fields, which show
/// whether the file has decimal points or decimal commas.
struct PriceNumbers {
    /// The rows that have a number in every column.
    private(set) var rows: [Int] = []
    /// The numbers of each column; NaN for numbers that are not plain, until they are resolved.
    private(set) var values: [[Double]]
    /// The rows in which a value is missing.
    private(set) var skipped: SkippedRows?
    /// The rows with a dividend or a split in place of prices.
    private(set) var events = CSVRemarks()

    private let table: CSVTable
    private let layout: PriceLayout
    private var told: (mark: DecimalMark, row: Int, index: Int)?
    /// The first field with another decimal mark.
    private var other: (row: Int, index: Int)?
    /// The first field whose comma may be a decimal comma.
    private var ambiguous: (row: Int, index: Int)?

    /// - Throws: `DatasetError` if no row has all values.
    init(_ table: CSVTable, _ layout: PriceLayout, of candidates: [Int]) throws(DatasetError) {
        self.table = table
        self.layout = layout
        values = [[Double]](repeating: [], count: layout.sources.count)
        rows.reserveCapacity(candidates.count)
        for place in values.indices { values[place].reserveCapacity(candidates.count) }
        var (missing, missingCount): ((row: Int, index: Int)?, Int) = (nil, 0)
        for row in candidates {
            switch read(row) {
            case .complete: rows.append(row)
            case .event(let text): events.add(table.line(row: row, column: layout.dateIndex), text)
            case .missing(let index):
                missing = missing ?? (row, index)
                missingCount += 1
            }
        }
        guard let missing else {
            guard rows.isEmpty else { return }
            throw .invalid(
                file: table.path, problem: .noRows, at: .line(table.headerLine),
                expected: "at least one row with prices",
                found: "none")
        }
        let skipped = SkippedRows(
            count: missingCount, firstLine: table.line(row: missing.row, column: missing.index),
            column: table.columns[missing.index], text: table[missing.row, missing.index])
        self.skipped = skipped
        guard !rows.isEmpty else {
            throw table.invalid(
                .noRows, row: missing.row, column: missing.index,
                expected: "at least one row without missing values", found: "none: \(skipped)")
        }
    }

    private enum RowKind {
        case complete
        case event(String)
        /// The index of the first column without a value.
        case missing(Int)
    }

    /// Appends the numbers of a row, if none is missing.
    private mutating func read(_ row: Int) -> RowKind {
        let count = rows.count
        var missing: Int?
        for (place, (column, index)) in layout.sources.enumerated() {
            let bytes = table.bytes(row, index)
            if column.quantity != .percentage, let plain = PlainNumber(bytes) {
                values[place].append(plain.value)
                if plain.hasPoint, told?.mark != .point { see(plain.tellsPoint ? .point : nil, row, index) }
                continue
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if PriceColumn.isMissing(text) {
                missing = missing ?? index
            } else if CSVRemarks.isEvent(text) {
                drop(to: count)
                return .event(text.trimmed)
            } else if let number = column.writtenNumber(text) {
                see(number.tellsMark, row, index)
                if number.hasAmbiguousComma { ambiguous = ambiguous ?? (row, index) }
            }
            values[place].append(.nan)
        }
        guard let missing else { return .complete }
        drop(to: count)
        return .missing(missing)
    }

    private mutating func drop(to count: Int) {
        for place in values.indices { values[place].removeSubrange(min(count, values[place].count)...) }
    }

    private mutating func see(_ mark: DecimalMark?, _ row: Int, _ index: Int) {
        guard let mark else { return }
        if told == nil {
            told = (mark, row, index)
        } else if other == nil, told!.mark != mark {
            other = (row, index)
        }
    }

    /// Reads the numbers that are not plain, now that the decimal mark is known, and checks all.
    ///
    /// - Parameter isWithoutTrade: Returns whether a row belongs to a day without trades.
    /// - Returns: Notes about how the numbers were read.
    mutating func resolve(_ isWithoutTrade: (Int) -> Bool) throws(DatasetError) -> [String] {
        let (mark, note) = try decimalMark()
        var irregular: String?
        for (place, row) in rows.enumerated() {
            for (source, (column, index)) in layout.sources.enumerated() {
                if values[source][place].isNaN || mark == .comma {
                    let text = table[row, index]
                    guard let value = column.value(text, mark: mark) else {
                        throw table.invalid(
                            .invalidNumber, row: row, column: index, expected: column.expectation)
                    }
                    values[source][place] = value
                    if irregular == nil, column.writtenNumber(text)?.hasIrregularGroups(mark) ?? false {
                        irregular =
                            "\(text.quoted(atMost: 40)) on line \(table.line(row: row, column: index)) has a last group of "
                            + "two digits; it is read as \(value)."
                    }
                }
                let value = values[source][place]
                guard column.allows(value) else {
                    let isHalt = column.quantity == .price && isWithoutTrade(row)
                    throw table.invalid(
                        isHalt ? .valueOutOfRange.remedied(by: Self.haltRemedy) : .valueOutOfRange, row: row,
                        column: index, expected: column.limit(value))
                }
            }
        }
        return [note, irregular].compactMap(\.self)
    }

    private static let haltRemedy =
        "open, high and low are 0, as on a day without trade: skip such days (--skip-no-trade)"

    /// Returns the decimal mark of the numbers. All numbers must have the same one.
    private func decimalMark() throws(DatasetError) -> (mark: DecimalMark, note: String?) {
        if let told, let other {
            let line = table.line(row: told.row, column: told.index)
            throw table.invalid(
                .mixedNumbers, row: other.row, column: other.index,
                expected: "a number with \(told.mark.name), like "
                    + "\(table[told.row, told.index].quoted(atMost: 40)) on line \(line)")
        }
        if let told { return (told.mark, nil) }
        // Spreadsheets write semicolons as separators if the comma is the decimal mark.
        guard let (row, index) = ambiguous, table.separator == .semicolon else { return (.point, nil) }
        return (
            .comma,
            "Numbers such as \(table[row, index].trimmed) (line \(table.line(row: row, column: index))) are read with a "
                + "decimal comma, as the fields are separated by semicolons."
        )
    }
}
