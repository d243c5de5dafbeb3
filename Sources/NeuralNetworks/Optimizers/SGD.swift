import KernelInterface
import Platform

/// Stochastic gradient descent (`torch.optim.SGD`), with momentum (Sutskever et al., "On the importance of
/// initialization and momentum in deep learning", 2013).
///
/// With the gradient g: v ← μ v + g, p ← p - α v; with Nesterov's momentum p ← p - α (g + μ v).
public struct SGD: Optimizer {
    /// The learning rate α, before any schedule.
    public var learningRate: Double
    /// μ, the momentum.
    package var momentum: Double
    /// Whether the step uses Nesterov's momentum.
    package var nesterov: Bool
    /// The weight decay λ; λ times the parameter is added to its gradient.
    package var weightDecay: Double

    /// Creates SGD with PyTorch's defaults. Numbers out of range trap, and so does `nesterov` without momentum.
    ///
    /// - Parameters:
    ///   - learningRate: α, 0 or more.
    ///   - momentum: The momentum μ, 0 or more.
    ///   - nesterov: Whether the step uses Nesterov's momentum.
    ///   - weightDecay: The weight decay λ; λ times the parameter is added to its gradient; 0 or more.
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

    /// Returns the update of step `count`, from 1.
    public func step(_ count: Int, learningRate: Double) -> OptimizerUpdate {
        OptimizerUpdate(
            .sgd(
                SGDStep(
                    learningRate: Float(learningRate), momentum: Float(momentum), nesterov: nesterov,
                    weightDecay: Float(weightDecay))))
    }
}
