import TestSupport
import Testing

@testable import NeuralNetworks

/// One problem for each cell, with several layers in both directions, and more than one shard.
private let problems = RecurrentCell.allCases.map {
    RecurrentProblem(
        RecurrentStack($0, inputSize: 3, hiddenSize: 7, numLayers: 2, bidirectional: true), batch: 35,
        steps: 6)
}

@Suite("Properties of every recurrent layer")
struct RecurrentPropertyTests {
    @Test(arguments: problems, InstructionSet.available)
    func `no state equals a state of zeros`(_ problem: RecurrentProblem, _ set: InstructionSet) {
        let layer = problem.layer(set)
        let input = problem.tensor(problem.input)
        let zeros = problem.state(problem.hidden.map { _ in 0 }, problem.cell.map { _ in 0 })
        let without = layer.forward(input)
        let with = layer.forward(input, state: zeros)
        expectEqual(without.output.elements, with.output.elements)
        #expect(without.state == with.state)

        let factor = problem.tensor(problem.outputFactor)
        let slopes = without.backward(factor)
        let parameterSlopes = layer.gradients.elements
        layer.zeroGradients()
        let sameSlopes = with.backward(factor, state: zeros)
        expectEqual(parameterSlopes, layer.gradients.elements)
        expectEqual(slopes.input.elements, sameSlopes.input.elements)
        #expect(slopes.initialState == sameSlopes.initialState)
    }

    /// With the weights of both directions exchanged, reversed input gives the exchanged outputs.
    @Test(
        arguments: RecurrentCell.allCases, InstructionSet.available)
    func `reversed input swaps the directions`(_ cell: RecurrentCell, _ set: InstructionSet) {
        let problem = RecurrentProblem(
            RecurrentStack(cell, inputSize: 4, hiddenSize: 5, bidirectional: true), batch: 3, steps: 7)
        var mirrored = problem
        let half = problem.layout.count / 2
        mirrored.parameters = swapped(problem.parameters, width: 2 * half)
        mirrored.input = reversed(problem.input, width: 4)
        mirrored.outputFactor = swapped(reversed(problem.outputFactor, width: 10), width: 10)
        for place in RecurrentProblem.statePlaces {
            mirrored[keyPath: place] = swapped(problem[keyPath: place], width: problem.hidden.count)
        }

        let found = mirrored.solved(by: set)
        let expected = problem.solved(by: set)
        expectEqual(found.output, swapped(reversed(expected.output, width: 10), width: 10))
        expectClose(found.inputGradient, reversed(expected.inputGradient, width: 4))
        // The gradients are sums over steps, in the other order.
        expectClose(found.parameterGradient, swapped(expected.parameterGradient, width: 2 * half))
        for place in RecurrentProblem.Solution.statePlaces {
            expectEqual(found[keyPath: place], swapped(expected[keyPath: place], width: problem.hidden.count))
        }

        /// Returns (N, L, width) with the steps of each sequence reversed.
        func reversed(_ numbers: [Double], width: Int) -> [Double] {
            rows(numbers, problem.batch).flatMap { rows($0, problem.steps).reversed().flatMap { $0 } }
        }
        /// Returns rows of `width` with their halves swapped.
        func swapped(_ numbers: [Double], width: Int) -> [Double] {
            if numbers.isEmpty { return [] }
            return rows(numbers, numbers.count / width).flatMap {
                Array($0[(width / 2)...] + $0[..<(width / 2)])
            }
        }
    }

    @Test(
        arguments: problems, InstructionSet.available)
    func `a batch is bit-identical to its sequences one by one`(
        _ problem: RecurrentProblem, _ set: InstructionSet
    ) {
        let together = problem.solved(by: set)
        for n in [0, 1, 17, 31, 32, 34] {
            let alone = problem.alone(n).solved(by: set)
            expectEqual(problem.firstSteps(6, of: together.output, n..<n + 1), alone.output)
            expectEqual(problem.firstSteps(6, of: together.inputGradient, n..<n + 1), alone.inputGradient)
            for place in RecurrentProblem.Solution.statePlaces {
                expectEqual(problem.states(together[keyPath: place], of: n..<n + 1), alone[keyPath: place])
            }
        }
    }

