import Foundation
import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Optimizer kernels")
struct OptimizerTests {
    /// An optimizer, and its update of one number from the equations.
    struct Method: CustomTestStringConvertible, Sendable {
        let optimizer: any Optimizer
        let move: @Sendable (_ number: inout Number, _ gradient: Double, _ step: Int) -> Void

        struct Number {
            var parameter: Double
            var first = 0.0
            var second = 0.0
        }

        var testDescription: String { "\(optimizer)" }
    }

    static let methods = [
        Method(optimizer: SGD(learningRate: 5e-3)) { number, g, _ in number.parameter -= 5e-3 * g },
        Method(optimizer: SGD(learningRate: 5e-3, momentum: 0.8, weightDecay: 0.25)) { number, g, _ in
            number.first = 0.8 * number.first + g + 0.25 * number.parameter
            number.parameter -= 5e-3 * number.first
        },
        Method(optimizer: SGD(learningRate: 5e-3, momentum: 0.8, nesterov: true)) { number, g, _ in
            number.first = 0.8 * number.first + g
            number.parameter -= 5e-3 * (g + 0.8 * number.first)
        },
        Method(optimizer: Adam(learningRate: 5e-3, beta1: 0.8, beta2: 0.99, epsilon: 1e-6)) {
            adam(&$0, $1, $2)
        },
        Method(
            optimizer: Adam(learningRate: 5e-3, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.25)
        ) { adam(&$0, $1 + 0.25 * $0.parameter, $2) },
        Method(
            optimizer: AdamW(learningRate: 5e-3, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.25)
        ) {
            $0.parameter *= 1 - 5e-3 * 0.25
            adam(&$0, $1, $2)
        },
        Method(optimizer: RMSprop(learningRate: 5e-3, alpha: 0.9, epsilon: 1e-4)) { number, g, _ in
            number.first = 0.9 * number.first + 0.1 * g * g
            number.parameter -= 5e-3 * g / (number.first.squareRoot() + 1e-4)
        },
        Method(
            optimizer: RMSprop(
                learningRate: 5e-3, alpha: 0.9, epsilon: 1e-4, momentum: 0.5, weightDecay: 0.25)
        ) { number, g, _ in
            let g = g + 0.25 * number.parameter
            number.first = 0.9 * number.first + 0.1 * g * g
            number.second = 0.5 * number.second + g / (number.first.squareRoot() + 1e-4)
            number.parameter -= 5e-3 * number.second
        },
    ]

    private static func adam(_ number: inout Method.Number, _ g: Double, _ step: Int) {
        number.first = 0.8 * number.first + 0.2 * g
        number.second = 0.99 * number.second + 0.01 * g * g
        let mean = number.first / (1 - pow(0.8, Double(step)))
        let deviation = (number.second / (1 - pow(0.99, Double(step)))).squareRoot()
        number.parameter -= 5e-3 * mean / (deviation + 1e-6)
    }

    /// Returns gradients of all magnitudes in several parts, one of them zero.
    static func gradients(_ numbers: Numbers, parts: Int, stride: Int) -> [Float] {
        (0..<parts * stride).map { index in
            index % stride == 20
                ? 0 : numbers() * Float(sign: .plus, exponent: -(index % 17), significand: 1)
        }
    }

    @Test(arguments: InstructionSet.available, 0..<methods.count)
    func `twelve steps with gradients in 1 to 5 parts equal the reference`(
        _ set: InstructionSet, _ index: Int
    ) {
        let method = Self.methods[index]
        for parts in 1...5 { steps(set, method, parts: parts) }
    }

    private func steps(_ set: InstructionSet, _ method: Method, parts: Int) {
        let count = 96
        let range = 16..<80
        let stride = 112
        let numbers = Numbers(seed: UInt64(parts))
        let start = numbers(count)
        let parameters = GuardedArray(start)
        let states = method.optimizer.step(1, learningRate: 0).stateNames.map { _ in
            GuardedArray(.init(repeating: 0, count: count))
        }
        var expected = start.map { Method.Number(parameter: Double($0)) }
        for step in 1...12 {
            let gradients = Self.gradients(numbers, parts: parts, stride: stride)
            set.kernels.update(
                method.optimizer.step(step, learningRate: method.optimizer.learningRate).step,
                OptimizerPass(
                    range: range, parameters: parameters.base,
                    firstState: states.count > 0 ? states[0].base : nil,
                    secondState: states.count > 1 ? states[1].base : nil, gradients: gradients,
                    gradientStride: stride, gradientCount: parts))
            for index in range {
                let g = (0..<parts).reduce(0) { $0 + Double(gradients[$1 * stride + index]) }
                method.move(&expected[index], g, step)
            }
        }
        let what = "\(method.optimizer), \(parts) parts"
        expectClose(parameters.numbers, expected.map(\.parameter), absolute: 6e-7, relative: 0, what)
        if states.count > 0 {
            expectClose(states[0].numbers, expected.map(\.first), absolute: 2e-7, relative: 2e-6, what)
        }
        if states.count > 1 {
            expectClose(states[1].numbers, expected.map(\.second), absolute: 2e-7, relative: 4e-6, what)
        }
        for array in [parameters] + states {
            let before = array === parameters ? start : .init(repeating: 0, count: count)
            #expect((0..<count).allSatisfy { range.contains($0) || array.base[$0] == before[$0] }, "\(what)")
            #expect(array.isIntact, "\(what)")
        }
    }

