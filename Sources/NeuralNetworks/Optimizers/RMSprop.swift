import KernelInterface

/// Steps divided by the root of the mean square of the gradient, `torch.optim.RMSprop` (Tieleman and Hinton,
/// "Neural networks for machine learning", lecture 6.5, 2012), not centred.
public struct RMSprop: Optimizer {
    public var learningRate: Double
    /// Share of the past in the mean square.
    package var alpha: Double
    package var epsilon: Double
    package var momentum: Double
    /// Times the parameter, added to its gradient.
    package var weightDecay: Double

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

    public func step(_ count: Int, learningRate: Double) -> OptimizerUpdate {
        OptimizerUpdate(
            .rmsprop(
                RMSpropStep(
                    learningRate: Float(learningRate), smoothing: Float(alpha), share: Float(1 - alpha),
                    epsilon: Float(epsilon), momentum: Float(momentum), weightDecay: Float(weightDecay))))
    }
}