    @Test(
        arguments: problems,
        InstructionSet.available)
    func `gradients of two parts of a batch sum to the gradients of the whole`(
        _ problem: RecurrentProblem, _ set: InstructionSet
    ) {
        let whole = problem.solved(by: set).parameterGradient
        let first = problem.part(0..<13).solved(by: set).parameterGradient
        let second = problem.part(13..<35).solved(by: set).parameterGradient
        expectClose(plus(first, second), whole)
    }

    @Test(arguments: problems)
    func `a second backward pass adds to the gradients of the first`(_ problem: RecurrentProblem) {
        let layer = problem.layer()
        for sequences in [0..<13, 13..<35] {
            let part = problem.part(sequences)
            layer.forward(part.tensor(part.input), state: part.state(part.hidden, part.cell))
                .backward(
                    part.tensor(part.outputFactor), state: part.state(part.hiddenFactor, part.cellFactor))
        }
        expectClose(layer.gradients.elements.map(Double.init), problem.solved(by: .best).parameterGradient)
    }

    @Test(arguments: problems, InstructionSet.available)
    func `inference computes the same as training`(_ problem: RecurrentProblem, _ set: InstructionSet) {
        let layer = problem.layer(set)
        let state = problem.state(problem.hidden, problem.cell)
        let training = layer.forward(problem.tensor(problem.input), state: state)
        let inference = layer(problem.tensor(problem.input), state: state)
        expectEqual(inference.output.elements, training.output.elements)
        #expect(inference.state == training.state)
    }

    @Test(arguments: problems)
    func `instruction sets with fused multiply-adds are bit-identical`(_ problem: RecurrentProblem) {
        let solutions = fusedSets.map { problem.solved(by: $0) }
        for solution in solutions.dropFirst() {
            for (found, expected) in zip(solution.arrays, solutions[0].arrays) {
                expectEqual(found.numbers, expected.numbers, "\(expected.name)")
            }
        }
    }

    @Test(
        arguments: RecurrentCell.allCases, [1, 3])
    func `the layouts (L, N, D), (N, L, D) and (L, D) give the same numbers`(
        _ cell: RecurrentCell, batch: Int
    ) {
        let problem = RecurrentProblem(
            RecurrentStack(cell, inputSize: 3, hiddenSize: 5, numLayers: 2, bidirectional: true),
            batch: batch, steps: 4)
        let (input, factor) = (problem.tensor(problem.input), problem.tensor(problem.outputFactor))
        let state = problem.state(problem.hidden, problem.cell)
        let stateFactor = problem.state(problem.hiddenFactor, problem.cellFactor)
        let expected = problem.layer()
        let pass = expected.forward(input, state: state)
        let slopes = pass.backward(factor, state: stateFactor)

        let stepFirst = problem.layer(batchFirst: false)
        let stepFirstPass = stepFirst.forward(input.swappingFirstTwo(), state: state)
        let stepFirstSlopes = stepFirstPass.backward(factor.swappingFirstTwo(), state: stateFactor)
        #expect(stepFirstPass.output.shape == [4, batch, 10])
        #expect(stepFirstPass.output.swappingFirstTwo() == pass.output)
        #expect(stepFirstPass.state == pass.state)
        #expect(stepFirstSlopes.input.swappingFirstTwo() == slopes.input)
        #expect(stepFirstSlopes.initialState == slopes.initialState)
        #expect(stepFirst.gradients.elements == expected.gradients.elements)

        guard batch == 1 else { return }
        func unbatched(_ state: AnyState) -> AnyState {
            AnyState(hidden: state.hidden.reshaped([4, 5]), cell: state.cell?.reshaped([4, 5]))
        }
        for batchFirst in [true, false] {
            let single = problem.layer(batchFirst: batchFirst)
            let singlePass = single.forward(input.slice(0), state: unbatched(state))
            let singleSlopes = singlePass.backward(factor.slice(0), state: unbatched(stateFactor))
            #expect(singlePass.output == pass.output.slice(0))
            #expect(singlePass.state == unbatched(pass.state))
            #expect(singleSlopes.input == slopes.input.slice(0))
            #expect(singleSlopes.initialState == unbatched(slopes.initialState))
            #expect(single.gradients.elements == expected.gradients.elements)
        }
    }
}
