import Testing

@testable import NeuralNetworks

@Suite("What holds for every LSTM")
struct LSTMPropertyTests {
    static let problem = LSTMProblem(
        RecurrentStack(.lstm, inputSize: 3, hiddenSize: 7, numLayers: 2, bidirectional: true), batch: 35,
        steps: 6)

    @Test("no state is a state of zeros", arguments: InstructionSet.available)
    func noState(_ set: InstructionSet) {
        let lstm = Self.problem.lstm
        let layer = RecurrentLayer<LSTMKind>(stack: lstm, batchFirst: true, seed: 5, instructionSet: set)
        let input = Self.problem.tensor(Self.problem.input, 6, 3)
        let zeros = Self.problem.states(Self.problem.hidden.map { _ in 0 })
        let state = LSTMState(hidden: zeros, cell: zeros)
        let without = layer.forward(input)
        let with = layer.forward(input, state: state)
        expectEqual(without.output.elements, with.output.elements)
        #expect(without.state == with.state)

        let factor = Self.problem.tensor(Self.problem.outputFactor, 6, 14)
        let slopes = without.backward(factor)
        let parameterSlopes = layer.gradients.elements
        layer.zeroGradients()
        let sameSlopes = with.backward(factor, state: state)
        expectEqual(parameterSlopes, layer.gradients.elements)
        expectEqual(slopes.input.elements, sameSlopes.input.elements)
        #expect(slopes.initialState == sameSlopes.initialState)
    }

    /// Forward and backward direction with each other's weights on reversed input are each other.
    @Test("reversed input swaps the directions", arguments: InstructionSet.available)
    func reversal(_ set: InstructionSet) {
        let problem = LSTMProblem(
            RecurrentStack(.lstm, inputSize: 4, hiddenSize: 5, bidirectional: true), batch: 3, steps: 7)
        var mirrored = problem
        let half = problem.layout.count / 2
        mirrored.parameters = swapped(problem.parameters, width: 2 * half)
        mirrored.input = reversed(problem.input, width: 4)
        mirrored.outputFactor = swapped(reversed(problem.outputFactor, width: 10), width: 10)
        for place in [\LSTMProblem.hidden, \.cell, \.hiddenFactor, \.cellFactor] {
            mirrored[keyPath: place] = swapped(problem[keyPath: place], width: problem.hidden.count)
        }

        let found = mirrored.solved(by: set)
        let expected = problem.solved(by: set)
        expectEqual(found.output, swapped(reversed(expected.output, width: 10), width: 10))
        expectClose(found.inputGradient, reversed(expected.inputGradient, width: 4))
        // Sums over steps, in the other order.
        expectClose(found.parameterGradient, swapped(expected.parameterGradient, width: 2 * half))
        for place in [\LSTMProblem.Solution.finalHidden, \.finalCell, \.hiddenGradient, \.cellGradient] {
            expectEqual(found[keyPath: place], swapped(expected[keyPath: place], width: problem.hidden.count))
        }

        /// (N, L, width) with the steps of each sequence in reverse.
        func reversed(_ numbers: [Double], width: Int) -> [Double] {
            rows(numbers, problem.batch).flatMap { rows($0, problem.steps).reversed().flatMap { $0 } }
        }
        /// Rows of `width` with their halves swapped.
        func swapped(_ numbers: [Double], width: Int) -> [Double] {
            rows(numbers, numbers.count / width).flatMap { Array($0[(width / 2)...] + $0[..<(width / 2)]) }
        }
    }

    @Test("a batch is its sequences one by one, to the last bit", arguments: InstructionSet.available)
    func oneByOne(_ set: InstructionSet) {
        let together = Self.problem.solved(by: set)
        let alone = (0..<Self.problem.batch).map { Self.problem.part($0..<$0 + 1).solved(by: set) }
        expectEqual(together.output, alone.flatMap(\.output))
        expectEqual(together.inputGradient, alone.flatMap(\.inputGradient))
        for place in [\LSTMProblem.Solution.finalHidden, \.finalCell, \.hiddenGradient, \.cellGradient] {
            for (n, solution) in alone.enumerated() {
                expectEqual(
                    Self.problem.states(together[keyPath: place], of: n..<n + 1), solution[keyPath: place])
            }
        }
    }

    @Test("gradients of two parts of a batch add up to the whole one's", arguments: InstructionSet.available)
    func parts(_ set: InstructionSet) {
        let whole = Self.problem.solved(by: set).parameterGradient
        let first = Self.problem.part(0..<13).solved(by: set).parameterGradient
        let second = Self.problem.part(13..<35).solved(by: set).parameterGradient
        expectClose(plus(first, second), whole)
    }

    @Test("instruction sets with fused multiply-adds agree to the last bit")
    func sets() {
        let solutions = fusedSets.map { Self.problem.solved(by: $0) }
        for solution in solutions.dropFirst() {
            for (found, expected) in zip(solution.arrays, solutions[0].arrays) {
                expectEqual(found.numbers, expected.numbers, "\(expected.name)")
            }
        }
    }

    @Test("a NaN anywhere reaches what depends on it", arguments: InstructionSet.available)
    func notANumber(_ set: InstructionSet) {
        for place in [\LSTMProblem.input, \.hidden, \.cell, \.parameters] {
            var problem = LSTMProblem(RecurrentStack(.lstm, inputSize: 3, hiddenSize: 5), batch: 2, steps: 3)
            problem[keyPath: place][0] = .nan
            let solution = problem.solved(by: set)
            #expect(solution.output.contains { $0.isNaN })
            #expect(solution.parameterGradient.contains { $0.isNaN })
            // The second sequence has parameters in common with the first one, nothing else.
            let second = problem.part(1..<2)
            #expect(second.solved(by: set).output.contains { $0.isNaN } == (place == \LSTMProblem.parameters))
        }
    }
}

/// The instruction sets that promise the same bits: all that fuse multiplication and addition.
var fusedSets: [InstructionSet] {
    #if arch(x86_64)
        InstructionSet.available.filter { $0 != .portable }
    #else
        InstructionSet.available
    #endif
}

extension LSTMProblem {
    /// The problem of some of its sequences.
    func part(_ sequences: Range<Int>) -> LSTMProblem {
        var part = LSTMProblem(lstm, batch: sequences.count, steps: steps)
        part.parameters = parameters
        part.input = Array(input[scaled(sequences, by: input.count / batch)])
        part.outputFactor = Array(outputFactor[scaled(sequences, by: outputFactor.count / batch)])
        for place in [\LSTMProblem.hidden, \.cell, \.hiddenFactor, \.cellFactor] {
            part[keyPath: place] = states(self[keyPath: place], of: sequences)
        }
        return part
    }

    /// The states (layers · directions, N, H) of some sequences.
    func states(_ numbers: [Double], of sequences: Range<Int>) -> [Double] {
        rows(numbers, lstm.numLayers * lstm.directions).flatMap { $0[scaled(sequences, by: lstm.hiddenSize)] }
    }

    private func scaled(_ range: Range<Int>, by factor: Int) -> Range<Int> {
        range.lowerBound * factor..<range.upperBound * factor
    }
}
