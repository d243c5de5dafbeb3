import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Bias styles")
struct BiasStyleTests {
    private func count(
        _ cell: RecurrentCell, _ inputSize: Int, _ hiddenSize: Int, _ bias: BiasStyle,
        bidirectional: Bool = false
    ) -> Int {
        let stack = RecurrentStack(
            cell, inputSize: inputSize, hiddenSize: hiddenSize, bias: bias, bidirectional: bidirectional)
        return RecurrentLayer<AnyKind>(stack).layout.count
    }

    /// The counts of Keras' `summary()`: SimpleRNN(3) on four features, a second one, and Bidirectional.
    @Test
    func `parameter counts equal Keras'`() {
        #expect(count(.rnnTanh, 4, 3, .keras) == 24)
        #expect(count(.rnnTanh, 3, 3, .keras) == 21)
        #expect(count(.rnnTanh, 4, 3, .keras, bidirectional: true) == 48)
        #expect(count(.lstm, 4, 3, .keras) == 4 * 24)
        #expect(count(.gru, 4, 3, .keras) == 3 * 27)
        #expect(count(.gruResetBefore, 4, 3, .keras) == 3 * 24)
    }

    @Test(arguments: RecurrentCell.allCases)
    func `parameter counts equal PyTorch's, and exclude absent biases`(_ cell: RecurrentCell) {
        #expect(count(cell, 4, 3, .pytorch) == cell.gates * 27)
        #expect(count(cell, 4, 3, .none) == cell.gates * 21)
    }

    @Test(arguments: RecurrentCell.allCases)
    func `one bias computes the same as two of which one is zero`(_ cell: RecurrentCell) throws {
        func problem(_ bias: BiasStyle) -> RecurrentProblem {
            RecurrentProblem(
                RecurrentStack(
                    cell, inputSize: 3, hiddenSize: 5, numLayers: 2, bias: bias, bidirectional: true),
                batch: 4, steps: 3, hasLengths: true)
        }
        for style in [BiasStyle.none, .keras] {
            let one = problem(style)
            var two = problem(.pytorch)
            for parameter in two.layout.parameters {
                let numbers = one.layout[parameter.name].map { Array(one.parameters[$0.range]) }
                two.parameters.replaceSubrange(
                    parameter.range, with: numbers ?? .init(repeating: 0, count: parameter.count))
            }
            let (found, expected) = (one.solved(by: .best), two.solved(by: .best))
            for (found, expected) in zip(found.arrays.dropLast(), expected.arrays) {
                expectEqual(found.numbers, expected.numbers, "\(style): \(expected.name)")
            }
            for parameter in one.layout.parameters {
                let same = try #require(two.layout[parameter.name])
                expectEqual(
                    Array(found.parameterGradient[parameter.range]),
                    Array(expected.parameterGradient[same.range]), "\(style): \(parameter.name)")
            }
        }
    }
}
