import Testing

@testable import NeuralNetworks

/// Sequence 1 of 3 has a NaN somewhere. Every number that depends on it must be NaN, and no other.
@Suite("A NaN reaches what depends on it and nothing else")
struct NotANumberTests {
    static let cells = RecurrentCell.allCases

    static func problem(_ cell: RecurrentCell, layers: Int = 1) -> RecurrentProblem {
        RecurrentProblem(
            RecurrentStack(cell, inputSize: 2, hiddenSize: 3, numLayers: layers, bidirectional: true),
            batch: 3, steps: 5)
    }

    /// Expects NaN exactly where `isExpected` returns true, in an array (N, L, features).
    func expectNaN(
        _ numbers: [Double], _ what: String,
        _ isExpected: (_ sequence: Int, _ step: Int, _ feature: Int) -> Bool
    ) {
        let width = numbers.count / 15
        for (index, number) in numbers.enumerated() {
            let (sequence, step, feature) = (index / width / 5, index / width % 5, index % width)
            #expect(
                number.isNaN == isExpected(sequence, step, feature),
                "\(what) \(sequence), \(step), \(feature)")
        }
    }

    /// Expects NaN exactly where `isExpected` returns true, in an array (directions, N, H).
    func expectNaN(
        states numbers: [Double], _ what: String, _ isExpected: (_ direction: Int, _ sequence: Int) -> Bool
    ) {
        for (index, number) in numbers.enumerated() {
            #expect(number.isNaN == isExpected(index / 9, index / 3 % 3), "\(what) \(index)")
        }
    }

    @Test(arguments: cells, InstructionSet.available)
    func `a NaN of the input`(_ cell: RecurrentCell, _ set: InstructionSet) {
        var problem = Self.problem(cell)
        problem.input[(5 + 2) * 2] = .nan  // sequence 1, step 2
        let solution = problem.solved(by: set)
        expectNaN(solution.output, "output") { n, t, unit in n == 1 && (unit < 3 ? t >= 2 : t <= 2) }
        expectNaN(states: solution.finalHidden, "h_n") { _, n in n == 1 }
        expectNaN(states: solution.finalCell, "c_n") { _, n in n == 1 }
        expectNaN(solution.inputGradient, "grad.input") { n, _, _ in n == 1 }
        expectNaN(states: solution.hiddenGradient, "grad.h0") { _, n in n == 1 }
        expectNaN(states: solution.cellGradient, "grad.c0") { _, n in n == 1 }
        #expect(solution.parameterGradient.allSatisfy { $0.isNaN })
    }

    @Test(arguments: cells, InstructionSet.available)
    func `a NaN of an initial state`(_ cell: RecurrentCell, _ set: InstructionSet) {
        for place in cell.hasCellState ? [\RecurrentProblem.hidden, \.cell] : [\.hidden] {
            var problem = Self.problem(cell)
            for unit in 0..<3 { problem[keyPath: place][3 + unit] = .nan }  // forward, sequence 1
            let solution = problem.solved(by: set)
            expectNaN(solution.output, "output") { n, _, unit in n == 1 && unit < 3 }
            expectNaN(states: solution.finalHidden, "h_n") { direction, n in n == 1 && direction == 0 }
            expectNaN(solution.inputGradient, "grad.input") { n, _, _ in n == 1 }
        }
    }

    @Test(arguments: cells, InstructionSet.available)
    func `a NaN of the gradient of an output`(_ cell: RecurrentCell, _ set: InstructionSet) {
        var problem = Self.problem(cell)
        for unit in 0..<3 { problem.outputFactor[(5 + 2) * 6 + unit] = .nan }  // sequence 1, step 2, forward
        let solution = problem.solved(by: set)
        #expect(!(solution.output + solution.finalHidden + solution.finalCell).contains { $0.isNaN })
        expectNaN(solution.inputGradient, "grad.input") { n, t, _ in n == 1 && t <= 2 }
        expectNaN(states: solution.hiddenGradient, "grad.h0") { direction, n in n == 1 && direction == 0 }
        let half = solution.parameterGradient.count / 2
        #expect(solution.parameterGradient[..<half].allSatisfy { $0.isNaN })
        #expect(!solution.parameterGradient[half...].contains { $0.isNaN })
    }

    @Test(arguments: cells, InstructionSet.available)
    func `a NaN of a parameter`(_ cell: RecurrentCell, _ set: InstructionSet) throws {
        for name in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] {
            var problem = Self.problem(cell, layers: 2)
            // All gates of unit 0 in the second layer's forward direction.
            let parameter = try #require(problem.layout[name + "_l1"])
            let width = parameter.count / (cell.gates * 3)
            for gate in 0..<cell.gates { problem.parameters[parameter.offset + gate * 3 * width] = .nan }
            let solution = problem.solved(by: set)
            expectNaN(solution.output, "\(name): output") { _, t, unit in
                // Unit 0 is NaN at once; the others read it one step later, or in the same step through the reset
                // product.
                unit == 0 || unit < 3 && (t > 0 || cell == .gruResetBefore)
            }
            let half = solution.finalHidden.count / 2
            #expect(!solution.finalHidden[..<half].contains { $0.isNaN })
        }
    }
}
