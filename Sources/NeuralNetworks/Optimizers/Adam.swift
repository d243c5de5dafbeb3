import ElementaryFunctions
import KernelInterface

/// Adam (`torch.optim.Adam`; Kingma and Ba, "Adam: a method for stochastic optimization", 2015).
///
/// With the gradient g in step t: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²,
/// p ← p - α m̂ / (√v̂ + ε), where m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ).
public struct Adam: Optimizer {
    /// The learning rate α, before any schedule.
    public var learningRate: Double
    /// β₁, the decay of the mean of the gradients.
    package var beta1: Double
    /// β₂, the decay of the mean of the squared gradients.
    package var beta2: Double
    /// ε, added to the root of the mean of squares.
    package var epsilon: Double
    /// The weight decay λ; λ times the parameter is added to its gradient. `AdamW` is usually the better choice.
    package var weightDecay: Double

    /// Creates Adam with PyTorch's defaults. Numbers out of range trap.
    ///
    /// - Parameters:
    ///   - learningRate: α, 0 or more.
    ///   - beta1: β₁, the decay of the mean of the gradients, in 0..<1.
    ///   - beta2: β₂, the decay of the mean of the squared gradients, in 0..<1.
    ///   - epsilon: ε, added to the root of the mean of squares, 0 or more.
    ///   - weightDecay: The weight decay λ; λ times the parameter is added to its gradient; 0 or more.
    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0
    ) {
        checkHyperparameters(
            learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon, averages: [beta1, beta2])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    /// Returns the update of step `count`, from 1, with the bias corrections of that step.
    public func step(_ count: Int, learningRate: Double) -> OptimizerUpdate {
        var step = AdamStep(count, learningRate: learningRate, beta1, beta2, epsilon)
        step.weightDecay = Float(weightDecay)
        return OptimizerUpdate(.adam(step))
    }
}

/// Adam with decoupled weight decay, which is not part of the moments (`torch.optim.AdamW`; Loshchilov and Hutter,
/// "Decoupled weight decay regularization", 2019).
public struct AdamW: Optimizer {
    /// The learning rate α, before any schedule.
    public var learningRate: Double
    /// β₁, the decay of the mean of the gradients.
    package var beta1: Double
    /// β₂, the decay of the mean of the squared gradients.
    package var beta2: Double
    /// ε, added to the root of the mean of squares.
    package var epsilon: Double
    /// The weight decay λ; each step first multiplies the parameters by 1 - α λ.
    package var weightDecay: Double

    /// Creates AdamW with PyTorch's defaults. Numbers out of range trap.
    ///
    /// - Parameters:
    ///   - learningRate: α, 0 or more.
    ///   - beta1: β₁, the decay of the mean of the gradients, in 0..<1.
    ///   - beta2: β₂, the decay of the mean of the squared gradients, in 0..<1.
    ///   - epsilon: ε, added to the root of the mean of squares, 0 or more.
    ///   - weightDecay: The weight decay λ; each step first multiplies the parameters by 1 - α λ; 0 or more.
    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0.01
    ) {
        checkHyperparameters(
            learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon, averages: [beta1, beta2])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    /// Returns the update of step `count`, from 1, with the bias corrections of that step.
    public func step(_ count: Int, learningRate: Double) -> OptimizerUpdate {
        var step = AdamStep(count, learningRate: learningRate, beta1, beta2, epsilon)
        step.shrinkage = Float(1 - learningRate * weightDecay)
        return OptimizerUpdate(.adam(step))
    }
}

extension AdamStep {
    /// Creates the coefficients of a step. The bias corrections are computed in double precision, as in PyTorch.
    fileprivate init(_ count: Int, learningRate: Double, _ beta1: Double, _ beta2: Double, _ epsilon: Double)
    {
        self.init(
            stepSize: Float(learningRate / (1 - Elementary.pow(beta1, Double(count)))), beta1: Float(beta1),
            beta2: Float(beta2),
            secondMomentScale: Float(1 / (1 - Elementary.pow(beta2, Double(count))).squareRoot()),
            epsilon: Float(epsilon))
    }
}
