import CProcessor
import KernelInterface

/// Adam as PyTorch computes it: m += (1 - β₁)(g - m), v = β₂ v + (1 - β₂) g²,
/// p -= α / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε).
enum Adam {
    static func run(
        _ step: AdamStep, range: Range<Int>, parameters: UnsafeMutablePointer<Float>,
        firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>,
        gradients: UnsafePointer<Float>, gradientStride: Int, gradientCount: Int
    ) {
        let firstShare = broadcast(1 - step.beta1)
        let beta2 = broadcast(step.beta2)
        let secondShare = broadcast(1 - step.beta2)
        let scale = broadcast(step.secondMomentScale)
        let epsilon = broadcast(step.epsilon)
        let stepSize = broadcast(-step.stepSize)
        for index in stride(from: range.lowerBound, to: range.upperBound, by: vectorWidth) {
            var gradient = loadVector(gradients, index)
            for buffer in 1..<max(gradientCount, 1) {
                gradient += loadVector(gradients, buffer * gradientStride + index)
            }
            var m = loadVector(firstMoment, index)
            m = multiplyAdd(m, firstShare, gradient - m)
            let v = multiplyAdd(loadVector(secondMoment, index) * beta2, secondShare * gradient, gradient)
            let denominator = multiplyAdd(epsilon, vector_sqrt(v), scale)
            storeVector(m, firstMoment, index)
            storeVector(v, secondMoment, index)
            storeVector(
                multiplyAdd(loadVector(parameters, index), stepSize, m / denominator), parameters, index)
        }
    }
}
