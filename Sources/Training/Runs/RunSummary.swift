import NeuralNetworks

/// `summary.json`: how a run is doing, and how it ended.
public struct RunSummary: Codable, Hashable, Sendable {
    public enum State: String, Codable, CaseIterable, Sendable {
        /// Also of a run that was killed; see ``RunDirectory/state(of:)``.
        case running
        case finished
        /// By Ctrl-C, SIGTERM or the time limit; to be resumed.
        case stopped
        /// By numbers that were not finite, by a file that could not be written, or killed.
        case failed
    }

    public var state = State.running
    /// Why it ended, in words; nil while it runs, and after all its epochs.
    public var reason: String?
    /// When training was begun, and when this was written: "2026-01-31T23:59:59Z".
    public var started = UTCTime(seconds: POSIX.wallSeconds()).iso8601
    public var updated = UTCTime(seconds: POSIX.wallSeconds()).iso8601
    /// Whole epochs done.
    public var epochs = 0
    public var steps = 0
    /// Of the epochs done, over all resumes.
    public var trainingSeconds = 0.0
    /// Of the epoch that was running.
    public var secondsOfEpoch = 0.0
    public var imagesPerSecond = 0.0
    /// The epoch of the lowest monitored loss; see ``EpochRecord/monitoredLoss``.
    public var best: TrainingState.Best?
    /// The epoch after which the weights were that were scored at the end: the best one where images are held
    /// out, else the last.
    public var scoredEpoch: Int?
    /// Percent, over all images; absent if training did not finish.
    public var trainAccuracy: Double?
    public var trainLoss: Double?
    public var validationAccuracy: Double?
    public var validationLoss: Double?
    public var testAccuracy: Double?
    /// Of the test accuracy, in percent: √(p (1 - p) / n).
    public var testStandardError: Double?
    public var testLoss: Double?
    /// The same of the averaged weights of that epoch; absent without an average.
    public var emaValidationAccuracy: Double?
    public var emaValidationLoss: Double?
    public var emaTestAccuracy: Double?
    public var emaTestStandardError: Double?
    public var emaTestLoss: Double?
    public var peakMemoryBytes = 0

    public init() {}

    public static func read(_ run: RunDirectory) throws -> RunSummary { try JSON.read(from: run.summary) }

    /// Makes this that of a run that goes on from a checkpoint, or begins if nil: without the scores of its end.
    mutating func `continue`(from checkpoint: Checkpoint?) {
        var summary = RunSummary()
        summary.started = started
        if let checkpoint {
            summary.epochs = checkpoint.state.epoch
            summary.steps = checkpoint.stepCount
            summary.best = checkpoint.state.best
            summary.trainingSeconds = trainingSeconds
            summary.imagesPerSecond = imagesPerSecond
            if epochs == checkpoint.state.epoch { summary.secondsOfEpoch = secondsOfEpoch }
        }
        self = summary
    }

    /// While the run goes on nothing depends on it: a power cut may then take it.
    func write(to run: RunDirectory) throws {
        var summary = self
        summary.updated = UTCTime(seconds: POSIX.wallSeconds()).iso8601
        try JSON.write(summary, to: run.summary, state == .running ? .none : .full)
    }
}

extension Score {
    /// Standard error of the accuracy, of 0...1: √(p (1 - p) / n).
    public var standardError: Double { (accuracy * (1 - accuracy) / Double(count)).squareRoot() }
}
