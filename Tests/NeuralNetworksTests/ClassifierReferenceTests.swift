import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Classifier engine against the reference")
struct ClassifierReferenceTests {
    static let problems = [
        ClassifierProblem(RecurrentStack(.lstm, inputSize: 1, hiddenSize: 1), steps: 1, classes: 2, count: 1),
        ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 10, hiddenSize: 13), steps: 9, classes: 1, count: 5),
        ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 3, hiddenSize: 7, numLayers: 3, bidirectional: true), steps: 2,
            classes: 3,
            count: 31),
        ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 8, hiddenSize: 8), steps: 2, classes: 4, count: 32,
            blank: .everything),
        ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 11, hiddenSize: 13, bidirectional: true), steps: 7, classes: 5,
            count: 32,
            blank: .borders),
        ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 7, hiddenSize: 7, numLayers: 2, bidirectional: true), steps: 5,
            classes: 10,
            count: 33),
        ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 28, hiddenSize: 12, numLayers: 2, bidirectional: true),
            steps: 28, classes: 10,
            count: 33,
            blank: .borders),
        ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 9, hiddenSize: 7), steps: 4, classes: 11, count: 127,
            blank: .parts),
        ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 6, hiddenSize: 7, bias: .none), steps: 3, classes: 256,
            count: 128, blank: .parts),
        ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 12, hiddenSize: 13, numLayers: 2), steps: 6, classes: 9,
            count: 200,
            blank: .borders),
    ]

    @Test(arguments: problems)
    func `scores, loss, correct count, gradient and three Adam steps equal the reference`(
        _ problem: ClassifierProblem
    ) {
        let model = problem.model
        let labels = problem.labels.map(Int.init)
        var adam = ReferenceAdam(Adam(learningRate: 5e-3))
        var reference = problem.reference()
        let engines = InstructionSet.available.map { problem.engine($0) }
        for step in 0..<3 {
            let expected = reference.run(problem.images, labels: labels)
            for engine in engines {
                let what = "\(engine.instructionSet), step \(step):"
                if step == 0 {
                    expectClose(
                        engine.outputs(problem, 0..<problem.count),
                        expected.scores.flatMap { $0 }.map(Float.init),
                        "\(what) scores")
                }
                let evaluated = problem.withSequences { engine.evaluate($0) }
                let trained = engine.train(problem, 0..<problem.count)
                expectClose([trained.loss], [expected.loss], "\(what) loss")
                #expect(trained.correct == expected.correct, "\(what)")
                #expect(trained.count == problem.count)
                #expect(evaluated == trained, "\(what) evaluated, trained")
                expectClose(
                    engine.gradient().map(Double.init), model.layout.flat(expected.gradient),
                    "\(what) gradient")
            }
            adam.step(&reference.parameters, expected.gradient)
            for engine in engines {
                expectClose(
                    engine.parameters.elements.map(Double.init), model.layout.flat(reference.parameters),
                    absolute: 2e-5, relative: 0, "\(engine.instructionSet): parameters after step \(step)")
            }
        }
    }

    /// The other sequences of the shard determine which zeros are skipped, and how many lanes are idle.
    @Test(
        arguments: InstructionSet.available,
        [ClassifierProblem.Blank.none, .borders, .parts])
    func `an image's scores do not depend on the rest of the batch`(
        _ set: InstructionSet, _ blank: ClassifierProblem.Blank
    ) {
        let problem = ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 9, hiddenSize: 7, numLayers: 2, bidirectional: true), steps: 5,
            classes: 6,
            count: 70,
            blank: blank)
        let engine = problem.engine(set, threads: 2)
        let together = engine.outputs(problem, 0..<70)
        let alone = (0..<70).flatMap { engine.outputs(problem, [$0]) }
        let reversed = engine.outputs(problem, (0..<70).reversed())
        expectEqual(together, alone)
        expectEqual(together.map(Double.init), rows(reversed.map(Double.init), 70).reversed().flatMap { $0 })
    }

    @Test(arguments: InstructionSet.available)
    func `the first of equal scores counts as the highest`(_ set: InstructionSet) {
        let problem = ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 3, hiddenSize: 2), steps: 2, classes: 4, count: 50)
        let engine = problem.engine(set)
        // The scores are (0, 1, 1, 0) for every image.
        for index in engine.model.layout["fc.weight"]!.range { engine.parameters.base[index] = 0 }
        for (index, bias) in zip(engine.model.layout["fc.bias"]!.range, [0, 1, 1, 0] as [Float]) {
            engine.parameters.base[index] = bias
        }
        engine.parametersChanged()
        let score = problem.withSequences { engine.evaluate($0) }
        #expect(score.correct == problem.labels.count { $0 == 1 })
        #expect(score.correct > 0)
    }

    @Test(arguments: InstructionSet.available)
    func `any part of a data set can be evaluated, in any order, with repetitions`(_ set: InstructionSet) {
        let problem = ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 5, hiddenSize: 3), steps: 4, classes: 3, count: 90, blank: .parts
        )
        let indices = (0..<45).map { ($0 * 37 + 11) % 90 } + [4, 4, 4]
        let engine = problem.engine(set)
        let score = engine.train(problem, indices)
        let images = problem.images
        let expected = problem.reference().run(
            indices.map { images[$0] }, labels: indices.map { Int(problem.labels[$0]) })
        expectClose([score.loss], [expected.loss])
        #expect(score.correct == expected.correct)
        expectClose(engine.gradient().map(Double.init), problem.model.layout.flat(expected.gradient))
    }
}
