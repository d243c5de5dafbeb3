import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Recurrent layers equal the reference")
struct RecurrentReferenceTests {
    static let cells = RecurrentCell.allCases
    static let batches = [1, 2, 5, 33]
    static let lengths = [1, 2, 7, 28]
    static let inputSizes = [1, 3, 28]
    static let hiddenSizes = [1, 7, 8, 12, 33, 64]
    static let biases = BiasStyle.allCases

    /// Any two values of any two of these factors, including the cell, occur together; all combinations would be 20,736
    /// for each cell. The budget prevents several large sizes in one combination, for which the unoptimised reference
    /// would need minutes.
    static let problems = allPairs(
        [cells.count, 4, 4, 3, 6, 3, 2, 3, 2, 2], budget: 2_000_000, cost: { multiplications(problem($0)) }
    ).map(problem)

    private static func problem(_ at: [Int]) -> Sizes {
        Sizes(
            stack: RecurrentStack(
                cells[at[0]], inputSize: inputSizes[at[3]], hiddenSize: hiddenSizes[at[4]],
                numLayers: 1 + at[5], bias: biases[at[7]], bidirectional: at[6] == 1),
            batch: batches[at[1]], steps: lengths[at[2]], hasState: at[8] == 1, hasLengths: at[9] == 1)
    }

    struct Sizes: CustomTestStringConvertible, Sendable {
        let stack: RecurrentStack
        let batch, steps: Int
        let hasState, hasLengths: Bool

        var testDescription: String { problem.testDescription }
        var problem: RecurrentProblem {
            RecurrentProblem(stack, batch: batch, steps: steps, hasState: hasState, hasLengths: hasLengths)
        }
    }

    /// Returns the number of multiplications of a forward pass.
    private static func multiplications(_ sizes: Sizes) -> Int {
        let stack = sizes.stack
        return (0..<stack.numLayers).reduce(0) { sum, layer in
            sum + sizes.batch * sizes.steps * stack.directions * stack.gateRows
                * (stack.inputSize(ofLayer: layer) + stack.hiddenSize)
        }
    }

    @Test(arguments: problems)
    func `outputs, states and all gradients equal the reference`(_ sizes: Sizes) {
        let problem = sizes.problem
        let expected = problem.solvedByReference()
        // The tolerance covers the rounding of a sum over all steps of all sequences, in which the terms nearly cancel.
        let rounding = 1e-7 * Double(problem.batch * problem.steps).squareRoot()
        for set in InstructionSet.available {
            let found = problem.solved(by: set)
            for (found, expected) in zip(found.arrays, expected.arrays) {
                let isSum = expected.name == "grad.parameters"
                expectClose(
                    found.numbers, expected.numbers, absolute: isSum ? 2e-6 + rounding : 2e-6,
                    "\(set): \(expected.name)")
            }
        }
    }
}
