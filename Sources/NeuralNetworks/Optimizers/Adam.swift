import KernelInterface

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Adam (Kingma and Ba, 2015) with the defaults of `torch.optim.Adam`.
public struct Adam: Optimizer {
    public var learningRate: Double
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double
    /// Times the parameter, added to its gradient; `AdamW` is usually the better way.
    package var weightDecay: Double

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

    public func step(_ count: Int, learningRate: Double) -> OptimizerUpdate {
        var step = AdamStep(count, learningRate: learningRate, beta1, beta2, epsilon)
        step.weightDecay = Float(weightDecay)
        return OptimizerUpdate(.adam(step))
    }
}

/// Adam whose weight decay does not go through the moments (Loshchilov and Hutter, "Decoupled weight decay
/// regularization", 2019), `torch.optim.AdamW`.
public struct AdamW: Optimizer {
    public var learningRate: Double
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double
    /// Each step first multiplies the parameters with 1 - learningRate · weightDecay.
    package var weightDecay: Double

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

    public func step(_ count: Int, learningRate: Double) -> OptimizerUpdate {
        var step = AdamStep(count, learningRate: learningRate, beta1, beta2, epsilon)
        step.shrinkage = Float(1 - learningRate * weightDecay)
        return OptimizerUpdate(.adam(step))
    }
}

extension AdamStep {
    /// Corrections are computed in double precision, as PyTorch does.
    fileprivate init(_ count: Int, learningRate: Double, _ beta1: Double, _ beta2: Double, _ epsilon: Double)
    {
        self.init(
            stepSize: Float(learningRate / (1 - pow(beta1, Double(count)))), beta1: Float(beta1),
            beta2: Float(beta2), secondMomentScale: Float(1 / (1 - pow(beta2, Double(count))).squareRoot()),
            epsilon: Float(epsilon))
    }
}
