import Console
import Datasets

/// One line an epoch, as the tutorials print it, and on a terminal a bar inside the epoch.
public final class EpochPrinter: Callback {
    private let console: Console
    private let progress: Progress
    private var bar: ProgressBar?

    /// What is shown while training runs.
    public enum Progress: String, Codable, CaseIterable, Sendable {
        /// A line an epoch, and on a terminal a bar.
        case auto
        /// A line an epoch and a bar, whatever standard output is.
        case bar
        /// A line an epoch.
        case line
        /// Nothing; the log has the lines.
        case none
    }

    package init(_ console: Console, progress: Progress = .auto) {
        self.console = console
        self.progress = progress
    }

    /// Prints to standard output.
    public convenience init() {
        // Only opening a log can fail.
        self.init(try! Console())
    }

    public func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) {
        guard progress == .bar || progress == .auto && console.terminal.isInteractive else { return }
        bar = ProgressBar(
            console: console, title: "Epoch \(epoch + 1)/\(epochs)", total: samples,
            completed: trainer.state.running.count, remaining: (epochs - epoch - 1) * samples)
    }

    public func batchEnded(_ record: StepRecord, trainer: Trainer) {
        bar?.update(
            completed: record.running.count, step: (record.stepInEpoch, record.stepsPerEpoch),
            loss: record.running.loss,
            accuracy: trainer.engine.model.classCount > 0 ? 100 * record.running.accuracy : nil)
    }

    public func epochEnded(_ record: EpochRecord, trainer: Trainer) {
        let line = Self.line(record)
        if progress == .none { console.note(line) } else { console.print(line) }
    }

    public func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) { bar?.finish() }

    /// `[0] train acc: 91.78  loss: 0.2712  lr: 0.005  0.44 s  135,070 images/s`, with the accuracy and loss of
    /// the images held out before the learning rate where there are any. A regressor has no accuracy, and its samples
    /// are sequences.
    public static func line(_ record: EpochRecord) -> String {
        func accuracy(_ name: String, _ share: Double?) -> String {
            record.accuracy == nil
                ? "" : "\(name) acc: \(TextFormat.fixed(100 * (share ?? .nan), decimals: 2))  "
        }
        let validation = record.validation.map {
            "  " + accuracy("val", $0.accuracy) + "val loss: \(TextFormat.fixed($0.loss, decimals: 4))"
        }
        let averaged = record.averagedValidation.map {
            "  " + accuracy("ema val", $0.accuracy)
                + "ema val loss: \(TextFormat.fixed($0.loss, decimals: 4))"
        }
        return "[\(record.epoch)] \(accuracy("train", record.accuracy))"
            + "loss: \(TextFormat.fixed(record.loss, decimals: 4))" + (validation ?? "") + (averaged ?? "")
            + "  lr: \(TextFormat.significant(record.learningRate, digits: 4))"
            + "  \(TextFormat.fixed(record.seconds, decimals: 2)) s"
            + "  \(TextFormat.grouped(Int(record.samplesPerSecond))) \(record.accuracy == nil ? "sequences" : "images")/s"
    }
}
