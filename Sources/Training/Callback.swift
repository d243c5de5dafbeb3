import NeuralNetworks
import Platform

/// What one epoch came to. Loss and accuracy are those of each batch before its step, summed over samples
/// ("running"), as the tutorials print them.
public struct EpochRecord: Hashable, Sendable {
    /// From 0 on.
    public let epoch: Int
    /// Mean cross-entropy, of smoothed labels if training smooths them; mean squared error of a regressor.
    public let loss: Double
    /// Share of hits, 0...1; nil of a regressor.
    public let accuracy: Double?
    /// Of the samples held out, with the weights after the epoch; nil if there are none.
    public let validation: Score?
    /// Of the last step.
    public let learningRate: Double
    /// Of training, without the samples held out.
    public let seconds: Double
    public let samples: Int
    /// Steps of the optimizer since the beginning of training.
    public let step: Int
    /// As ``validation``, with the averaged weights; nil without an average.
    public internal(set) var averagedValidation: Score?
    /// The trainer's metrics of the training set, of the validation set and, with an average, of the validation set with
    /// the averaged weights.
    public internal(set) var metrics: [MetricValue] = []

    /// The values on some samples, in the trainer's order; empty if these were not evaluated.
    public func metrics(of split: MetricSplit) -> [MetricValue] { metrics.filter { $0.split == split } }

    /// What the best epoch and plateaus are chosen by: the loss of the samples held out or, without any, of
    /// training.
    public var monitoredLoss: Double { validation?.loss ?? loss }

    public var samplesPerSecond: Double { seconds > 0 ? Double(samples) / seconds : 0 }
}

/// What one step came to.
public struct StepRecord: Hashable, Sendable {
    /// From 0 on.
    public let epoch: Int
    /// Steps of the optimizer since the beginning of training, this one included.
    public let step: Int
    /// The same since the beginning of the epoch.
    public let stepInEpoch: Int
    public let stepsPerEpoch: Int
    /// Of the batch, before the step.
    public let batch: Score
    /// Of the epoch so far.
    public let running: Score
    public let learningRate: Double
    /// Of the gradient of the mean loss, before clipping; nil where it was not measured.
    public let gradientNorm: Double?
}

/// Something that watches training, as Keras' callbacks do. Every method does nothing unless implemented.
public protocol Callback: AnyObject {
    /// Before the first step of an epoch, or the first after a resume in it.
    ///
    /// - Parameters:
    ///   - epoch: from 0 on.
    ///   - epochs: how many are done once training is finished.
    ///   - samples: in the epoch.
    ///   - trainer: who trains.
    func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer)

    /// After each step. Called hundreds of times a second.
    func batchEnded(_ record: StepRecord, trainer: Trainer) throws

    func epochEnded(_ record: EpochRecord, trainer: Trainer) throws

    func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) throws
}

extension Callback {
    public func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) {}
    public func batchEnded(_ record: StepRecord, trainer: Trainer) throws {}
    public func epochEnded(_ record: EpochRecord, trainer: Trainer) throws {}
    public func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) throws {}
}

/// Ends training after the running step once a signal has asked for it.
public final class StopOnSignal: Callback {
    private let signal: InterruptSignal
    private let isInstalledHere: Bool

    /// Notes Ctrl-C (SIGINT) and SIGTERM from now on, as long as this lives: the first one ends training, a second one
    /// the process. Only one of these may live at a time.
    public init() {
        signal = .install()
        isInstalledHere = true
    }

    package init(_ signal: InterruptSignal) {
        self.signal = signal
        isInstalledHere = false
    }

    deinit { if isInstalledHere { signal.uninstall() } }

    public func batchEnded(_ record: StepRecord, trainer: Trainer) {
        if let number = signal.received { trainer.stop(.interrupted(signal: number)) }
    }
}

/// Ends training after the running step once it has taken so long.
public final class TimeLimit: Callback {
    private let seconds: Double
    private let start = POSIX.monotonicSeconds()

    /// - Parameter seconds: from now on.
    public init(seconds: Double) { self.seconds = seconds }

    public func batchEnded(_ record: StepRecord, trainer: Trainer) {
        if POSIX.monotonicSeconds() - start >= seconds { trainer.stop(.outOfTime) }
    }
}

/// Ends training when the monitored loss has not fallen for some epochs; see ``EpochRecord/monitoredLoss``.
public final class EarlyStopping: Callback {
    private let patience: Int

    /// - Parameter patience: epochs after the best one.
    public init(patience: Int) { self.patience = patience }

    /// Asked before an epoch, not after, so that training that is resumed here ends here, too.
    public func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) {
        if Self.isOver(trainer.state, patience: patience) { trainer.stop(.noProgress) }
    }

    package static func isOver(_ state: TrainingState, patience: Int) -> Bool {
        state.best.map { state.epoch - 1 - $0.epoch >= patience } ?? false
    }
}
