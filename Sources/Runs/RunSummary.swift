import NeuralNetworks
import Platform
import Training

/// The content of `summary.json`: the state of a run, and how it ended.
package struct RunSummary: Hashable, Sendable {
    package var state = RunState.running
    /// The reason for the end, in words; nil while the run is running, and after all its epochs.
    package var reason: String?
    /// The start time of training, and the time when this summary was written: "2026-01-31T23:59:59Z".
    package var started = UTCTime(seconds: POSIX.wallSeconds()).iso8601
    package var updated = UTCTime(seconds: POSIX.wallSeconds()).iso8601
    /// The number of complete epochs.
    package var epochs = 0
    package var steps = 0
    /// The total duration of the complete epochs in seconds, over all resumes.
    package var trainingSeconds = 0.0
    /// The duration of the current epoch, in seconds, when the summary was written.
    package var secondsOfEpoch = 0.0
    /// The name of a sample, which the name of the speed has in the file: "images_per_second".
    package var sample = SampleName.image
    package var samplesPerSecond = 0.0
    /// The epoch of the lowest monitored loss; see ``EpochRecord/monitoredLoss``.
    package var best: TrainingState.Best?
    /// The epoch whose weights were evaluated at the end: the best epoch if there is a validation set, otherwise the
    /// last.
    package var scoredEpoch: Int?
    /// The final values by their names in files, such as "test_accuracy". Fractions are in percent. Values that were
    /// not computed are absent.
    package private(set) var scores = MetricScores()
    package var peakMemoryBytes = 0

    package init() {}

    package static func read(_ run: RunDirectory) throws -> RunSummary { try RunFile.read(from: run.summary) }

    /// The final value of a metric by its name; nil if it was not computed.
    package subscript(metric: String, split: MetricSplit) -> Double? {
        get { scores[metric, split] }
        set { scores[metric, split] = newValue }
    }

    /// Returns the standard error of an accuracy on the test set, in percent: √(p (1 − p) / n).
    package func standardError(_ split: MetricSplit) -> Double? { self[Self.standardError, split] }

    /// Stores the final values of metrics on one split and, for the test set, the standard error of the accuracy.
    package mutating func set(_ score: Score, _ split: MetricSplit, _ metrics: [Metric]) {
        for value in MetricValue.values(of: score, split, metrics) {
            self[value.metric.name, split] = value.value
        }
        guard metrics.contains(.accuracy), split == .test || split == .averagedTest else { return }
        self[Self.standardError, split] = 100 * score.standardError
    }

    package static let standardError = "standard_error"

    /// Makes this the summary of a run that resumes from a checkpoint, or begins if nil, without the final scores.
    mutating func `continue`(from checkpoint: (any TrainerCheckpoint)?) {
        var summary = RunSummary()
        summary.started = started
        summary.sample = sample
        if let checkpoint {
            summary.epochs = checkpoint.state.epoch
            summary.steps = checkpoint.stepCount
            summary.best = checkpoint.state.best
            summary.trainingSeconds = trainingSeconds
            summary.samplesPerSecond = samplesPerSecond
            if epochs == checkpoint.state.epoch { summary.secondsOfEpoch = secondsOfEpoch }
        }
        self = summary
    }

    /// Replaces the file. While the run is running nothing depends on it, so a power cut may revert it.
    package func write(to run: RunDirectory) throws {
        var summary = self
        summary.updated = UTCTime(seconds: POSIX.wallSeconds()).iso8601
        try JSON.write(summary, to: run.summary, state == .running ? .none : .full)
    }
}

extension RunSummary: Codable {
    private enum Key: String, CodingKey {
        case state, reason, started, updated, epochs, steps, trainingSeconds, secondsOfEpoch, imagesPerSecond,
            sequencesPerSecond, charactersPerSecond, best
        case scoredEpoch, peakMemoryBytes
    }

    private static func speed(of sample: SampleName) -> Key {
        switch sample {
        case .image: .imagesPerSecond
        case .sequence: .sequencesPerSecond
        case .character: .charactersPerSecond
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(state, forKey: .state)
        try values.encodeIfPresent(reason, forKey: .reason)
        try values.encode(started, forKey: .started)
        try values.encode(updated, forKey: .updated)
        try values.encode(epochs, forKey: .epochs)
        try values.encode(steps, forKey: .steps)
        try values.encode(trainingSeconds, forKey: .trainingSeconds)
        try values.encode(secondsOfEpoch, forKey: .secondsOfEpoch)
        try values.encode(samplesPerSecond, forKey: Self.speed(of: sample))
        try values.encodeIfPresent(best, forKey: .best)
        try values.encodeIfPresent(scoredEpoch, forKey: .scoredEpoch)
        try values.encode(peakMemoryBytes, forKey: .peakMemoryBytes)
        try scores.encode(to: encoder)
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        state = try values.decode(RunState.self, forKey: .state)
        reason = try values.decodeIfPresent(String.self, forKey: .reason)
        started = try values.decode(String.self, forKey: .started)
        updated = try values.decode(String.self, forKey: .updated)
        epochs = try values.decode(Int.self, forKey: .epochs)
        steps = try values.decode(Int.self, forKey: .steps)
        trainingSeconds = try values.decode(Double.self, forKey: .trainingSeconds)
        secondsOfEpoch = try values.decode(Double.self, forKey: .secondsOfEpoch)
        // Former versions wrote the speed of sequences as `images_per_second`, too.
        sample =
            values.contains(.charactersPerSecond)
            ? .character : values.contains(.sequencesPerSecond) ? .sequence : .image
        samplesPerSecond = try values.decode(Double.self, forKey: Self.speed(of: sample))
        best = try values.decodeIfPresent(TrainingState.Best.self, forKey: .best)
        scoredEpoch = try values.decodeIfPresent(Int.self, forKey: .scoredEpoch)
        peakMemoryBytes = try values.decode(Int.self, forKey: .peakMemoryBytes)
        scores = try MetricScores(from: decoder)
    }
}
