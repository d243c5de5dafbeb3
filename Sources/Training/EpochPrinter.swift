import Console
import Datasets

/// A callback that prints one line for each epoch and, on a terminal, a progress bar during the epoch.
public final class EpochPrinter: Callback {
    private let console: Console
    private let progress: Progress
    private var bar: ProgressBar?

    /// The output during training.
    package enum Progress: String, Codable, CaseIterable, Sendable {
        /// A line for each epoch, and a bar on a terminal.
        case auto
        /// A line for each epoch and a bar, even if standard output is not a terminal.
        case bar
        /// A line for each epoch.
        case line
        /// Nothing on the screen. The lines are still written to the log.
        case none
    }

    package init(_ console: Console, progress: Progress = .auto) {
        self.console = console
        self.progress = progress
    }

    /// Creates a callback that prints to standard output.
    public convenience init() {
        // Creating a console fails only if a log cannot be opened.
        self.init(try! Console())
    }

    public func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) {
        guard progress == .bar || progress == .auto && console.terminal.isInteractive else { return }
        bar = ProgressBar(
            console: console, title: "Epoch \(epoch + 1)/\(epochs)", total: samples,
            completed: trainer.state.running.count(of: trainer.unit),
            remaining: (epochs - epoch - 1) * samples,
            unit: trainer.unit.rawValue, clock: trainer.clock)
    }

    public func batchEnded(_ record: StepRecord, trainer: Trainer) {
        bar?.update(
            completed: record.running.count(of: trainer.unit),
            step: (record.stepInEpoch, record.stepsPerEpoch),
            loss: record.running.loss,
            accuracy: trainer.isClassifier ? 100 * record.running.accuracy : nil)
    }

    public func epochEnded(_ record: EpochRecord, trainer: Trainer) {
        let line = Self.line(record)
        if progress == .none { console.note(line) } else { console.print(line) }
    }

    public func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) { bar?.finish() }

    /// Returns the line of an epoch: `[0] train acc: 91.78  loss: 0.2712  lr: 0.005  0.44 s  135,070 images/s`. The
    /// figures of the validation set are before the learning rate. A regressor has no accuracy, and its samples are
    /// sequences.
    package static func line(_ record: EpochRecord) -> String {
        let names: [(split: MetricSplit, name: String)] = [
            (.train, "train"), (.validation, "val"), (.averagedValidation, "ema val"),
        ]
        let parts = names.map { figures(record.metrics(of: $0.split), $0.name) }.filter { !$0.isEmpty }
        return "[\(record.epoch)] \(parts.joined(separator: "  "))"
            + "  lr: \(TextFormat.significant(record.learningRate, digits: 4))"
            + "  \(TextFormat.fixed(record.seconds, decimals: 2)) s"
            + "  \(TextFormat.grouped(Int(record.samplesPerSecond))) \(unit(record))/s"
    }

    private static func unit(_ record: EpochRecord) -> String {
        record.unit == .images && record.accuracy == nil ? "sequences" : record.unit.rawValue
    }

    /// Returns the figures of a split, the accuracy first: "val acc: 97.59  val loss: 0.0805". The training loss has no
    /// name before it.
    private static func figures(_ values: [MetricValue], _ name: String) -> String {
        let ordered = values.filter { $0.metric == .accuracy } + values.filter { $0.metric != .accuracy }
        return ordered.map { value in
            switch value.metric {
            case .accuracy: "\(name) acc: \(TextFormat.fixed(value.value, decimals: 2))"
            case .crossEntropy:
                "\(name == "train" ? "" : "\(name) ")loss: \(TextFormat.fixed(value.value, decimals: 4))"
            default:
                "\(name) \(value.metric.title.lowercased()): \(value.metric.text(value.value))"
            }
        }.joined(separator: "  ")
    }
}
