import Foundation
import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

/// The kernels' tanh, sigmoid and exponential, tested through functions that use them.
@Suite("Activations, over all magnitudes")
struct ActivationTests {
    /// Returns both signs of numbers from 1e-35 to `limit`, 40 per power of ten, and 0.
    static func arguments(upTo limit: Double) -> [Float] {
        let magnitudes = (0...).lazy.map { Float(1e-35 * pow(10, Double($0) / 40)) }.prefix {
            Double($0) <= limit
        }
        let dense = stride(from: 0, through: min(limit, 20), by: 1 / 128).map(Float.init)
        return (Array(magnitudes) + dense).flatMap { [$0, -$0] }
    }

    /// Returns the cell state after one step of one unit: c = σ(z_f) c' + σ(z_i) tanh(z_g). The input is the
    /// pre-activation of one gate; all others are zero. σ(0) = ½ and tanh(0) = 0 are exact.
    private func finalCell(_ set: InstructionSet, gate: Int, _ z: [Float], initialCell: Float) -> [Float] {
        let layer = RecurrentLayer<LSTMKind>(
            stack: RecurrentStack(.lstm, inputSize: 1, hiddenSize: 1, bias: .none), batchFirst: true,
            seed: 0, threads: 1, instructionSet: set)
        for index in 0..<8 { layer.parameters.base[index] = index == gate ? 1 : 0 }
        let state = LSTMState(
            hidden: Tensor(shape: [1, z.count, 1]),
            cell: Tensor(shape: [1, z.count, 1], repeating: initialCell))
        return layer(Tensor(shape: [z.count, 1, 1], z), state: state).state.cell.elements
    }

    private func tanhs(_ set: InstructionSet, _ z: [Float]) -> [Float] {
        finalCell(set, gate: 2, z, initialCell: 0).map { 2 * $0 }
    }

    private func sigmoids(_ set: InstructionSet, _ z: [Float]) -> [Float] {
        finalCell(set, gate: 1, z, initialCell: 1)
    }

    @Test(arguments: InstructionSet.available)
    func `tanh is odd, within ±1, with a relative error below 4.2e-7`(_ set: InstructionSet) {
        let z = Self.arguments(upTo: 1e30)
        let found = tanhs(set, z)
        expectClose(found, z.map { tanh(Double($0)) }, absolute: 0, relative: 4.2e-7, "tanh")
        #expect(found.allSatisfy { abs($0) <= 1 })
        #expect(stride(from: 0, to: z.count, by: 2).allSatisfy { found[$0] == -found[$0 + 1] })
    }

    @Test(arguments: InstructionSet.available)
    func `sigmoid is within 0...1, with an absolute error below 2.5e-7`(_ set: InstructionSet) {
        let z = Self.arguments(upTo: 1e30)
        let found = sigmoids(set, z)
        expectClose(found, z.map { 1 / (1 + exp(-Double($0))) }, absolute: 2.5e-7, relative: 0, "sigmoid")
        #expect(found.allSatisfy { (0...1).contains($0) })
    }

    @Test(arguments: InstructionSet.available)
    func `sigmoid in place changes only the given count of numbers`(_ set: InstructionSet) {
        let special: [Float] = [.infinity, -.infinity, 0, -0.0, .nan]
        let all = special + Self.arguments(upTo: 1e30)
        for count in [16, 48, all.count / 16 * 16] {
            let z = Array(all.prefix(count))
            // The sixteen numbers after the end must not change.
            let values = GuardedArray(z + [Float](repeating: 3, count: 16))
            set.kernels.sigmoid(values.base, count: count)
            let found = Array(values.numbers.prefix(count))
            #expect(found[4].isNaN)
            #expect(found[2] == 0.5 && found[3] == 0.5)
            let expected = z.map { 1 / (1 + exp(-Double($0))) }
            for range in [0..<4, 5..<count] {
                expectClose(
                    Array(found[range]), Array(expected[range]), absolute: 2.5e-7, relative: 0, "\(range)")
                #expect(found[range].allSatisfy { (0...1).contains($0) })
            }
            #expect(values.numbers.suffix(16).allSatisfy { $0 == 3 })
            #expect(values.isIntact)
        }
    }

    @Test(arguments: InstructionSet.available)
    func `infinities saturate and NaN stays NaN`(_ set: InstructionSet) {
        /// Returns c with a pre-activation from a bias: infinity times a weight of zero would be NaN.
        func cell(_ gate: Int, _ z: Float, initialCell: Float) -> Float {
            let layer = RecurrentLayer<LSTMKind>(
                stack: RecurrentStack(.lstm, inputSize: 1, hiddenSize: 1), batchFirst: true, seed: 0,
                threads: 1, instructionSet: set)
            for index in 0..<16 { layer.parameters.base[index] = index == 8 + gate ? z : 0 }
            let state = LSTMState(
                hidden: Tensor(shape: [1, 1]), cell: Tensor(shape: [1, 1], [initialCell]))
            return layer(Tensor(shape: [1, 1]), state: state).state.cell.elements[0]
        }
        let z: [Float] = [.infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]
        expectClose(
            z.map { 2 * cell(2, $0, initialCell: 0) }, [1, -1, 1, -1], absolute: 4.2e-7, relative: 0, "tanh")
        expectClose(
            z.map { cell(1, $0, initialCell: 1) }, [1, 0, 1, 0], absolute: 2.5e-7, relative: 0, "sigmoid")
        #expect((0..<3).allSatisfy { cell($0, .nan, initialCell: 1).isNaN })
        expectClose(
            [-0.0, 0].map { cell(1, $0, initialCell: 1) }, [0.5, 0.5], absolute: 0, relative: 0, "σ(0)")
    }

    /// For the softmax of (0, x) and label 0, the second gradient is eˣ / (1 + eˣ), as exact as eˣ.
    @Test(
        arguments: InstructionSet.available)
    func `exponential has a relative error below 5e-7, including softmax's rounding`(_ set: InstructionSet) {
        let x = Self.arguments(upTo: 87).filter { $0 <= 0 }
        let labels = [Int32](repeating: 0, count: 32)
        for first in stride(from: 0, to: x.count - 32, by: 32) {
            let arguments = Array(x[first..<first + 32])
            let scores = GuardedArray([Float](repeating: 0, count: 32) + arguments)
            let loss = set.kernels.crossEntropy(
                scores: scores.base, classes: 2, labels: labels, count: 32, weights: LossWeights(), scale: 1,
                labelSmoothing: 0)
            expectClose(
                Array(scores.numbers[32...]), arguments.map { 1 / (1 + exp(-Double($0))) }, absolute: 0,
                relative: 5e-7, "softmax")
            let expected = arguments.map { log(1 + exp(Double($0))) }.reduce(0, +)
            #expect(abs(loss.sum - expected) < 1e-6 * 32)
        }
    }
}
