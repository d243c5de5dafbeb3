import Testing

@testable import NeuralNetworks

@Suite("LSTM against the reference")
struct LSTMReferenceTests {
    /// Every pair of values of any two sizes occurs: N 1, 2, 5, 33; L 1, 2, 7, 28; D 1, 3, 28;
    /// H 1, 7, 8, 12, 33, 64; 1 to 3 layers; one direction or two; with and without biases and states.
    static let problems: [LSTMProblem] = [
        problem(1, 1, 1, 1, layers: 1, ""),
        problem(2, 2, 3, 1, layers: 2, "bi bias states"),
        problem(1, 1, 1, 12, layers: 3, "bi bias states"),
        problem(1, 2, 3, 8, layers: 3, "states"),
        problem(2, 2, 1, 7, layers: 1, ""),
        problem(5, 1, 1, 8, layers: 2, "states"),
        problem(1, 7, 1, 7, layers: 2, "states"),
        problem(2, 1, 28, 33, layers: 3, ""),
        problem(2, 7, 1, 8, layers: 1, ""),
        problem(5, 2, 28, 12, layers: 1, ""),
        problem(1, 2, 28, 64, layers: 2, "bias"),
        problem(5, 28, 1, 1, layers: 3, "bias states"),
        problem(1, 28, 1, 7, layers: 1, "bias"),
        problem(33, 1, 3, 7, layers: 3, "bi bias"),
        problem(33, 7, 28, 1, layers: 1, "states"),
        problem(5, 7, 28, 7, layers: 3, "states"),
        problem(5, 1, 3, 64, layers: 3, "states"),
        problem(2, 28, 3, 12, layers: 2, ""),
        problem(2, 7, 1, 64, layers: 1, "bi states"),
        problem(1, 28, 1, 33, layers: 1, ""),
        problem(5, 7, 3, 33, layers: 1, "bi bias"),
        problem(1, 28, 1, 64, layers: 1, ""),
        problem(33, 1, 1, 64, layers: 1, ""),
        problem(33, 2, 1, 33, layers: 2, "states"),
        problem(33, 7, 1, 12, layers: 1, "states"),
        problem(33, 7, 28, 12, layers: 2, "bi bias states"),
        problem(5, 28, 3, 33, layers: 3, "bi bias states"),
        problem(33, 28, 28, 8, layers: 1, "bi bias"),
    ]

    private static func problem(_ n: Int, _ l: Int, _ d: Int, _ h: Int, layers: Int, _ traits: String)
        -> LSTMProblem
    {
        let traits = traits.split(separator: " ")
        return LSTMProblem(
            RecurrentStack(
                .lstm, inputSize: d, hiddenSize: h, numLayers: layers,
                bias: traits.contains("bias") ? .pytorch : .none,
                bidirectional: traits.contains("bi")), batch: n, steps: l, hasState: traits.contains("states")
        )
    }

    @Test("outputs, states and all gradients", arguments: problems)
    func matches(_ problem: LSTMProblem) {
        let expected = problem.solvedByReference()
        for set in InstructionSet.available {
            let found = problem.solved(by: set)
            for (found, expected) in zip(found.arrays, expected.arrays) {
                expectClose(found.numbers, expected.numbers, "\(set): \(expected.name)")
            }
        }
    }
}
