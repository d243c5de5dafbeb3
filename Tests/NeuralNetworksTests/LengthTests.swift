import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Sequences of different lengths")
struct LengthTests {
    static let problems = RecurrentCell.allCases.flatMap { cell in
        [true, false].map { hasState in
            RecurrentProblem(
                RecurrentStack(cell, inputSize: 3, hiddenSize: 5, numLayers: 3, bidirectional: true),
                batch: 36, steps: 6, hasState: hasState, hasLengths: true)
        }
    }

    /// Returns the problem with `number` at all steps past the end of a sequence.
    static func padded(_ problem: RecurrentProblem, with number: Double) -> RecurrentProblem {
        var padded = problem
        for place in [\RecurrentProblem.input, \.outputFactor] {
            let width = problem[keyPath: place].count / (problem.batch * problem.steps)
            for n in 0..<problem.batch {
                for t in problem.length(n)..<problem.steps {
                    for feature in 0..<width {
                        padded[keyPath: place][(n * problem.steps + t) * width + feature] = number
                    }
                }
            }
        }
        return padded
    }

    @Test(arguments: problems, InstructionSet.available)
    func `each sequence is bit-identical to the sequence alone`(
        _ problem: RecurrentProblem, _ set: InstructionSet
    ) {
        let together = problem.solved(by: set)
        // Both shards contain sequences of each length.
        let sequences = [0..<32, 32..<36].flatMap { shard in
            (1...6).compactMap { length in shard.first { problem.length($0) == length } }
        }
        #expect(Set(sequences.map { problem.length($0) }).count == 6)
        for n in sequences {
            let alone = problem.alone(n).solved(by: set)
            let count = problem.length(n)
            for place in [\RecurrentProblem.Solution.output, \.inputGradient] {
                expectEqual(
                    problem.firstSteps(count, of: together[keyPath: place], n..<n + 1), alone[keyPath: place])
                let past = problem.firstSteps(6, of: together[keyPath: place], n..<n + 1)
                    .dropFirst(alone[keyPath: place].count)
                #expect(past.allSatisfy { $0 == 0 }, "past the end")
            }
            for place in RecurrentProblem.Solution.statePlaces {
                expectEqual(problem.states(together[keyPath: place], of: n..<n + 1), alone[keyPath: place])
            }
        }
        let sum = (0..<problem.batch).reduce([Double](repeating: 0, count: problem.layout.count)) {
            plus($0, problem.alone($1).solved(by: set).parameterGradient)
        }
        expectClose(together.parameterGradient, sum)
    }

    @Test(arguments: problems)
    func `inference with lengths computes the same as training`(_ problem: RecurrentProblem) {
        let layer = problem.layer()
        let state = problem.state(problem.hidden, problem.cell)
        let training = layer.forward(problem.tensor(problem.input), state: state, lengths: problem.lengths)
        let padded = Self.padded(problem, with: .nan)
        let inference = layer(padded.tensor(padded.input), state: state, lengths: problem.lengths)
        expectEqual(inference.output.elements, training.output.elements)
        #expect(inference.state == training.state)
    }

    @Test(
        arguments: problems, InstructionSet.available)
    func `the content past the end has no effect`(_ problem: RecurrentProblem, _ set: InstructionSet) {
        let expected = Self.padded(problem, with: 0).solved(by: set)
        for number in [Double.nan, .infinity, -1e30] {
            let found = Self.padded(problem, with: number).solved(by: set)
            for (found, expected) in zip(found.arrays, expected.arrays) {
                expectEqual(found.numbers, expected.numbers, "\(number): \(expected.name)")
            }
        }
    }

    @Test(arguments: problems, InstructionSet.available)
    func `full lengths equal no lengths`(_ problem: RecurrentProblem, _ set: InstructionSet) {
        var (with, without) = (problem, problem)
        with.lengths = .init(repeating: problem.steps, count: problem.batch)
        without.lengths = nil
        for (found, expected) in zip(with.solved(by: set).arrays, without.solved(by: set).arrays) {
            expectEqual(found.numbers, expected.numbers, "\(expected.name)")
        }
    }

    @Test(arguments: RecurrentCell.allCases)
    func `a shard of short sequences works before and after one of long ones`(_ cell: RecurrentCell) {
        var problem = RecurrentProblem(
            RecurrentStack(cell, inputSize: 2, hiddenSize: 3, numLayers: 2, bidirectional: true), batch: 96,
            steps: 5)
        problem.lengths = (0..<96).map { [5, 2, 4][$0 / 32] }
        let layer = problem.layer()
        let state = problem.state(problem.hidden, problem.cell)
        let result = layer(problem.tensor(problem.input), state: state, lengths: problem.lengths)
        let output = result.output.elements.map(Double.init)
        for n in [0, 40, 64, 95] {
            let alone = problem.alone(n)
            let expected = layer(alone.tensor(alone.input), state: alone.state(alone.hidden, alone.cell))
            let past = [Float](repeating: 0, count: (5 - alone.steps) * 6)
            expectEqual(
                problem.firstSteps(5, of: output, n..<n + 1).map { Float($0) },
                expected.output.elements + past)
            expectEqual(
                problem.states(result.state.hidden.elements.map(Double.init), of: n..<n + 1)
                    .map { Float($0) }, expected.state.hidden.elements)
        }
    }
}
