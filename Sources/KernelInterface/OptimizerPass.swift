/// The coefficients of one optimizer step.
@usableFromInline package enum OptimizerStep: Sendable {
    case sgd(SGDStep)
    case adam(AdamStep)
    case rmsprop(RMSpropStep)
}

/// The coefficients of one step of gradient descent with momentum (Sutskever et al., "On the importance of
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

/// The coefficients of one Adam step (Kingma and Ba, "Adam: a method for stochastic optimization", 2015), including
/// bias corrections.
@usableFromInline package struct AdamStep: Sendable {
    /// The learning rate divided by 1 - β₁ᵗ.
    @usableFromInline package var stepSize: Float
    @usableFromInline package var beta1: Float
    @usableFromInline package var beta2: Float
    /// 1 / sqrt(1 - β₂ᵗ).
    @usableFromInline package var secondMomentScale: Float
    @usableFromInline package var epsilon: Float
    /// The weight decay λ; λ times the parameter is added to its gradient.
    @usableFromInline package var weightDecay: Float
    /// The factor by which a parameter is multiplied before the step: 1 - α λ in AdamW, 1 in Adam.
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

/// The coefficients of one step of RMSprop (Tieleman and Hinton, "Neural networks for machine learning", lecture 6.5,
/// 2012).
@usableFromInline package struct RMSpropStep: Sendable {
    @usableFromInline package var learningRate: Float
    /// The weight of the running mean square, ρ, and of the new square, 1 - ρ.
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

/// The memory that one optimizer step reads and writes.
@usableFromInline package struct OptimizerPass {
    /// The range of parameters to update; its bounds are multiples of 16.
    @usableFromInline package var range: Range<Int>
    @usableFromInline package var parameters: UnsafeMutablePointer<Float>
    /// The optimizer's states of each parameter: the velocity of SGD, both moments of Adam, the mean square and the
    /// velocity of RMSprop; nil if the optimizer does not have the state.
    @usableFromInline package var firstState: UnsafeMutablePointer<Float>?
    @usableFromInline package var secondState: UnsafeMutablePointer<Float>?
    /// The gradient buffers. The gradient is the sum of `gradientCount` buffers, `gradientStride` floats apart, added
    /// in their order.
    @usableFromInline package var gradients: UnsafePointer<Float>
    @usableFromInline package var gradientStride: Int
    @usableFromInline package var gradientCount: Int
    /// The factor of the gradient, and the limit of its magnitude after multiplication (gradient clipping); 1 and
    /// infinity have no effect.
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
