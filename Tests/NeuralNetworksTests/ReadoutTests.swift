import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Readouts of a classifier's last layer")
struct ReadoutTests {
    @Test(
        arguments: RecurrentCell.allCases,
        Readout.ofSequences)
    func `scores, loss, correct count and every gradient equal the reference`(
        _ cell: RecurrentCell, _ readout: Readout
    ) {
        for (layers, bidirectional, bias) in [
            (1, false, BiasStyle.none), (2, true, .pytorch), (1, true, .keras),
        ] {
            let problem = ClassifierProblem(
                RecurrentStack(
                    cell, inputSize: 9, hiddenSize: 5, numLayers: layers, bias: bias,
                    bidirectional: bidirectional),
                steps: 4, classes: 3, readout: readout, count: 35, blank: .parts)
            let expected = problem.reference().run(problem.images, labels: problem.labels.map(Int.init))
            for set in InstructionSet.available { expect(expected, problem, set) }
        }
    }

    private func expect(
        _ expected: ReferenceModel.Result, _ problem: ClassifierProblem, _ set: InstructionSet
    ) {
        let what = "\(set), \(problem.testDescription)"
        let engine = problem.engine(set)
        expectClose(
            engine.outputs(problem, 0..<problem.count).map(Double.init), expected.scores.flatMap { $0 },
            "scores, \(what)")
        let score = engine.computeGradients(problem, 0..<problem.count)
        expectClose([score.loss], [expected.loss], "loss, \(what)")
        #expect(score.correct == expected.correct, "\(what)")
        let gradient = problem.model.layout.arrays(engine.gradient().map(Double.init))
        for parameter in problem.model.layout.parameters {
            expectClose(
                gradient[parameter.name]!, expected.gradient[parameter.name]!, "\(parameter.name), \(what)")
        }
    }

    @Test(
        arguments: fusedSets,
        cartesian(RecurrentCell.allCases, Readout.ofSequences))
    func `the same seed gives the same bytes for any instruction set and number of threads`(
        _ set: InstructionSet, _ kind: (cell: RecurrentCell, readout: Readout)
    ) throws {
        let stack = RecurrentStack(kind.cell, inputSize: 5, hiddenSize: 7, numLayers: 2, bidirectional: true)
        let expected = trained(stack, steps: 4, kind.readout, try #require(fusedSets.first))
        expectEqual(trained(stack, steps: 4, kind.readout, set, threads: 2), expected)
    }

    @Test(arguments: RecurrentCell.allCases, Readout.ofSequences)
    func `with one step all readouts are equal`(_ cell: RecurrentCell, _ readout: Readout) {
        let stack = RecurrentStack(cell, inputSize: 5, hiddenSize: 7, numLayers: 2, bidirectional: true)
        expectEqual(trained(stack, steps: 1, readout), trained(stack, steps: 1, .all))
    }

    @Test(arguments: RecurrentCell.allCases)
    func `in one direction the last output is the final state`(_ cell: RecurrentCell) {
        var stack = RecurrentStack(cell, inputSize: 5, hiddenSize: 7, numLayers: 2)
        expectEqual(trained(stack, steps: 4, .last), trained(stack, steps: 4, .final))
        stack = RecurrentStack(cell, inputSize: 5, hiddenSize: 7, numLayers: 2, bidirectional: true)
        #expect(trained(stack, steps: 4, .last) != trained(stack, steps: 4, .final))
    }

    /// Returns the bits of the parameters after some training steps.
    private func trained(
        _ stack: RecurrentStack, steps: Int, _ readout: Readout, _ set: InstructionSet = .best,
        threads: Int = 1
    ) -> [UInt32] {
        let problem = ClassifierProblem(stack, steps: steps, classes: 3, readout: readout, count: 45)
        let engine = problem.engine(set, threads: threads)
        for _ in 0..<3 { engine.train(problem, 0..<45) }
        return engine.bits
    }
}
