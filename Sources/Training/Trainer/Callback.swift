import NeuralNetworks

/// What one epoch came to. Loss and accuracy are those of each batch before its step, summed over samples
/// ("running"), as the tutorials print them.
public struct EpochRecord: Hashable, Sendable {
    /// From 0 on.
    public let epoch: Int
    /// Mean cross-entropy, of smoothed labels if training smooths them.
    public let loss: Double
    /// Share of hits, 0...1.
    public let accuracy: Double
    /// Of the last step.
    public let learningRate: Double
    public let seconds: Double
    public let samples: Int
    /// Steps of the optimizer since the beginning of training.
    public let step: Int

    public var samplesPerSecond: Double { seconds > 0 ? Double(samples) / seconds : 0 }
}

/// Something that watches training, as Keras' callbacks do. Every method does nothing unless implemented.
public protocol Callback: AnyObject {
    /// - Parameters:
    ///   - epoch: from 0 on.
    ///   - epochs: how many are done once training is finished.
    ///   - samples: in the epoch.
    func epochBegan(_ epoch: Int, of epochs: Int, samples: Int)

    /// After each step, with the score of the epoch so far. Called hundreds of times a second.
    func batchEnded(_ running: Score, trainer: Trainer)

    func epochEnded(_ record: EpochRecord, trainer: Trainer) throws

    func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) throws
}

extension Callback {
    public func epochBegan(_ epoch: Int, of epochs: Int, samples: Int) {}
    public func batchEnded(_ running: Score, trainer: Trainer) {}
    public func epochEnded(_ record: EpochRecord, trainer: Trainer) throws {}
    public func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) throws {}
}

/// Ends training after the running step once a signal has asked for it.
public final class StopOnSignal: Callback {
    private let signal: InterruptSignal

    public init(_ signal: InterruptSignal) { self.signal = signal }

    public func batchEnded(_ running: Score, trainer: Trainer) {
        if let number = signal.received { trainer.stop(.interrupted(signal: number)) }
    }
}

/// One line an epoch, as the tutorials print it, and on a terminal a bar inside the epoch.
public final class EpochPrinter: Callback {
    private let console: Console
    private var bar: ProgressBar?

    public init(_ console: Console) { self.console = console }

    /// Prints to standard output.
    public convenience init() {
        // Only opening a log can fail.
        self.init(try! Console())
    }

    public func epochBegan(_ epoch: Int, of epochs: Int, samples: Int) {
        bar = ProgressBar(console: console, title: "Epoch \(epoch + 1)/\(epochs)", total: samples)
    }

    public func batchEnded(_ running: Score, trainer: Trainer) {
        bar?.update(completed: running.count, loss: running.loss, accuracy: 100 * running.accuracy)
    }

    public func epochEnded(_ record: EpochRecord, trainer: Trainer) {
        console.print(Self.line(record))
    }

    public func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) { bar?.finish() }

    /// `[0] train acc: 91.78  loss: 0.2712  lr: 0.005  0.44 s  135,070 images/s`
    public static func line(_ record: EpochRecord) -> String {
        "[\(record.epoch)] train acc: \(TextFormat.fixed(100 * record.accuracy, decimals: 2))"
            + "  loss: \(TextFormat.fixed(record.loss, decimals: 4))"
            + "  lr: \(TextFormat.significant(record.learningRate, digits: 4))"
            + "  \(TextFormat.fixed(record.seconds, decimals: 2)) s"
            + "  \(TextFormat.grouped(Int(record.samplesPerSecond))) images/s"
    }
}
