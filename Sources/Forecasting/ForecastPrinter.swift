import Console
import Training

/// A line every so many epochs, as the tutorials print it, and for the last one, and on a terminal a bar over all of
/// them.
final class ForecastPrinter: Callback {
    private let console: Console
    private let title: String
    private let interval: Int
    private let epochs: Int
    private let progress: EpochPrinter.Progress
    private var bar: ProgressBar?

    /// - Parameters:
    ///   - title: of the network.
    ///   - interval: epochs from line to line; 0 for no lines.
    ///   - epochs: of the whole training.
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

    /// Whether an epoch has a line: every so many, and the last one.
    static func hasLine(_ epoch: Int, every interval: Int, of epochs: Int) -> Bool {
        interval > 0 && (epoch.isMultiple(of: interval) || epoch + 1 == epochs)
    }

    /// `[epoch: 100] loss: 0.0009142`
    static func line(_ record: EpochRecord) -> String {
        "[epoch: \(record.epoch)] loss: \(NumberStyle([record.loss], digits: 4).text(record.loss))"
    }
}
