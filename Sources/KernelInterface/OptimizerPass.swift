/// The numbers of one step of an optimizer.
@usableFromInline package enum OptimizerStep: Sendable {
    case sgd(SGDStep)
    case adam(AdamStep)
    case rmsprop(RMSpropStep)
}

/// The numbers of one step of gradient descent with momentum (Sutskever et al., "On the importance of
/// initialization and momentum in deep learning", 2013).
@usableFromInline package struct SGDStep: Sendable {
    @usableFromInline package var learningRate: Float
    @usableFromInline package var momentum: Float
    @usableFromInline package var nesterov: Bool
    @usableFromInline package var weightDecay: Float

    @usableFromInline package init(learningRate: Float, momentum: Float, nesterov: Bool, weightDecay: Float) {
        self.learningRate = learningRate
        self.momentum = momentum
        self.nesterov = nesterov
        self.weightDecay = weightDecay
    }
}

/// The numbers of one Adam step (Kingma and Ba, "Adam: a method for stochastic optimization", 2015),
/// bias corrections included.
@usableFromInline package struct AdamStep: Sendable {
    /// Learning rate divided by 1 - β₁ᵗ.
    @usableFromInline package var stepSize: Float
    @usableFromInline package var beta1: Float
    @usableFromInline package var beta2: Float
    /// 1 / sqrt(1 - β₂ᵗ)
    @usableFromInline package var secondMomentScale: Float
    @usableFromInline package var epsilon: Float
    /// Of the parameter, added to its gradient.
    @usableFromInline package var weightDecay: Float
    /// What the parameter is multiplied with before the step; 1 but in AdamW.
    @usableFromInline package var shrinkage: Float

    @usableFromInline package init(
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
@usableFromInline package struct RMSpropStep: Sendable {
    @usableFromInline package var learningRate: Float
    /// Share of the squares so far, ρ, and of the newest one, 1 - ρ.
    @usableFromInline package var smoothing: Float
    @usableFromInline package var share: Float
    @usableFromInline package var epsilon: Float
    @usableFromInline package var momentum: Float
    @usableFromInline package var weightDecay: Float

    @usableFromInline package init(
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
@usableFromInline package struct OptimizerPass {
    /// Bounds are multiples of 16.
    @usableFromInline package var range: Range<Int>
    @usableFromInline package var parameters: UnsafeMutablePointer<Float>
    /// What the optimizer remembers of each parameter: of SGD the velocity, of Adam both moments, of RMSprop the
    /// mean square and the velocity; nil if it remembers less.
    @usableFromInline package var firstState: UnsafeMutablePointer<Float>?
    @usableFromInline package var secondState: UnsafeMutablePointer<Float>?
    /// The gradient is the sum of `gradientCount` buffers, `gradientStride` floats apart, added in their order.
    @usableFromInline package var gradients: UnsafePointer<Float>
    @usableFromInline package var gradientStride: Int
    @usableFromInline package var gradientCount: Int
    /// What the gradient is multiplied with, and then kept below in magnitude: 1 and infinity change nothing.
    @usableFromInline package var gradientScale: Float
    @usableFromInline package var gradientLimit: Float

    @usableFromInline package init(
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
