import Console
import Training

/// A callback that prints a line at a fixed interval of epochs, as in the tutorials, and for the last epoch. On a
/// terminal it shows a bar for the whole training.
final class ForecastPrinter: Callback {
    private let console: Console
    private let title: String
    private let interval: Int
    private let epochs: Int
    private let progress: EpochPrinter.Progress
    private var bar: ProgressBar?

    /// - Parameters:
    ///   - title: The name of the network.
    ///   - interval: The number of epochs between lines; 0 for no lines.
    ///   - epochs: The number of epochs of the whole training.
    init(
        _ console: Console, title: String, every interval: Int, epochs: Int, progress: EpochPrinter.Progress
    ) {
        self.console = console
        self.title = title
        self.interval = interval
        self.epochs = epochs
        self.progress = progress
    }

    func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) {
        guard bar == nil, progress == .bar || progress == .auto && console.terminal.isInteractive else {
            return
        }
        bar = ProgressBar(
            console: console, title: title, total: epochs, completed: epoch, unit: "epochs")
    }

    func epochEnded(_ record: EpochRecord, trainer: Trainer) {
        bar?.update(completed: record.epoch + 1, loss: record.loss)
        guard Self.hasLine(record.epoch, every: interval, of: epochs) else { return }
        let line = Self.line(record)
        if progress == .none { console.note(line) } else { console.print(line) }
    }

    func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) { bar?.finish() }

    /// Returns whether an epoch has a line: at every interval, and at the last epoch.
    static func hasLine(_ epoch: Int, every interval: Int, of epochs: Int) -> Bool {
        interval > 0 && (epoch.isMultiple(of: interval) || epoch + 1 == epochs)
    }

    /// Returns the line of an epoch: `[epoch: 100] loss: 0.0009142`.
    static func line(_ record: EpochRecord) -> String {
        "[epoch: \(record.epoch)] loss: \(NumberStyle([record.loss], digits: 4).text(record.loss))"
    }
}
