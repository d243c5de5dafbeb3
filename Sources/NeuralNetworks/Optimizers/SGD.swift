import KernelInterface

/// Gradient descent, `torch.optim.SGD`: with momentum v = μ v + g, p -= α v, with Nesterov's p -= α (g + μ v).
public struct SGD: Optimizer {
    public var learningRate: Double
    package var momentum: Double
    package var nesterov: Bool
    /// Times the parameter, added to its gradient.
    package var weightDecay: Double

    /// Nesterov's step needs a momentum.
    public init(
        learningRate: Double = 1e-3, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0
    ) {
        checkHyperparameters(learningRate: learningRate, weightDecay: weightDecay, momentum: momentum)
        precondition(!nesterov || momentum > 0, "nesterov needs a momentum above 0, not \(momentum)")
        self.learningRate = learningRate
        self.momentum = momentum
        self.nesterov = nesterov
        self.weightDecay = weightDecay
    }

    public func step(_ count: Int, learningRate: Double) -> OptimizerUpdate {
        OptimizerUpdate(
            .sgd(
                SGDStep(
                    learningRate: Float(learningRate), momentum: Float(momentum), nesterov: nesterov,
                    weightDecay: Float(weightDecay))))
    }
}
