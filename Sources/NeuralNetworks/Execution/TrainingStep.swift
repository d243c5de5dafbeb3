/// What one step of training came to.
public struct TrainingStep: Hashable, Sendable {
    /// Of the batch, before the step, with labels smoothed as for training.
    public let score: Score
    /// Of the gradient of the mean loss, before clipping; nil if it was not computed, which it is for
    /// `GradientClipping.norm` and on request.
    public let gradientNorm: Double?
    /// False if the loss or the norm is not finite, or the batch is empty: then nothing was changed.
    public let isApplied: Bool
}
