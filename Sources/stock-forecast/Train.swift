import ArgumentParser
import Commands
import Forecasting
import Runs

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains networks that forecast, and compares them with each other and with the last value.",
        discussion: """
            Example: stock-forecast --seeds 5
                     stock-forecast train --data prices.csv --from 2019-01-30 --rows 431 --scale-on all
                     stock-forecast train --resume latest --seeds 10

            Errors, pictures, report and weights go to a directory of their own in runs/; runs/latest points to it. The \
            same seed gives the same weights, to the last bit, stopped and resumed or not. Ctrl-C ends training after \
            the running step, with everything written; a second one at once.

            Exit codes: 0 done, 1 the loss was not finite, 64 bad option, 65 bad data, 66 missing data, 69 processor \
            not supported, 71 not enough memory, 73 another process writes to the run, 74 a file of the run could not \
            be written, 129 terminal closed, 130 Ctrl-C, 143 SIGTERM, or 128 + n for another \
            signal n.
            """)

    @Option(
        help: ArgumentHelp(
            """
            Go on with a run where it was stopped: latest, its name or its path. Options that are not given are the \
            run's; --model, --seeds and --horizon may ask for more.
            """, valueName: "run"), completion: .run)
    var resume: String?

    @Flag(
        help: """
            Let a resumed run go on with another --epochs, --batch-size or --learning-rate than its own.
            """)
    var allowChanges = false

    @OptionGroup(title: "Data") var data: DataOptions

    @OptionGroup(title: "Networks") var networks: NetworkOptions

    @OptionGroup(title: "Run") var keeping: KeepingOptions

    func validate() throws {
        try checkUse("--allow-changes", allowChanges, of: "--resume", resume != nil)
        guard resume == nil || keeping.name == nil else {
            throw ValidationError("--name has no effect with --resume: a run keeps its name.")
        }
        if resume == nil { _ = try options(on: .init()) }
    }

    private var given: GivenOptions<ForecastTraining.Options> {
        GivenOptions(data.given + networks.given + keeping.given)
    }

    /// A recipe's or a run's options with those that the command line gives.
    private func options(on base: ForecastTraining.Options) throws -> ForecastTraining.Options {
        let options = given.applied(to: base)
        if let conflict = given.conflict(in: options) { throw ValidationError(conflict + ".") }
        return options
    }

    func run() throws {
        try explained {
            guard let resume else { return try ForecastTraining(options(on: .init())).run() }
            let resumption = try ForecastResumption(resume, root: keeping.runs ?? RunDirectory.defaultRoot)
            return try ForecastTraining(
                resuming: resumption, options: options(on: resumption.options), allowsChanges: allowChanges
            ).run()
        }
    }
}
