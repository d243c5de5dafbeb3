import ArgumentParser
import Commands
import Console
import ImageClassification
import Runs
import Training

/// What is shown and kept of a run. Nothing of it changes the weights.
struct KeepingOptions: RunArguments {
    typealias Options = ImageTraining.Options

    private static let defaults = Options()

    @Option(help: "What to call this run: its directory is <UTC time>-<name> (default: \(defaults.name)).")
    var name: String?

    @Option(
        help: """
            What is shown while training runs: a line an epoch and, on a terminal, a bar (auto); both anywhere (bar); \
            lines only (line); nothing (none) (default: \(defaults.progress.rawValue)).
            """)
    var progress: EpochPrinter.Progress?

    @Flag(help: "Show nothing at all but errors; train.log has everything.")
    var quiet = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Steps of one record in metrics.jsonl and for TensorBoard; 0 for none but those of epochs (default: \
            \(defaults.logEvery)).
            """, valueName: "steps"))
    var logEvery: Int?

    @Option(
        help: ArgumentHelp(
            """
            When to make checkpoints, of the best epoch since the last one, too: 5 (epochs), 200steps, 10m (default: \
            \(defaults.checkpoints.every)).
            """, valueName: "interval"))
    var checkpointEvery: CheckpointPolicy.Interval?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many of the newest checkpoints to keep, besides the best (default: \(defaults.checkpoints.kept)).",
            valueName: "count"))
    var keepCheckpoints: Int?

    @Option(
        help: """
            What to do if a file cannot be written: stop, to be resumed later, or continue; both end with exit code \
            74 (default: \(defaults.checkpoints.onSaveError.rawValue)).
            """)
    var onSaveError: CheckpointPolicy.SaveErrorAction?

    @Option(
        help: ArgumentHelp(
            "Stop after this time, 90s, 10m or 1.5h, to be resumed later.", valueName: "time"))
    var timeLimit: TimeSpan?

}

/// "90s", "10m", "1.5h" or "2d".
struct TimeSpan: ExpressibleByArgument, OptionArgument {
    let seconds: Double

    var optionValue: any OptionValue { seconds }

    init?(argument: String) {
        guard let seconds = TextFormat.seconds(argument) else { return nil }
        self.seconds = seconds
    }
}

extension CheckpointPolicy.Interval: ExpressibleByArgument {}
extension CheckpointPolicy.SaveErrorAction: ExpressibleByArgument {}
