import ArgumentParser
import Console
import Runs
import Training

/// The options of logging, checkpoints and the output on the screen. None of them affects the weights.
package struct RecordingArguments<Options: ClassifierOptions>: RunArguments {
    private static var defaults: Options { Options() }

    package init() {}

    @OptionGroup package var page: PageArguments

    @Option(help: "Name of the run; its directory is <UTC time>-<name> (default: \(defaults.name))")
    package var name: String?

    @Option(
        help: """
            Progress display: a line per epoch and a bar on a terminal (auto), both everywhere (bar), lines only \
            (line), or nothing (none) (default: \(defaults.progress.rawValue))
            """)
    var progress: EpochPrinter.Progress?

    @Flag(help: "Print only errors; train.log still has everything")
    var quiet = false

    @Option(
        help: """
            Language of the report: en (English) or ko (Korean) (default: \(defaults.language.rawValue))
            """)
    var language: Language?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Log to metrics.jsonl and TensorBoard every N steps; 0 logs only at epoch ends (default: \
            \(defaults.logEvery))
            """, valueName: "N"))
    var logEvery: Int?

    @Option(
        help: ArgumentHelp(
            """
            Interval of checkpoints: 5 (epochs), 200steps or 10m. The best checkpoint is saved with the next scheduled \
            checkpoint and at the end of training (default: \(defaults.checkpoints.every))
            """, valueName: "interval"))
    var checkpointEvery: CheckpointPolicy.Interval?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of newest checkpoints to keep, besides the best (default: \(defaults.checkpoints.kept))",
            valueName: "count"))
    var keepCheckpoints: Int?

    @Option(
        help: """
            If a file cannot be written, stop (the run can be resumed) or continue; the exit code is 74 in both cases \
            (default: \(defaults.checkpoints.onSaveError.rawValue))
            """)
    var onSaveError: CheckpointPolicy.SaveErrorAction?

    @Option(
        help: ArgumentHelp(
            "Stop after this time, for example 90s, 10m or 1.5h; the run can be resumed", valueName: "time"))
    var timeLimit: TimeSpan?
}

/// A duration: "90s", "10m", "1.5h" or "2d".
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
