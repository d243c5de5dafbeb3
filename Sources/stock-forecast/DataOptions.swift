import ArgumentParser
import Commands
import Datasets
import Forecasting
import Platform
import Runs

/// What is read, and what is made of it.
struct DataOptions: RunArguments {
    typealias Options = ForecastTraining.Options

    private static let defaults = Options()

    @Option(
        name: [.long, .customLong("csv")],
        help: ArgumentHelp(
            """
            A CSV file with a column of dates, raw or .gz, as finance sites and spreadsheets export it (default: \
            \(defaults.data), the S&P 500 of 1999 to 2018).
            """, valueName: "file"), completion: .file(extensions: ["csv", "gz"]))
    var data: String?

    @OptionGroup var reading: ReadingOptions

    @Option(help: ArgumentHelp("The first day, such as 2019-01-30.", valueName: "date"))
    var from: CalendarDate?

    @Option(help: ArgumentHelp("The last day, such as 2019-12-31.", valueName: "date"))
    var to: CalendarDate?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            How many rows: with --from the first, else the last ones (default: all; of the embedded data the last \
            \(ForecastTraining.Options.embeddedRows)).
            """, valueName: "count"))
    var rows: Int?

    @Option(
        help: ArgumentHelp(
            """
            What the networks read of each day; Change, the relative change from the day before, is computed where the \
            file has none (default: \(defaults.features.joined(separator: ","))).
            """, valueName: "columns"))
    var features: ColumnList?

    @Option(help: ArgumentHelp("What they forecast (default: \(defaults.target)).", valueName: "column"))
    var target: String?

    @Option(
        help: """
            How columns are brought to a common size: to 0...1, or to mean 0 and standard deviation 1 (default: \
            \(defaults.scaler.rawValue)).
            """)
    var scaler: Scaler.Kind?

    @Option(
        help: """
            Which rows scalers are fitted to: those that training sees, or all, as the tutorials do, which looks into \
            the future (default: \(defaults.scaleOn.rawValue)).
            """)
    var scaleOn: ForecastTraining.ScaleOn?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many days a forecast is made from (default: \(defaults.sequenceLength)).", valueName: "days")
    )
    var sequenceLength: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many windows to train on, the first ones; the others test (default: \(defaults.trainWindows)).",
            valueName: "count"))
    var trainWindows: Int?

}

/// "Open,High,Low,Volume".
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
