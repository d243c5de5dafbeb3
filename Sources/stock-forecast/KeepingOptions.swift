import ArgumentParser
import Commands
import Forecasting
import Training

/// What is forecast, shown and kept besides. Nothing of it changes the weights.
struct KeepingOptions: RunArguments {
    typealias Options = ForecastTraining.Options

    private static let defaults = Options()

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
            "Where the directories of runs are (default: \(defaults.runs)).", valueName: "directory"),
        completion: .directory)
    var runs: String?

    @Option(
        parsing: .unconditional,
        help: """
            How many threads compute, at most; by default, as many as the cores this process may use. A batch of up to \
            32 windows is one thread's work.
            """)
    var threads: Int?

}

extension CompletionKind {
    static var run: CompletionKind { .run(in: ForecastTraining.Options().runs) }
}
