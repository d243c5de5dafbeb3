import Datasets
import Platform

/// Prices of a stock, index or the like, day by day: dates that ascend, and columns of numbers beside them.
///
/// Read from CSV as finance sites export it (Yahoo, investing.com, Nasdaq, `DataFrame.to_csv`): a column `Date`
/// and the columns of numbers that are wanted, in any order and among any others; rows in any order.
///
/// **Columns.** `Open`, `High`, `Low`, `Close` (also `Price`, `Close/Last`), `Adj Close` (`Adj. Close`,
/// `Adjusted Close`), `Volume` (`Vol.`, `Vol`), `Change` (a fraction, or a percentage with its sign), `Change %` (a
/// percentage, with its sign or without; called `Change` here); others by the name in the file. Case does not count,
/// nor do spaces around a name. `Change` is the relative change from the day before, close / previous close − 1; it is computed where a file
/// has none, and the first row, which has no day before it, is then left out.
///
/// **Numbers** have a decimal point, and may have a comma before every three digits (in quotes, as CSV has it): `1,234`
/// is a thousand. Volumes may end in K, M or B, changes in %. Prices must be above zero, volumes at least zero,
/// as what is otherwise is a placeholder or a mistake, and has no relative change. NaN and infinity are no numbers,
/// and numbers beyond 10³⁰ (prices also below 10⁻³⁰) are refused, so that nothing computed of them overflows.
///
/// **Missing values** (empty, `null`, `N/A`, `NA`, `-`) in a wanted column leave out the row; `skipped` tells of it.
///
/// **Dates** are of one style throughout a file: `2019-01-30` (year first), `Jan 30, 2019`, or the year last as
/// in `01/30/2019` and `30.01.2019`. With the year last, a day above 12 somewhere in the file shows whether the
/// month comes first; if none does, or they contradict each other, the file is refused. `-`, `/` and `.` mean the
/// same. A midnight after the date, as pandas writes it, is passed over. Every date occurs once.
public struct PriceHistory: Sendable, Hashable {
    /// The file that they are from.
    public let path: String
    /// One for each row, ascending.
    public let dates: [CalendarDate]
    /// The names of the columns without the date, in the order asked for.
    public let columns: [String]
    /// Rows that were left out as they lack a value; nil if there are none.
    public let skipped: SkippedRows?
    /// One array for each column.
    package let values: [[Double]]

    /// Reads prices from a CSV file, raw or gzip.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - columns: The names of the columns to read; a name given twice is one column. Without, every column of
    ///     the names above that the file has.
    /// - Throws: `DatasetError`, which tells file, line, column and what was found there.
    public init(path: String, columns: [String]? = nil) throws(DatasetError) {
        try self.init(CSVTable(path: path), columns: columns)
    }

    /// Takes prices from a table of texts, as from a file.
    public init(_ table: CSVTable, columns: [String]? = nil) throws(DatasetError) {
        self = try PriceReader(table, columns: columns).history()
    }

    /// Prices at hand. Dates that do not ascend and sizes that do not fit together trap.
    ///
    /// - Parameters:
    ///   - dates: One for each row, ascending.
    ///   - columns: Names and their values, one for each row.
    ///   - path: What errors call the file that they are from.
    ///   - skipped: Rows left out before.
    public init(
        dates: [CalendarDate], columns: [(name: String, values: [Double])], path: String,
        skipped: SkippedRows? = nil
    ) {
        precondition(
            zip(dates, dates.dropFirst()).allSatisfy(<), "dates: expected ascending ones, received others")
        for (name, values) in columns {
            precondition(
                values.count == dates.count,
                "\(name): expected \(dates.count) values as there are dates, received \(values.count)")
        }
        self.dates = dates
        self.path = path
        self.skipped = skipped
        self.columns = columns.map(\.name)
        values = columns.map(\.values)
    }

    /// The number of rows.
    public var count: Int { dates.count }

    /// The values of a column, by any of its names. A column that was not read traps.
    public subscript(column: String) -> [Double] {
        let wanted = PriceColumn(column)
        guard let index = columns.firstIndex(where: { wanted.isSame(as: PriceColumn($0)) }) else {
            preconditionFailure("column: expected one of \(columns), received \(column)")
        }
        return values[index]
    }

    /// The values of several columns, an array each: what scalers and windows take.
    public subscript(columns: [String]) -> [[Double]] {
        columns.map { self[$0] }
    }

    /// Whether a column of this name holds prices: open, high, low, close, adjusted close, by any of their names.
    public static func isPrice(_ column: String) -> Bool { PriceColumn(column).quantity == .price }

    /// Whether two names are of the same column.
    public static func isSame(_ column: String, as other: String) -> Bool {
        PriceColumn(column).isSame(as: PriceColumn(other))
    }
}

/// The rows of a file that were left out as they lack a value.
public struct SkippedRows: Sendable, Hashable, CustomStringConvertible {
    public let count: Int
    /// The line of the first, from 1.
    public let firstLine: Int
    /// The column that lacks a value there.
    public let column: String
    /// What is there instead.
    public let text: String

    public init(count: Int, firstLine: Int, column: String, text: String) {
        self.count = count
        self.firstLine = firstLine
        self.column = column
        self.text = text
    }

    public var description: String {
        let place = "\(column) is \(text.quoted(atMost: 40)) on line \(firstLine)"
        return count == 1
            ? "1 row skipped, as a value is missing: \(place)"
            : "\(count) rows skipped, as values are missing: the first \(place)"
    }
}