    /// Runs one step of three parts of sixteen.
    private func step(
        _ set: InstructionSet, _ gradients: [Float], parts: Int = 1, scale: Float = 1,
        limit: Float = .infinity
    ) -> [Float] {
        let parameters = GuardedArray(.init(repeating: 0.5, count: 16))
        let states = GuardedArray(.init(repeating: 0.25, count: 32))
        set.kernels.update(
            Adam().step(3, learningRate: 0.1).step,
            OptimizerPass(
                range: 0..<16, parameters: parameters.base, firstState: states.base,
                secondState: states.base + 16, gradients: gradients, gradientStride: 16, gradientCount: parts,
                gradientScale: scale, gradientLimit: limit))
        return parameters.numbers + states.numbers
    }

    @Test(
        arguments: InstructionSet.available)
    func `parts one at a time give bit-identical results to all at once`(_ set: InstructionSet) {
        let gradients = Numbers(seed: 8)(3 * 16)
        let sum = (0..<16).map { index in (0..<3).reduce(Float(0)) { $0 + gradients[$1 * 16 + index] } }
        let expected = step(set, sum)
        expectSameBits(step(set, gradients, parts: 3), expected)

        let added = GuardedArray(gradients)
        _ = set.kernels.addUp(added.base, stride: 16, count: 3, range: 0..<16)
        expectSameBits(Array(added.numbers[..<16]), sum)
        expectSameBits(Array(added.numbers[16...]), Array(gradients[16...]))
        #expect(added.isIntact)
    }

    @Test(arguments: InstructionSet.available)
    func `gradients are scaled and then clipped`(_ set: InstructionSet) {
        var gradients = Numbers(seed: 9)(16)
        gradients[3] = .infinity
        gradients[4] = -.infinity
        let clipped = gradients.map { min(max($0 * 0.75, -0.125), 0.125) }
        expectSameBits(step(set, gradients, scale: 0.75, limit: 0.125), step(set, clipped))
        gradients[5] = .nan
        let found = step(set, gradients, limit: 0.125)
        #expect(found.indices.filter { found[$0].isNaN } == [5, 21, 37])
    }

    @Test(arguments: InstructionSet.available, 1...4)
    func `the sum of squares equals the reference`(_ set: InstructionSet, parts: Int) {
        let stride = 112
        for (first, end) in [(0, 112), (16, 96), (32, 32)] {
            let gradients = Self.gradients(Numbers(seed: UInt64(parts)), parts: parts, stride: stride)
            let expected = (first..<end).reduce(0.0) { sum, index in
                let g = (0..<parts).reduce(Float(0)) { $0 + gradients[$1 * stride + index] }
                return sum + Double(g) * Double(g)
            }
            let array = GuardedArray(gradients)
            let found = set.kernels.addUp(array.base, stride: stride, count: parts, range: first..<end)
            #expect(abs(found - expected) <= 1e-14 * expected)
        }
    }

    @Test(arguments: InstructionSet.available)
    func `squares do not overflow, and infinity and NaN propagate`(_ set: InstructionSet) {
        func squares(_ number: Float, at place: Int) -> Double {
            let array = GuardedArray((0..<32).map { $0 == place ? number : 0 })
            return withExtendedLifetime(array) {
                set.kernels.addUp(array.base, stride: 32, count: 1, range: 0..<32)
            }
        }
        for place in 0..<32 {
            #expect(squares(-3e38, at: place) == Double(Float(3e38)) * Double(Float(3e38)))
            #expect(squares(0x1p-149, at: place) == 0x1p-298)
            #expect(squares(-.infinity, at: place) == .infinity)
            #expect(squares(.nan, at: place).isNaN)
            #expect(squares(0, at: place) == 0)
        }
    }

    @Test
    func `the sum of squares is bit-identical for every instruction set`() {
        let numbers = Numbers(seed: 4)(4096)
        let found = InstructionSet.available.map { set in
            let array = GuardedArray(numbers)
            return withExtendedLifetime(array) {
                set.kernels.addUp(array.base, stride: 4096, count: 1, range: 0..<4096)
            }
        }
        #expect(found.allSatisfy { $0 > 1000 && $0 == found[0] })
    }
}
