import ArgumentParser
import Commands
import Forecasting
import Prices

/// The options for reading a price file that does not itself determine how it is read.
struct ReadingArguments: RunArguments {
    typealias Options = ForecastTraining.Options

    @Option(
        help: ArgumentHelp(
            "Column of the dates (default: Date, or its name in another language)", valueName: "column"))
    var dateColumn: String?

    @Option(
        help: ArgumentHelp(
            """
            Order of day, month and year in dates such as 04/01/1999 (default: the order that fits all dates)
            """, valueName: "order"))
    var dateOrder: DateOrder?

    @Option(help: "Ticker to read from a file with several tickers")
    var ticker: String?

    @Flag(help: "Skip days without trade (open, high and low are 0)")
    var skipNoTrade = false
}

extension DateOrder: ExpressibleByArgument {}
