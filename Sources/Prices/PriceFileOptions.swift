/// How a price file is read where the file itself does not tell.
public struct PriceFileOptions: Hashable, Sendable {
    /// The name of the column with the dates; nil for `Date` and its names in other languages, or a first column without
    /// a name.
    public var dateColumn: String?
    /// The order of the numbers in dates such as 04/01/1999; nil for the one that the file shows.
    public var dateOrder: DateOrder?
    /// The ticker to read from a file with prices of several; nil for a file of one.
    public var ticker: String?
    /// Whether to skip the rows of days without trade, whose open, high and low are 0.
    public var skipsDaysWithoutTrade = false

    /// The options for a file that tells everything itself.
    public init() {}
}

/// The order of the numbers of a date.
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
