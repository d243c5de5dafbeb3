import ArgumentParser
import Commands
import Datasets
import Forecasting
import Prices

/// What is read, and what is made of it.
struct DataOptions: ParsableArguments {
    private static let defaults = ForecastTraining.Options()

    @Option(
        help: ArgumentHelp(
            """
            A CSV file with a column Date, raw or .gz, as finance sites export it (default: \(defaults.data), the \
            S&P 500 of 1999 to 2018).
            """, valueName: "file"))
    var data: String?

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

    func validate() throws {
        try check("--rows", rows, 1...1_000_000)
        try check("--sequence-length", sequenceLength, 1...65_536)
        try check("--train-windows", trainWindows, 1...1_000_000)
        guard data != "" else { throw ValidationError("--data must name a file, not be empty.") }
        guard target != "" else { throw ValidationError("--target must name a column, not be empty.") }
        if let features { try features.check("--features") }
        try checkSpan(from, to)
    }

    func apply(to options: inout ForecastTraining.Options) {
        options.data = data ?? options.data
        options.from = from ?? options.from
        options.to = to ?? options.to
        options.rows = rows ?? options.rows
        options.features = features?.names ?? options.features
        options.target = target ?? options.target
        options.scaler = scaler ?? options.scaler
        options.scaleOn = scaleOn ?? options.scaleOn
        options.sequenceLength = sequenceLength ?? options.sequenceLength
        options.trainWindows = trainWindows ?? options.trainWindows
    }
}

func checkSpan(_ from: CalendarDate?, _ to: CalendarDate?) throws {
    guard let from, let to, to < from else { return }
    throw ValidationError("--to must not be before --from: \(to) is before \(from).")
}

/// "Open,High,Low,Volume".
struct ColumnList: ExpressibleByArgument {
    let names: [String]

    init(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            String($0.trimmingSpaces)
        }
    }

    func check(_ option: String) throws {
        guard !names.contains("") else {
            throw ValidationError("\(option) must name columns with commas between them; one name is empty.")
        }
        for (place, name) in names.enumerated()
        where names[..<place].contains(where: { PriceHistory.isSame($0, as: name) }) {
            throw ValidationError("\(option) must name each column once; \(name) is there twice.")
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var rest = drop { $0 == " " }
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}

extension CalendarDate: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
extension Scaler.Kind: ExpressibleByArgument {}
extension ForecastTraining.ScaleOn: ExpressibleByArgument {}
