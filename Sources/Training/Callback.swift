import NeuralNetworks
import Platform

/// The results of one epoch. Loss and accuracy are running averages over the samples of the epoch: each batch is evaluated
/// before its weight update.
public struct EpochRecord: Hashable, Sendable {
    /// The number of the epoch, from 0.
    public let epoch: Int
    /// The training loss: the mean cross-entropy (of smoothed labels, if label smoothing is used), or the mean squared
    /// error of a regressor.
    public let loss: Double
    /// The training accuracy, 0...1; nil for a regressor.
    public let accuracy: Double?
    /// The score of the validation set after the epoch; nil without a validation set.
    public let validation: Score?
    /// The learning rate of the last step.
    public let learningRate: Double
    /// The duration of training in seconds, without validation.
    public let seconds: Double
    /// The number of training samples; of a text, the number of predicted characters.
    public let samples: Int
    /// The number of optimizer steps since the beginning of training.
    public let step: Int
    /// The score of the validation set with the averaged weights; nil without an average or a validation set.
    public internal(set) var averagedValidation: Score?
    /// The trainer's metrics of the training set, of the validation set and, with an average, of the validation set with
    /// the averaged weights.
    public internal(set) var metrics: [MetricValue] = []
    /// The kind of the training samples.
    package internal(set) var unit = SampleUnit.images

    /// Returns the values on one split, in the trainer's order; empty if the split was not evaluated.
    package func metrics(of split: MetricSplit) -> [MetricValue] { metrics.filter { $0.split == split } }

    /// The loss monitored for the best epoch, the plateau schedule and early stopping: the validation loss, or the
    /// training loss without a validation set.
    public var monitoredLoss: Double { validation?.loss ?? loss }

    /// The number of training samples per second; 0 if no time was measured.
    package var samplesPerSecond: Double { seconds > 0 ? Double(samples) / seconds : 0 }
}

/// The kind of samples that are counted.
package enum SampleUnit: String, Sendable {
    case images, sequences, characters
}

extension Score {
    /// Returns the number of samples: of a text, the number of predicted characters.
    package func count(of unit: SampleUnit) -> Int { unit == .characters ? targetCount : count }
}

/// The results of one optimizer step.
public struct StepRecord: Hashable, Sendable {
    /// The number of the epoch, from 0.
    public let epoch: Int
    /// The number of steps since the beginning of training, including this one.
    public let step: Int
    /// The number of steps since the beginning of the epoch, including this one.
    public let stepInEpoch: Int
    /// The number of steps in a whole epoch.
    public let stepsPerEpoch: Int
    /// The score of the batch, before the step.
    public let batch: Score
    /// The score of all batches of the epoch so far, each before its step.
    public let running: Score
    /// The learning rate of the step.
    public let learningRate: Double
    /// The L2 norm of the gradient of the mean loss before clipping; nil if it was not measured, see
    /// ``Trainer/gradientNormInterval``.
    public let gradientNorm: Double?
}

/// An object that observes training, like Keras' callbacks. The default implementation of every method does nothing.
///
/// A callback can end training by ``Trainer/stop(_:)`` or by throwing an error, which ``Trainer`` rethrows.
public protocol Callback: AnyObject {
    /// Called before the first step of an epoch, or before the first step after a resume in the middle of an epoch.
    ///
    /// - Parameters:
    ///   - epoch: The number of the epoch, from 0.
    ///   - epochs: The number of epochs at the end of training.
    ///   - samples: The number of training samples; of a text, the number of predicted characters.
    ///   - trainer: The calling trainer.
    func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) throws

    /// Called after each step, which may be hundreds of times a second.
    func batchEnded(_ record: StepRecord, trainer: Trainer) throws

    /// Called after each complete epoch.
    func epochEnded(_ record: EpochRecord, trainer: Trainer) throws

    /// Called once at the end of `Trainer.fit`, unless an error ends it.
    func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) throws
}

/// A callback that is told about an error that ends a call of `Trainer.fit`, so that it can release what it holds.
package protocol FailureObserver: Callback {
    /// Called once if an error ends `Trainer.fit`: an error of this callback or of another one.
    func trainingFailed(_ error: any Error, trainer: Trainer)
}

extension Callback {
    public func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) throws {}
    public func batchEnded(_ record: StepRecord, trainer: Trainer) throws {}
    public func epochEnded(_ record: EpochRecord, trainer: Trainer) throws {}
    public func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) throws {}
}

/// A callback that ends training after the current step when a signal was received. The user's signals are SIGINT
/// (Ctrl-C), SIGTERM and SIGHUP (closed terminal). SIGUSR1, SIGUSR2, SIGXCPU, SIGALRM, SIGVTALRM and SIGPROF announce
/// the end of a job.
public final class StopOnSignal: Callback {
    private let signal: InterruptSignal
    private let isInstalledHere: Bool

    /// Handles SIGINT and SIGTERM, and the other signals unless they are ignored, during the lifetime of this callback.
    /// The first signal ends training; a second SIGINT, SIGTERM or SIGHUP ends the process. Only one such callback may
    /// exist at a time.
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

/// A callback that ends training after the current step when a time limit is reached.
public final class TimeLimit: Callback {
    private let seconds: Double
    private let clock: MonotonicClock
    private let start: Double

    /// Creates a time limit.
    ///
    /// - Parameter seconds: The time limit in seconds, from now on. Time during which the process is stopped (Ctrl-Z,
    ///   SIGSTOP) does not count.
    public convenience init(seconds: Double) { self.init(seconds: seconds, clock: RunningClock.seconds) }

    package init(seconds: Double, clock: @escaping MonotonicClock) {
        self.seconds = seconds
        self.clock = clock
        start = clock()
    }

    public func batchEnded(_ record: StepRecord, trainer: Trainer) {
        if clock() - start >= seconds { trainer.stop(.outOfTime) }
    }
}

/// A callback that ends training when the monitored loss has not improved for a number of epochs; see
/// ``EpochRecord/monitoredLoss``.
public final class EarlyStopping: Callback {
    private let patience: Int
    private let restoresBest: Bool

    /// Creates early stopping.
    ///
    /// - Parameters:
    ///   - patience: The number of epochs without improvement after which training ends.
    ///   - restoresBest: Whether the trainer has the parameters of the best epoch at the end of training, also if all
    ///     epochs were trained (Keras: `restore_best_weights`). The trainer restores them after the last call of a
    ///     callback. Checkpoints then contain them, too, so that a resumed training ends with the same parameters. An
    ///     interrupted training restores nothing, and neither does one without a best epoch since this callback was
    ///     added. The optimizer keeps the buffers of the last epoch, so a further `fit`, and a resume from a checkpoint
    ///     made after `fit`, do not continue the same training.
    public init(patience: Int, restoresBest: Bool = false) {
        self.patience = patience
        self.restoresBest = restoresBest
    }

    // This is checked before an epoch, not after one, so that a training that is resumed here also ends here.
    public func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) {
        if restoresBest { trainer.keepsBestParameters = true }
        if Self.isOver(trainer.state, patience: patience) { trainer.stop(.noProgress) }
    }

    public func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) {
        if restoresBest, ending == .noProgress || ending == .finished { trainer.restoreBestParametersAtEnd() }
    }

    package static func isOver(_ state: TrainingState, patience: Int) -> Bool {
        state.best.map { state.epoch - 1 - $0.epoch >= patience } ?? false
    }
}
