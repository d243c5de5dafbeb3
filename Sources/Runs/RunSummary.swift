import Platform
import Training

/// `summary.json`: how a run is doing, and how it ended.
package struct RunSummary: Codable, Hashable, Sendable {
    package var state = RunState.running
    /// Why it ended, in words; nil while it runs, and after all its epochs.
    package var reason: String?
    /// When training was begun, and when this was written: "2026-01-31T23:59:59Z".
    package var started = UTCTime(seconds: POSIX.wallSeconds()).iso8601
    package var updated = UTCTime(seconds: POSIX.wallSeconds()).iso8601
    /// Whole epochs done.
    package var epochs = 0
    package var steps = 0
    /// Of the epochs done, over all resumes.
    package var trainingSeconds = 0.0
    /// Of the epoch that was running.
    package var secondsOfEpoch = 0.0
    package var imagesPerSecond = 0.0
    /// The epoch of the lowest monitored loss; see ``EpochRecord/monitoredLoss``.
    package var best: TrainingState.Best?
    /// The epoch after which the weights were that were scored at the end: the best one where images are held
    /// out, else the last.
    package var scoredEpoch: Int?
    /// Percent, over all images; absent if training did not finish.
    package var trainAccuracy: Double?
    package var trainLoss: Double?
    package var validationAccuracy: Double?
    package var validationLoss: Double?
    package var testAccuracy: Double?
    /// Of the test accuracy, in percent: √(p (1 - p) / n).
    package var testStandardError: Double?
    package var testLoss: Double?
    /// The same of the averaged weights of that epoch; absent without an average.
    package var emaValidationAccuracy: Double?
    package var emaValidationLoss: Double?
    package var emaTestAccuracy: Double?
    package var emaTestStandardError: Double?
    package var emaTestLoss: Double?
    package var peakMemoryBytes = 0

    package init() {}

    package static func read(_ run: RunDirectory) throws -> RunSummary { try RunFile.read(from: run.summary) }

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
    package func write(to run: RunDirectory) throws {
        var summary = self
        summary.updated = UTCTime(seconds: POSIX.wallSeconds()).iso8601
        try JSON.write(summary, to: run.summary, state == .running ? .none : .full)
    }
}
