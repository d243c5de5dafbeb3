import KernelInterface

/// RMSprop, not centred (`torch.optim.RMSprop`; Tieleman and Hinton, "Neural networks for machine learning", lecture
/// 6.5, 2012).
///
/// With the gradient g: s ← ρ s + (1 - ρ) g², v ← μ v + g / (√s + ε), p ← p - α v.
public struct RMSprop: Optimizer {
    /// The learning rate α, before any schedule.
    public var learningRate: Double
    /// ρ, the decay of the mean of the squared gradients.
    package var alpha: Double
    /// ε, added to the root of the mean of squares.
    package var epsilon: Double
    /// μ, the momentum.
    package var momentum: Double
    /// The weight decay λ; λ times the parameter is added to its gradient.
    package var weightDecay: Double

    /// Creates RMSprop with PyTorch's defaults. Numbers out of range trap.
    ///
    /// - Parameters:
    ///   - learningRate: α, 0 or more.
    ///   - alpha: ρ, the decay of the mean of the squared gradients, in 0..<1.
    ///   - epsilon: ε, added to the root of the mean of squares, 0 or more.
    ///   - momentum: The momentum μ, 0 or more.
    ///   - weightDecay: The weight decay λ; λ times the parameter is added to its gradient; 0 or more.
    public init(
        learningRate: Double = 1e-2, alpha: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0,
        weightDecay: Double = 0
    ) {
        checkHyperparameters(
            learningRate: learningRate, weightDecay: weightDecay, momentum: momentum, epsilon: epsilon,
            averages: [alpha])
        self.learningRate = learningRate
        self.alpha = alpha
        self.epsilon = epsilon
        self.momentum = momentum
        self.weightDecay = weightDecay
    }

    /// Returns the update of step `count`, from 1.
    public func step(_ count: Int, learningRate: Double) -> OptimizerUpdate {
        OptimizerUpdate(
            .rmsprop(
                RMSpropStep(
                    learningRate: Float(learningRate), smoothing: Float(alpha), share: Float(1 - alpha),
                    epsilon: Float(epsilon), momentum: Float(momentum), weightDecay: Float(weightDecay))))
    }
}
