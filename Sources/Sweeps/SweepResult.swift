import Console
import Platform
import Runs
import Training

/// The result of an entry of a sweep, the content of `entries/entry-0007.json`.
package struct SweepResult: Codable, Hashable, Sendable {
    package enum Outcome: String, Codable, Sendable {
        case finished
        /// Training diverged. Training again would give the same result.
        case diverged
    }

    package var outcome: Outcome
    /// The name of the run's directory; nil for a result that was computed before.
    package var run: String?
    /// The number of completed epochs.
    package var epochs: Int
    /// The training time in seconds.
    package var seconds: Double
    /// The epoch whose weights were evaluated, ``RunSummary/scoredEpoch``; nil if the entry diverged.
    package var scoredEpoch: Int?
    /// The origin of a result that was computed before; nil for an entry that only this sweep trained.
    package var before: Before?
    /// The metrics on the training set and on the validation set; none if the entry diverged.
    private var scores = MetricScores()

    /// A metric's value; nil if the entry diverged, or if the version that trained it did not have the metric.
    package subscript(metric: Metric, split: MetricSplit) -> Double? { scores[metric.name, split] }

    static let splits: [MetricSplit] = [.train, .validation]

    /// The origin of a result that was computed before.
    package struct Before: Codable, Hashable, Sendable {
        /// The time when it was computed: "2026-01-31T23:59:59Z".
        package let computed: String
        /// The version of the program, and of ``Trajectory``.
        package let version: String
        package let trajectory: Int
        /// Whether this sweep trained the entry, too, with the same result.
        package var isChecked: Bool
    }

    init(_ summary: RunSummary, run: RunDirectory, diverged: Bool, metrics: [Metric]) {
        outcome = diverged ? .diverged : .finished
        self.run = FilePath.name(of: run.path)
        epochs = summary.epochs
        seconds = summary.trainingSeconds
        guard !diverged else { return }
        scoredEpoch = summary.scoredEpoch
        for metric in metrics {
            for split in Self.splits { scores[metric.name, split] = summary[metric.name, split] }
        }
    }

    /// Returns the difference to the same entry, which was trained again; nil if there is none.
    func difference(from again: SweepResult) -> KnownResult.Difference? {
        if outcome != again.outcome {
            return .value("state", expected: outcome.rawValue, found: again.outcome.rawValue)
        }
        if epochs != again.epochs { return .value("epochs", expected: "\(epochs)", found: "\(again.epochs)") }
        return scores.difference(from: again.scores)
    }

    /// Makes a result of one that was computed before; nil if a metric is missing, as in a result of an older version.
    init?(_ known: KnownResult, metrics: [Metric]) {
        outcome = known.outcome
        epochs = known.receipt.epochs.count
        seconds = known.seconds
        before = Before(known, isChecked: false)
        guard outcome == .finished else { return }
        scoredEpoch = known.receipt.scoredEpoch
        for metric in metrics {
            for split in Self.splits {
                guard let value = known.receipt.scores[metric.name, split] else { return nil }
                scores[metric.name, split] = value
            }
        }
    }
}

extension SweepResult.Before {
    init(_ known: KnownResult, isChecked: Bool) {
        self.init(
            computed: known.computed, version: known.receipt.version, trajectory: known.receipt.trajectory,
            isChecked: isChecked)
    }

    /// The day: "2026-01-31".
    var day: String { String(computed.prefix(10)) }

    /// The origin in words.
    package var text: String {
        "computed before, on \(day), trajectory version \(trajectory)"
            + (isChecked ? ", and trained again: equal" : "")
    }
}

extension SweepResult {
    private enum Key: String, CodingKey { case outcome = "state", run, epochs, seconds, scoredEpoch, before }

    /// Encodes the result. Scores are members of the same object: "validation_accuracy".
    package func encode(to encoder: any Encoder) throws {
        try scores.encode(to: encoder)
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(outcome, forKey: .outcome)
        try values.encodeIfPresent(run, forKey: .run)
        try values.encode(epochs, forKey: .epochs)
        try values.encode(seconds, forKey: .seconds)
        try values.encodeIfPresent(scoredEpoch, forKey: .scoredEpoch)
        try values.encodeIfPresent(before, forKey: .before)
    }

    package init(from decoder: any Decoder) throws {
        scores = try MetricScores(from: decoder)
        let values = try decoder.container(keyedBy: Key.self)
        outcome = try values.decode(Outcome.self, forKey: .outcome)
        run = try values.decodeIfPresent(String.self, forKey: .run)
        before = try values.decodeIfPresent(Before.self, forKey: .before)
        epochs = try values.decode(Int.self, forKey: .epochs)
        seconds = try values.decode(Double.self, forKey: .seconds)
        scoredEpoch = try values.decodeIfPresent(Int.self, forKey: .scoredEpoch)
    }
}

extension SweepResult {
    /// The result in words: "val acc 98.52, loss 0.0543, 3.2 s".
    package var text: String {
        let origin = before.map { "; \($0.text)" } ?? ""
        let time = "\(TextFormat.fixed(seconds, decimals: 1)) s"
        guard let accuracy = self[.accuracy, .validation], let loss = self[.crossEntropy, .validation] else {
            return "diverged after \(epochs) \(epochs == 1 ? "epoch" : "epochs"), \(time)" + origin
        }
        return
            "val acc \(TextFormat.percent(accuracy)), loss \(TextFormat.loss(loss)), \(time)" + origin
    }
}
