import ArgumentParser
import Commands
import Datasets
import Forecasting
import Platform

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Forecasts by trained networks on other rows, with the scales that they were trained with.",
        discussion: """
            Example: stock-forecast predict latest --data new.csv
                     stock-forecast predict --data new.csv --horizon 5 --out forecasts.csv

            Shows how far the forecasts of all days in the file are off, the last days, and the days after them. The \
            dates of these follow the frequency of the file's rows.

            Exit codes: 0 done, 64 bad option, 65 bad data or damaged checkpoint, 66 missing file or run, 71 not \
            enough memory, 74 --out could not be written, 129 terminal closed, 130 Ctrl-C, 143 SIGTERM.
            """)

    @OptionGroup var chosen: ForecastRunArgument

    @Option(
        name: [.long, .customLong("csv")],
        help: ArgumentHelp("The file with the columns that the networks read.", valueName: "file"),
        completion: .file(extensions: ["csv", "gz"]))
    var data: String

    @OptionGroup var reading: ReadingOptions

    @Option(help: ArgumentHelp("The first day, such as 2019-01-30.", valueName: "date"))
    var from: CalendarDate?

    @Option(help: ArgumentHelp("The last day, such as 2019-12-31.", valueName: "date"))
    var to: CalendarDate?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many rows: with --from the first, else the last ones (default: all).", valueName: "count"))
    var rows: Int?

    @Option(help: "Which of the run's networks (default: all).")
    var model: ForecastTraining.ModelChoice = .all

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many days after the last row to forecast.", valueName: "days"))
    var horizon = 1

    @Option(
        help: ArgumentHelp("Where to write every day's forecasts, as CSV.", valueName: "file"),
        completion: .file(extensions: ["csv"]))
    var out: String?

    @Option(
        help: ArgumentHelp("Where the directories of runs are.", valueName: "directory"),
        completion: .directory)
    var runs = ForecastTraining.Options().runs

    func validate() throws {
        try check("--rows", rows, 1...1_000_000)
        try check("--horizon", horizon, 0...1000)
        if let from, let to, to < from {
            throw ValidationError("--to must not be before --from: \(to) is before \(from).")
        }
        guard out != "" else { throw ValidationError("--out must name a file, not be empty.") }
        guard out != data else { throw ValidationError("--out must name another file than --data.") }
    }

    func run() throws {
        let signal = InterruptSignal.install(endsProcess: true)
        defer { signal.uninstall() }
        try explained { console in
            let prediction = try ForecastPrediction(
                chosen.name, root: runs, model: ForecastModel(rawValue: model.rawValue),
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
