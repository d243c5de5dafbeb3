import ArgumentParser
import Commands
import Datasets
import Forecasting
import Platform

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Forecast from a CSV file with trained networks.",
        discussion: """
            Example: stock-forecast predict latest --data new.csv
                     stock-forecast predict --data new.csv --horizon 5 --out forecasts.csv

            It prints the errors of the forecasts over all days of the file, the last days, and the days after them, \
            whose dates follow the frequency of the rows. The columns are scaled as in training.

            Exit codes: 0 done, 64 bad option, 65 bad data or checkpoint, 66 missing file or run, 71 not enough memory, \
            74 --out could not be written, 129 terminal closed, 130 Ctrl-C, 143 SIGTERM.
            """)

    @OptionGroup var chosen: ForecastRunArgument

    @Option(
        name: [.long, .customLong("csv")],
        help: ArgumentHelp("CSV file with the columns that the networks read", valueName: "file"),
        completion: .file(extensions: ["csv", "gz"]))
    var data: String

    @OptionGroup var reading: ReadingArguments

    @Option(help: ArgumentHelp("First day, for example 2019-01-30", valueName: "date"))
    var from: CalendarDate?

    @Option(help: ArgumentHelp("Last day, for example 2019-12-31", valueName: "date"))
    var to: CalendarDate?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of rows: the first ones with --from, otherwise the last ones (default: all)",
            valueName: "count"))
    var rows: Int?

    @Option(help: "Networks of the run to use (default: \(ForecastTraining.ModelChoice.all.rawValue))")
    var model: ForecastTraining.ModelChoice?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Number of days to forecast after the last row", valueName: "days"))
    var horizon = 1

    @Option(
        help: ArgumentHelp("CSV file to write the forecasts of every day to", valueName: "file"),
        completion: .file(extensions: ["csv"]))
    var out: String?

    @Option(
        help: ArgumentHelp("Directory of the runs", valueName: "directory"),
        completion: .directory)
    var runs = ForecastTraining.Options().runs

    func validate() throws {
        try check("--rows", rows, 1...1_000_000)
        try check("--horizon", horizon, 0...1000)
        if let from, let to, to < from {
            throw ValidationError("--to must not be before --from: \(to) is before \(from).")
        }
        guard out != "" else { throw ValidationError("--out must name a file, not be empty.") }
        guard out != data else { throw ValidationError("--out must name a different file than --data.") }
    }

    func run() throws {
        let signal = InterruptSignal.install(endsProcess: true)
        defer { signal.uninstall() }
        try explained { console in
            let prediction = try ForecastPrediction(
                chosen.name, root: runs, model: model.flatMap { ForecastModel(rawValue: $0.rawValue) },
                on: .init(
                    path: data, from: from, to: to, count: rows, reading: reading.applied(to: .init()).reading
                ),
                horizon: horizon)
            try warn(prediction.notices)
            if let out { try prediction.write(to: out) }
            console.print(prediction.text())
            if let out { console.print("\nWritten: \(out)") }
        }
    }
}
