/// The loss over a set of sequences, and the number of correct predictions of a classifier.
public struct Score: Codable, Hashable, Sendable {
    /// The sum over sequences of the cross-entropy, or of a sequence's mean squared error.
    package var lossSum = 0.0
    /// The number of sequences whose class is predicted correctly; 0 for a regressor.
    public var correct = 0
    /// The number of sequences.
    public var count = 0

    /// Creates a score of no sequences.
    package init() {}

    /// Adds the sequences of another score.
    package static func += (a: inout Score, b: Score) {
        a.lossSum += b.lossSum
        a.correct += b.correct
        a.count += b.count
    }

    /// The mean cross-entropy (in nats) or mean squared error per sequence; NaN without sequences.
    public var loss: Double { count == 0 ? .nan : lossSum / Double(count) }
    /// The fraction of correct predictions, in 0...1; NaN without sequences.
    public var accuracy: Double { count == 0 ? .nan : Double(correct) / Double(count) }
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
}
