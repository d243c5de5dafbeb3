/// The loss over a set of sequences, and the number of correct predictions of a classifier. A sequence has one target,
/// or one at each step.
public struct Score: Codable, Hashable, Sendable {
    /// The sum over targets of the cross-entropy, or of a target's mean squared error, each times its weight.
    package var lossSum = 0.0
    /// The number of targets whose class is predicted correctly; 0 for a regressor.
    public var correct = 0
    /// The number of sequences.
    public var count = 0
    /// The number of steps, if each step has a target; otherwise nil.
    package var stepCount: Int?
    /// The sum of the weights of the targets; nil if all weights are 1.
    package var weightSum: Double?

    /// Creates a score of no sequences.
    package init() {}

    /// The number of targets: of sequences, or of steps.
    public var targetCount: Int { stepCount ?? count }
    /// The sum of the weights of the targets: their number, unless they have weights.
    package var weight: Double { weightSum ?? Double(targetCount) }

    /// Adds the sequences of another score.
    package static func += (a: inout Score, b: Score) {
        if a.weightSum != nil || b.weightSum != nil { a.weightSum = a.weight + b.weight }
        if a.stepCount != nil || b.stepCount != nil { a.stepCount = a.targetCount + b.targetCount }
        a.lossSum += b.lossSum
        a.correct += b.correct
        a.count += b.count
    }

    /// The mean cross-entropy (in nats) or mean squared error over targets, weighted by their weights; NaN without
    /// targets, and if all weights are 0.
    public var loss: Double { weight == 0 ? .nan : lossSum / weight }
    /// The fraction of correct predictions, in 0...1; NaN without targets.
    public var accuracy: Double { targetCount == 0 ? .nan : Double(correct) / Double(targetCount) }
}

/// The result of one training step.
package struct TrainingStep: Hashable, Sendable {
    /// The score of the batch before the update, with the label smoothing of training.
    package let score: Score
    /// The norm of the gradient of the mean loss before clipping; nil unless `GradientClipping.norm` or
    /// `measuresGradientNorm` needs it.
    package let gradientNorm: Double?
    /// Whether the parameters were updated: false if the loss or the norm is not finite, or if the batch is empty.
    package let isApplied: Bool

    package init(score: Score, gradientNorm: Double?, isApplied: Bool) {
        self.score = score
        self.gradientNorm = gradientNorm
        self.isApplied = isApplied
    }
}
