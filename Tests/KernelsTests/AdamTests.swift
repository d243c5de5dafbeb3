import KernelInterface
import Testing

@testable import NeuralNetworks

@Suite("Adam's kernel")
struct AdamTests {
    @Test("five steps, gradients in 1 to 5 parts", arguments: InstructionSet.available, 1...5)
    func steps(_ set: InstructionSet, parts: Int) {
        let count = 96
        let range = 16..<80
        let stride = 112
        let numbers = Numbers(seed: UInt64(parts))
        let start = numbers(count)
        let parameters = GuardedArray(start)
        let first = GuardedArray(.init(repeating: 0, count: count))
        let second = GuardedArray(.init(repeating: 0, count: count))
        var (p, m, v) = (
            start.map(Double.init), [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
        )
        let adam = Adam(learningRate: 5e-3, beta1: 0.8, beta2: 0.99, epsilon: 1e-6)

        for step in 1...5 {
            // Gradients of all magnitudes, and one of zero.
            let gradients = (0..<parts * stride).map { index in
                index % stride == 20
                    ? 0 : numbers() * Float(sign: .plus, exponent: -(index % 17), significand: 1)
            }
            set.kernels.adam(
                adam.step(step), range: range, parameters: parameters.base, firstMoment: first.base,
                secondMoment: second.base, gradients: gradients, gradientStride: stride, gradientCount: parts)
            for index in range {
                let g = (0..<parts).reduce(0) { $0 + Double(gradients[$1 * stride + index]) }
                m[index] = 0.8 * m[index] + 0.2 * g
                v[index] = 0.99 * v[index] + 0.01 * g * g
                var (firstPower, secondPower) = (1.0, 1.0)
                for _ in 0..<step { (firstPower, secondPower) = (firstPower * 0.8, secondPower * 0.99) }
                let mean = m[index] / (1 - firstPower)
                let deviation = (v[index] / (1 - secondPower)).squareRoot()
                p[index] -= 5e-3 * mean / (deviation + 1e-6)
            }
        }
        expectClose(parameters.numbers, p, absolute: 3e-7, relative: 0, "parameters")
        expectClose(first.numbers, m, absolute: 1e-7, relative: 1e-6, "first moment")
        expectClose(second.numbers, v, absolute: 1e-8, relative: 2e-6, "second moment")
        #expect(parameters.base[20] == start[20])
        for index in (0..<count).filter({ !range.contains($0) }) {
            #expect(
                parameters.base[index] == start[index] && first.base[index] == 0 && second.base[index] == 0)
        }
        #expect(parameters.isIntact && first.isIntact && second.isIntact)
    }

    @Test(
        "one part at a time or all at once is the same, to the last bit", arguments: InstructionSet.available)
    func parts(_ set: InstructionSet) {
        let numbers = Numbers(seed: 8)
        let gradients = numbers(3 * 16)
        let sum = (0..<16).map { index in (0..<3).reduce(Float(0)) { $0 + gradients[$1 * 16 + index] } }
        let found = [(gradients, 3), (sum, 1)].map { gradients, count in
            let parameters = GuardedArray(.init(repeating: 0.5, count: 16))
            let moments = GuardedArray(.init(repeating: 0.25, count: 32))
            set.kernels.adam(
                Adam(learningRate: 0.1).step(3), range: 0..<16, parameters: parameters.base,
                firstMoment: moments.base,
                secondMoment: moments.base + 16, gradients: gradients, gradientStride: 16,
                gradientCount: count)
            return parameters.numbers + moments.numbers
        }
        expectSameBits(found[0], found[1])
    }
}
