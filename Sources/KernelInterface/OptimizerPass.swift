/// The numbers of one step of an optimizer.
public enum OptimizerStep: Sendable {
    case sgd(SGDStep)
    case adam(AdamStep)
    case rmsprop(RMSpropStep)
}

/// The numbers of one step of gradient descent with momentum (Sutskever et al., "On the importance of
/// initialization and momentum in deep learning", 2013).
public struct SGDStep: Sendable {
    public var learningRate: Float
    public var momentum: Float
    public var nesterov: Bool
    public var weightDecay: Float

    public init(learningRate: Float, momentum: Float, nesterov: Bool, weightDecay: Float) {
        self.learningRate = learningRate
        self.momentum = momentum
        self.nesterov = nesterov
        self.weightDecay = weightDecay
    }
}

/// The numbers of one Adam step (Kingma and Ba, "Adam: a method for stochastic optimization", 2015),
/// bias corrections included.
public struct AdamStep: Sendable {
    /// Learning rate divided by 1 - β₁ᵗ.
    public var stepSize: Float
    public var beta1: Float
    public var beta2: Float
    /// 1 / sqrt(1 - β₂ᵗ)
    public var secondMomentScale: Float
    public var epsilon: Float
    /// Of the parameter, added to its gradient.
    public var weightDecay: Float
    /// What the parameter is multiplied with before the step; 1 but in AdamW.
    public var shrinkage: Float

    public init(
        stepSize: Float, beta1: Float, beta2: Float, secondMomentScale: Float, epsilon: Float,
        weightDecay: Float = 0, shrinkage: Float = 1
    ) {
        self.stepSize = stepSize
        self.beta1 = beta1
        self.beta2 = beta2
        self.secondMomentScale = secondMomentScale
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.shrinkage = shrinkage
    }
}

/// The numbers of one step of RMSprop (Tieleman and Hinton, "Neural networks for machine learning", lecture
/// 6.5, 2012).
public struct RMSpropStep: Sendable {
    public var learningRate: Float
    /// Share of the squares so far, ρ, and of the newest one, 1 - ρ.
    public var smoothing: Float
    public var share: Float
    public var epsilon: Float
    public var momentum: Float
    public var weightDecay: Float

    public init(
        learningRate: Float, smoothing: Float, share: Float, epsilon: Float, momentum: Float,
        weightDecay: Float
    ) {
        self.learningRate = learningRate
        self.smoothing = smoothing
        self.share = share
        self.epsilon = epsilon
        self.momentum = momentum
        self.weightDecay = weightDecay
    }
}

/// What a step of an optimizer works on.
public struct OptimizerPass {
    /// Bounds are multiples of 16.
    public var range: Range<Int>
    public var parameters: UnsafeMutablePointer<Float>
    /// What the optimizer remembers of each parameter: of SGD the velocity, of Adam both moments, of RMSprop the
    /// mean square and the velocity; nil if it remembers less.
    public var firstState: UnsafeMutablePointer<Float>?
    public var secondState: UnsafeMutablePointer<Float>?
    /// The gradient is the sum of `gradientCount` buffers, `gradientStride` floats apart, added in their order.
    public var gradients: UnsafePointer<Float>
    public var gradientStride: Int
    public var gradientCount: Int
    /// What the gradient is multiplied with, and then kept below in magnitude: 1 and infinity change nothing.
    public var gradientScale: Float
    public var gradientLimit: Float

    public init(
        range: Range<Int>, parameters: UnsafeMutablePointer<Float>,
        firstState: UnsafeMutablePointer<Float>? = nil, secondState: UnsafeMutablePointer<Float>? = nil,
        gradients: UnsafePointer<Float>, gradientStride: Int, gradientCount: Int, gradientScale: Float = 1,
        gradientLimit: Float = .infinity
    ) {
        self.range = range
        self.parameters = parameters
        self.firstState = firstState
        self.secondState = secondState
        self.gradients = gradients
        self.gradientStride = gradientStride
        self.gradientCount = gradientCount
        self.gradientScale = gradientScale
        self.gradientLimit = gradientLimit
    }
}
