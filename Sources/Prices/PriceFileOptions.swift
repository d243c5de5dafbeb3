/// Options for reading a price file, for information that the file itself does not contain.
public struct PriceFileOptions: Hashable, Sendable {
    /// The name of the date column. If nil, it is `Date` or its name in another language, or a first column without a
    /// name.
    public var dateColumn: String?
    /// The order of the numbers in dates such as 04/01/1999; if nil, it is inferred from the file.
    public var dateOrder: DateOrder?
    /// The ticker to read from a file with the prices of several; nil for a file with one.
    public var ticker: String?
    /// Whether to skip the rows of days without trades, whose open, high and low are 0.
    public var skipsDaysWithoutTrade = false

    /// Creates the default options, for a file that needs none.
    public init() {}
}

/// The order of the numbers in a date.
public enum DateOrder: String, Hashable, Sendable, CaseIterable {
    /// Day, month, year: 30/01/2019.
    case dayFirst = "dmy"
    /// Month, day, year: 01/30/2019.
    case monthFirst = "mdy"
    /// Year, month, day: 2019-01-30.
    case yearFirst = "ymd"

    /// The order in words.
    package var name: String {
        switch self {
        case .dayFirst: "day, month, year"
        case .monthFirst: "month, day, year"
        case .yearFirst: "year, month, day"
        }
    }
}
