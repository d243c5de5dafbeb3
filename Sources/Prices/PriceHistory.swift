import CSV
import Console
import Datasets
import Platform

/// Daily prices of a stock or an index: ascending dates, each with a number in every column.
///
/// They are read from CSV files (RFC 4180; also with semicolons, tabs, vertical bars or blanks) as written by finance
/// sites (Yahoo, investing.com, Nasdaq, Stooq, NSE), yfinance, FinanceDataReader and pandas' `to_csv`. A file needs a
/// column `Date` and the requested columns of numbers, in any order and among any other columns. The rows may be in any
/// order. The file may be compressed with gzip.
///
/// **Columns.** `Open`, `High`, `Low`, `Close` (also `Price`, `Close/Last`), `Adj Close` (`Adj. Close`,
/// `Adjusted Close`), `Volume` (`Vol.`, `Vol`), `Change` (a fraction, or a percentage with its sign), `Change %`
/// (a percentage with or without its sign; it is named `Change` here), and their names in Korean, Japanese, Chinese, German, French,
/// Spanish and other languages. Other columns have their name in the file. Case, spaces around a name, `<>`, units in
/// brackets and marks of footnotes are ignored. `Change` is the relative change from the previous day, close / previous
/// close − 1. If a file has no such column, it is computed, and the first row, which has no previous day, is left out.
/// A file with prices of several tickers is read with ``PriceFileOptions/ticker``.
///
/// **Numbers** have a decimal point and may have a comma, space or apostrophe before every three digits (or as in
/// India), or they have a decimal comma and points: `"1,234.5"` or `"1.234,5"`. All numbers of a file have the same
/// decimal mark. Prices may have a currency sign, volumes may end in K, M, B or T, changes in %. Prices must be above
/// zero and volumes at least zero. Infinity and numbers above 10³⁰ (for prices also numbers below 10⁻³⁰) are rejected,
/// so that nothing computed from them overflows.
///
/// **Missing values** (empty, `null`, `NaN`, `N/A`, `NA`, `#N/A`, `None`, a dash or a point) in a requested column
/// cause the row to be skipped; see ``skipped``.
///
/// **Other lines** are skipped, and ``notes`` says so: a first line `sep=;`, titles above the names of the columns,
/// words below the rows, repeated names, and dividends or splits in place of prices, as in Yahoo's tables.
///
/// **Dates** have one style throughout a file: `2019-01-30` or `20190130` (year first), `Jan 30, 2019`, `30-Jan-2019`,
/// or `01/30/2019` and `30.01.2019` (year last). With the year last, a day above 12 in any row shows whether the month
/// comes first; if there is none, the order in which the rows are sorted and evenly spaced is used. The same holds for
/// years of two digits, which are from 1969 to 2068. A month (`2019-01`) means its first day. Numbers are seconds,
/// milliseconds, microseconds or nanoseconds since 1970 in UTC, or the days of Excel (`43495`). A time of day and a
/// time zone are ignored. Every date must occur once.
public struct PriceHistory: Sendable, Hashable {
    /// The path of the file that contains the prices.
    package let path: String
    /// The date of each row, ascending.
    public let dates: [CalendarDate]
    /// The names of the columns without the date, in the requested order.
    public let columns: [String]
    /// The rows that were skipped because a value is missing; nil if there are none.
    public let skipped: SkippedRows?
    /// The values of each column.
    package let values: [[Double]]
    /// The line of each row in the file; empty for prices from arrays.
    package let lines: [Int]
    /// Notes about how the file was read where it is ambiguous, a sentence each.
    public let notes: [String]

    /// Reads prices from a CSV file, raw or gzip.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - columns: The names of the columns to read; a name given twice is one column. If nil, all columns listed
    ///     above that the file has.
    ///   - options: Information that the file does not contain.
    /// - Throws: `DatasetError`: `missing` or `unreadable` for the file, otherwise `invalid` with the line, the column,
    ///   and the text found there.
    public init(
        path: String, columns: [String]? = nil, options: PriceFileOptions = PriceFileOptions()
    ) throws(DatasetError) {
        try self.init(
            CSVTable(path: path, dateColumn: options.dateColumn), columns: columns, options: options)
    }

    /// Reads prices from a table of texts, as from a file.
    package init(
        _ table: CSVTable, columns: [String]? = nil, options: PriceFileOptions = PriceFileOptions()
    ) throws(DatasetError) {
        self = try PriceReader(table, columns: columns, options: options).history()
    }

    /// Creates prices from arrays. Dates that do not ascend and sizes that do not match trap.
    ///
    /// - Parameters:
    ///   - dates: The date of each row, ascending.
    ///   - columns: The name and the values of each column, one value for each row.
    ///   - path: The path of the file that contains the prices, for errors.
    ///   - skipped: The rows that were skipped.
    ///   - lines: The line of each row in the file.
    ///   - notes: Notes about how the file was read.
    package init(
        dates: [CalendarDate], columns: [(name: String, values: [Double])], path: String,
        skipped: SkippedRows? = nil, lines: [Int] = [], notes: [String] = []
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
        self.lines = lines
        self.notes = notes
        self.columns = columns.map(\.name)
        values = columns.map(\.values)
    }

    /// The number of rows.
    public var count: Int { dates.count }

    /// The values of a column, by any of its names. A column that does not exist traps.
    public subscript(column: String) -> [Double] {
        let wanted = PriceColumn(column)
        guard let index = columns.firstIndex(where: { wanted.isSame(as: PriceColumn($0)) }) else {
            preconditionFailure("column: expected one of \(columns), received \(column)")
        }
        return values[index]
    }

    /// The values of several columns, an array for each, as scalers and windows expect them. A column that does not
    /// exist traps.
    public subscript(columns: [String]) -> [[Double]] {
        columns.map { self[$0] }
    }

    /// Returns whether a column with this name contains prices: open, high, low, close or adjusted close, by any of
    /// their names.
    package static func isPrice(_ column: String) -> Bool { PriceColumn(column).quantity == .price }

    /// The names of the price columns, the close last.
    package static let priceColumns = ["Open", "High", "Low", "Adj Close", PriceColumn.close]

    /// Returns whether a table has a column with a value in at least one row.
    package static func hasValues(_ table: CSVTable, column: String, options: PriceFileOptions) -> Bool {
        (try? PriceReader(table, columns: [column], options: options).emptyColumns().isEmpty) ?? false
    }

    /// Returns whether two names mean the same column.
    package static func isSame(_ column: String, as other: String) -> Bool {
        PriceColumn(column).isSame(as: PriceColumn(other))
    }
}

/// The rows of a file that were skipped because a value is missing.
public struct SkippedRows: Sendable, Hashable, CustomStringConvertible {
    /// The number of skipped rows.
    public let count: Int
    /// The line of the first skipped row, from 1.
    package let firstLine: Int
    /// The name of the column whose value is missing there.
    package let column: String
    /// The text in place of the value.
    package let text: String

    package init(count: Int, firstLine: Int, column: String, text: String) {
        self.count = count
        self.firstLine = firstLine
        self.column = column
        self.text = text
    }

    public var description: String {
        let values = [
            "count": "\(count)", "column": column, "text": text.quoted(atMost: 40), "line": "\(firstLine)",
        ]
        return Language.english.text(count == 1 ? PriceText.skippedRow : .skippedRows, values)
    }
}
