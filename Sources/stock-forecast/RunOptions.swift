import ArgumentParser
import Commands
import Forecasting
import Platform
import Runs
import Training

/// What is forecast, shown and kept besides. Nothing of it changes the weights.
struct RunOptions: ParsableArguments {
    private static let defaults = ForecastTraining.Options()

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            How many days after the last to forecast, each from the forecasts of those before it (default: \
            \(defaults.horizon)).
            """, valueName: "days"))
    var horizon: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Epochs of one line on the screen; 0 for none (default: \(defaults.printEvery)).",
            valueName: "epochs"))
    var printEvery: Int?

    @Option(help: "What to call this run: its directory is <UTC time>-<name> (default: \(defaults.name)).")
    var name: String?

    @Option(
        help: """
            What is shown while training runs: lines and, on a terminal, a bar (auto); both anywhere (bar); lines only \
            (line); nothing (none) (default: \(defaults.progress.rawValue)).
            """)
    var progress: EpochPrinter.Progress?

    @Flag(help: "Show nothing at all but errors; train.log has everything.")
    var quiet = false

    @Option(
        help: ArgumentHelp(
            "Where the directories of runs are (default: \(defaults.runs)).", valueName: "directory"))
    var runs: String?

    @Option(
        parsing: .unconditional,
        help: """
            How many threads compute, at most; by default, as many as the cores this process may use. A batch of up to \
            32 windows is one thread's work.
            """)
    var threads: Int?

    func validate() throws {
        try check("--horizon", horizon, 0...1000)
        try check("--print-every", printEvery, 0...1_000_000)
        try check("--threads", threads, 1...1024)
        guard runs != "" else { throw ValidationError("--runs must name a directory, not be empty.") }
        guard let name else { return }
        do { try RunDirectory.validate(name: name) } catch { throw ValidationError("--name: \(error)") }
    }

    func apply(to options: inout ForecastTraining.Options) {
        options.horizon = horizon ?? options.horizon
        options.printEvery = printEvery ?? options.printEvery
        options.name = name ?? options.name
        options.progress = progress ?? options.progress
        options.quiet = quiet
        options.runs = runs ?? options.runs
        options.threads = threads ?? UsableCores.count
    }
}
