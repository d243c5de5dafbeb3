import ArgumentParser
import Commands
import Forecasting
import Prices

/// How a file of prices is read where the file itself does not tell.
struct ReadingOptions: RunArguments {
    typealias Options = ForecastTraining.Options

    @Option(
        help: ArgumentHelp(
            "Column of the dates (default: Date, or its name in another language).", valueName: "column"))
    var dateColumn: String?

    @Option(
        help: ArgumentHelp(
            """
            Order of day, month and year in dates such as 04/01/1999: dmy, mdy or ymd (default: the order that the \
            file shows).
            """, valueName: "order"))
    var dateOrder: DateOrder?

    @Option(help: "Ticker to read from a file with prices of several.")
    var ticker: String?

    @Flag(help: "Skip days without trade, whose open, high and low are 0.")
    var skipNoTrade = false
}

extension DateOrder: ExpressibleByArgument {}
