/// Loss over some sequences, and hits of a classifier.
public struct Score: Codable, Hashable, Sendable {
    /// Cross-entropy, or mean squared error of the values of a sequence, summed over sequences.
    package var lossSum = 0.0
    /// 0 of a regressor.
    public var correct = 0
    public var count = 0

    package init() {}

    package static func += (a: inout Score, b: Score) {
        a.lossSum += b.lossSum
        a.correct += b.correct
        a.count += b.count
    }

    /// Mean cross-entropy or squared error.
    public var loss: Double { count == 0 ? .nan : lossSum / Double(count) }
    /// Share of hits, of 0...1.
    public var accuracy: Double { count == 0 ? .nan : Double(correct) / Double(count) }
}

/// What one step of training came to.
package struct TrainingStep: Hashable, Sendable {
    /// Of the batch, before the step, with labels smoothed as for training.
    package let score: Score
    /// Of the gradient of the mean loss, before clipping; nil if it was not computed, which it is for
    /// `GradientClipping.norm` and on request.
    package let gradientNorm: Double?
    /// False if the loss or the norm is not finite, or the batch is empty: then nothing was changed.
    package let isApplied: Bool
}
