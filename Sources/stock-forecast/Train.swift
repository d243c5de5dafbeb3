import ArgumentParser
import Commands
import Forecasting
import Runs

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train networks and compare their forecasts with the last value.",
        discussion: """
            Example: stock-forecast train --seeds 5
                     stock-forecast train --data prices.csv --from 2019-01-30 --rows 431
                     stock-forecast train --resume latest --seeds 10

            Scores, charts, report and weights are written to a new directory in runs/; runs/latest points to it. The \
            same seed gives the same weights, bit for bit, even if the run was stopped and resumed. Ctrl-C stops \
            training after the current step and saves everything; a second Ctrl-C stops at once.

            Exit codes: 0 done, 1 loss not finite, 64 bad option, 65 bad data, 66 missing data or run, 69 unsupported \
            CPU, 71 not enough memory, 73 run in use by another process, 74 a file could not be written, 75 \
            stopped by a request, 129 terminal closed, 130 Ctrl-C, 143 SIGTERM, or 128 + n for another signal n.
            """)

    @Option(
        help: ArgumentHelp(
            """
            Resume a run: latest, its name or its path. Options that are not given are the run's; --model, --seeds and \
            --horizon can extend it
            """, valueName: "run"), completion: .run)
    var resume: String?

    @Flag(
        help: """
            Resume with an --epochs, --batch-size or --learning-rate that differs from the run's
            """)
    var allowChanges = false

    @OptionGroup(title: "Data") var data: DataArguments

    @OptionGroup(title: "Networks") var networks: NetworkArguments

    @OptionGroup(title: "Run") var keeping: RecordingArguments

    func validate() throws {
        try checkUse("--allow-changes", allowChanges, of: "--resume", resume != nil)
        guard resume == nil || keeping.name == nil else {
            throw ValidationError("--name has no effect with --resume: a resumed run keeps its name.")
        }
        if resume == nil { _ = try options(on: .init()) }
    }

    private var given: GivenOptions<ForecastTraining.Options> {
        GivenOptions(data.given + networks.given + keeping.given)
    }

    /// Returns a run's options or the defaults, changed by the command line.
    private func options(on base: ForecastTraining.Options) throws -> ForecastTraining.Options {
        let options = given.applied(to: base)
        if let conflict = given.conflict(in: options) { throw ValidationError(conflict + ".") }
        return options
    }

    func run() throws {
        try explained {
            guard let resume else {
                return try ForecastTraining(options(on: .init())).run(opensPage: keeping.page.page)
            }
            let resumption = try ForecastResumption(resume, root: keeping.runs ?? RunDirectory.defaultRoot)
            return try ForecastTraining(
                resuming: resumption, options: options(on: resumption.options), allowsChanges: allowChanges
            ).run(opensPage: keeping.page.page)
        }
    }
}
