import CProcessor
import KernelInterface

/// The loop of all optimizers: sums the gradients, clips the sum, and updates the parameters by a rule.
enum ParameterUpdate {
    static func run(_ step: OptimizerStep, _ pass: OptimizerPass) {
        switch step {
        case .sgd(let step): run(SGDRule(step), pass)
        case .adam(let step): run(AdamRule(step), pass)
        case .rmsprop(let step): run(RMSpropRule(step), pass)
        }
    }

    @inline(__always)
    private static func run(_ rule: some UpdateRule, _ pass: OptimizerPass) {
        let scale = broadcast(pass.gradientScale)
        let limit = broadcast(pass.gradientLimit)
        for index in stride(from: pass.range.lowerBound, to: pass.range.upperBound, by: vectorWidth) {
            let sum = gradientSum(
                pass.gradients, stride: pass.gradientStride, count: pass.gradientCount, index)
            let gradient = vector_max(vector_min(sum * scale, limit), broadcast(0) - limit)
            var first = broadcast(0)
            var second = broadcast(0)
            if let state = pass.firstState { first = loadVector(state, index) }
            if let state = pass.secondState { second = loadVector(state, index) }
            let moved = rule.move(loadVector(pass.parameters, index), by: gradient, &first, &second)
            if let state = pass.firstState { storeVector(first, state, index) }
            if let state = pass.secondState { storeVector(second, state, index) }
            storeVector(moved, pass.parameters, index)
        }
    }
}

/// Sums gradients into the first buffer, and computes the sum of squares. The square of a `Float` is exact in `Double`,
/// so that fused and separate instructions give the same result.
enum GradientSum {
    static func run(
        _ gradients: UnsafeMutablePointer<Float>, stride: Int, count: Int, range: Range<Int>
    ) -> Double {
        var squares = SIMD16<Double>()
        for index in Swift.stride(from: range.lowerBound, to: range.upperBound, by: vectorWidth) {
            let sum = gradientSum(gradients, stride: stride, count: count, index)
            if count > 1 { storeVector(sum, gradients, index) }
            let wide = vector_to_double(sum)
            squares += wide * wide
        }
        // This order is the same everywhere; `sum()` would leave it to the compiler.
        let eight = squares.lowHalf + squares.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two[0] + two[1]
    }
}

@inline(__always)
private func gradientSum(_ gradients: UnsafePointer<Float>, stride: Int, count: Int, _ index: Int) -> Vector {
    var sum = loadVector(gradients, index)
    for buffer in 1..<max(count, 1) { sum += loadVector(gradients, buffer * stride + index) }
    return sum
}

/// The update of sixteen parameters. A state that the optimizer does not have is zero.
private protocol UpdateRule {
    func move(_ parameter: Vector, by gradient: Vector, _ first: inout Vector, _ second: inout Vector)
        -> Vector
}

/// SGD: g += λ p, v = μ v + g, p -= α v, or with Nesterov's momentum p -= α (g + μ v). Without momentum, v is g.
private struct SGDRule: UpdateRule {
    private let rate, momentum, weightDecay: Vector
    private let nesterov: Bool

    init(_ step: SGDStep) {
        rate = broadcast(-step.learningRate)
        momentum = broadcast(step.momentum)
        weightDecay = broadcast(step.weightDecay)
        nesterov = step.nesterov
    }

    @inline(__always)
    func move(_ parameter: Vector, by gradient: Vector, _ velocity: inout Vector, _: inout Vector) -> Vector {
        let gradient = multiplyAdd(gradient, weightDecay, parameter)
        velocity = multiplyAdd(gradient, momentum, velocity)
        let direction = nesterov ? multiplyAdd(gradient, momentum, velocity) : velocity
        return multiplyAdd(parameter, rate, direction)
    }
}

/// Adam as PyTorch computes it: g += λ p, m += (1 - β₁)(g - m), v = β₂ v + (1 - β₂) g², p -= α / (1 - β₁ᵗ) · m / (√v /
/// √(1 - β₂ᵗ) + ε). AdamW multiplies p beforehand instead of adding to g.
private struct AdamRule: UpdateRule {
    private let firstShare, beta2, secondShare, scale, epsilon, stepSize, weightDecay, shrinkage: Vector

    init(_ step: AdamStep) {
        firstShare = broadcast(1 - step.beta1)
        beta2 = broadcast(step.beta2)
        secondShare = broadcast(1 - step.beta2)
        scale = broadcast(step.secondMomentScale)
        epsilon = broadcast(step.epsilon)
        stepSize = broadcast(-step.stepSize)
        weightDecay = broadcast(step.weightDecay)
        shrinkage = broadcast(step.shrinkage)
    }

    @inline(__always)
    func move(_ parameter: Vector, by gradient: Vector, _ m: inout Vector, _ v: inout Vector) -> Vector {
        let gradient = multiplyAdd(gradient, weightDecay, parameter)
        m = multiplyAdd(m, firstShare, gradient - m)
        v = multiplyAdd(v * beta2, secondShare * gradient, gradient)
        let denominator = multiplyAdd(epsilon, vector_sqrt(v), scale)
        return multiplyAdd(parameter * shrinkage, stepSize, m / denominator)
    }
}

/// RMSprop as PyTorch computes it: g += λ p, s = ρ s + (1 - ρ) g², v = μ v + g / (√s + ε), p -= α v.
private struct RMSpropRule: UpdateRule {
    private let rate, smoothing, share, epsilon, momentum, weightDecay: Vector

    init(_ step: RMSpropStep) {
        rate = broadcast(-step.learningRate)
        smoothing = broadcast(step.smoothing)
        share = broadcast(step.share)
        epsilon = broadcast(step.epsilon)
        momentum = broadcast(step.momentum)
        weightDecay = broadcast(step.weightDecay)
    }

    @inline(__always)
    func move(
        _ parameter: Vector, by gradient: Vector, _ square: inout Vector, _ velocity: inout Vector
    ) -> Vector {
        let gradient = multiplyAdd(gradient, weightDecay, parameter)
        square = multiplyAdd(square * smoothing, share * gradient, gradient)
        velocity = multiplyAdd(gradient / (vector_sqrt(square) + epsilon), momentum, velocity)
        return multiplyAdd(parameter, rate, velocity)
    }
}
