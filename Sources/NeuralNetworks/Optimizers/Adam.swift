import KernelInterface

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Adam (Kingma and Ba, 2015) with PyTorch's defaults but the tutorials' learning rate left to the caller.
public struct Adam: Codable, Hashable, Sendable {
    public var learningRate: Double
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double

    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    /// The numbers of step `count`, the first being 1; corrections are computed in double precision, as
    /// PyTorch does.
    func step(_ count: Int) -> AdamStep {
        AdamStep(
            stepSize: Float(learningRate / (1 - pow(beta1, Double(count)))), beta1: Float(beta1),
            beta2: Float(beta2), secondMomentScale: Float(1 / (1 - pow(beta2, Double(count))).squareRoot()),
            epsilon: Float(epsilon))
    }
}

/// What Adam remembers of the steps before: moving averages of the gradient and of its square.
public final class AdamState {
    public let firstMoment: FloatBuffer
    public let secondMoment: FloatBuffer
    public internal(set) var stepCount = 0

    init(count: Int) {
        firstMoment = FloatBuffer(count: count)
        secondMoment = FloatBuffer(count: count)
    }
}
