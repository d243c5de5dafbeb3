import ArgumentParser
import Commands
import Datasets
import Forecasting
import Platform
import Runs

/// The options of the price data, the features and the windows.
struct DataArguments: RunArguments {
    typealias Options = ForecastTraining.Options

    private static let defaults = Options()

    @Option(
        name: [.long, .customLong("csv")],
        help: ArgumentHelp(
            """
            CSV file of prices with a column of dates, unpacked or .gz, as finance sites and spreadsheets export it \
            (default: \(defaults.data), the S&P 500 from 1999 to 2018)
            """, valueName: "file"), completion: .file(extensions: ["csv", "gz"]))
    var data: String?

    @OptionGroup var reading: ReadingArguments

    @Option(help: ArgumentHelp("First day, for example 2019-01-30", valueName: "date"))
    var from: CalendarDate?

    @Option(help: ArgumentHelp("Last day, for example 2019-12-31", valueName: "date"))
    var to: CalendarDate?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Number of rows: the first ones with --from, otherwise the last ones (default: all; for the included data, \
            the last \(ForecastTraining.Options.embeddedRows))
            """, valueName: "count"))
    var rows: Int?

    @Option(
        help: ArgumentHelp(
            """
            Features: columns that the networks read, separated by commas. Change, the relative change from the day \
            before, is computed if the file has no such column (default: \(defaults.features.joined(separator: ",")))
            """, valueName: "columns"))
    var features: ColumnList?

    @Option(
        help: ArgumentHelp("Target: column to forecast (default: \(defaults.target))", valueName: "column"))
    var target: String?

    @Option(
        help: """
            Scaling of the columns: to the range 0 to 1, or to mean 0 and standard deviation 1 (default: \
            \(defaults.scaler.rawValue))
            """)
    var scaler: Scaler.Kind?

    @Option(
        help: """
            Rows that the scaler is fitted to: the training set, or all rows as in the tutorials (look-ahead bias) \
            (default: \(defaults.scaleOn.rawValue))
            """)
    var scaleOn: ForecastTraining.ScaleOn?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Days in a window, from which the next day is forecast (default: \(defaults.sequenceLength))",
            valueName: "days")
    )
    var sequenceLength: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of windows in the training set; the later ones are the test set (default: \(defaults.trainWindows))",
            valueName: "count"))
    var trainWindows: Int?

}

/// A list of columns: "Open,High,Low,Volume".
struct ColumnList: ExpressibleByArgument, OptionArgument {
    let names: [String]

    var optionValue: any OptionValue { names }

    init(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmed
        }
    }

}

extension CalendarDate: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
extension Scaler.Kind: ExpressibleByArgument {}
extension ForecastTraining.ScaleOn: ExpressibleByArgument {}
