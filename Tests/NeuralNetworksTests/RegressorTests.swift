import KernelInterface
import Randomness
import TestSupport
import Testing

@testable import NeuralNetworks

/// Windows of a random table, each with random targets.
private struct RegressorProblem: CustomTestStringConvertible, Sendable {
    let model: SequenceModel
    let steps: Int
    let count: Int
    /// The number of elements between the beginnings of two windows.
    let stride: Int
    let values: [Float]
    /// The targets, [N][V].
    let targets: [Float]

    init(
        _ stack: RecurrentStack, steps: Int, values: Int, _ activation: SequenceModel.Activation,
        readout: Readout = .all, count: Int, stride: Int
    ) {
        model = SequenceModel(
            stack, sequenceLength: steps, valueCount: values, activation: activation, readout: readout)
        self.steps = steps
        self.count = count
        self.stride = stride
        self.values = randomNumbers((count - 1) * stride + steps * stack.inputSize, seed: 5).map { Float($0) }
        targets = randomNumbers(count * values, seed: 6).map { Float($0) }
    }

    var testDescription: String { "N \(count), stride \(stride), \(model)" }

    func engine(_ set: InstructionSet = .best, threads: Int = 1) -> SequenceEngine {
        SequenceEngine(
            model: model, parameters: model.initialParameters(seed: 3), optimizer: Adam(learningRate: 5e-3),
            threads: threads, instructionSet: set)
    }

    var sequences: [[[Double]]] {
        (0..<count).map { index in
            let size = steps * model.stack.inputSize
            return rows(
                values[index * stride..<index * stride + size].map(Double.init), steps)
        }
    }

    func withSamples<T>(_ body: (SequenceSamples) throws -> T) rethrows -> T {
        try values.withUnsafeBufferPointer { values in
            try targets.withUnsafeBufferPointer { targets in
                try body(
                    SequenceSamples(
                        .numbers(values.baseAddress!), stride: stride,
                        targets: .values(targets.baseAddress!), count: count))
            }
        }
    }

    func train(_ engine: SequenceEngine) -> TrainingStep {
        withSamples { samples in
            (0..<Int32(count)).map { $0 }.withUnsafeBufferPointer { engine.train(samples, batch: $0) }
        }
    }
}

@Suite("Regressors equal the reference")
struct RegressorTests {
    private static let problems = [
        RegressorProblem(
            RecurrentStack(.rnnTanh, inputSize: 4, hiddenSize: 8, numLayers: 2), steps: 5, values: 1,
            .sigmoid, count: 20, stride: 4),
        RegressorProblem(
            RecurrentStack(.lstm, inputSize: 4, hiddenSize: 8, numLayers: 2), steps: 5, values: 1, .none,
            count: 33, stride: 4),
        RegressorProblem(
            RecurrentStack(.gru, inputSize: 3, hiddenSize: 5, bidirectional: true), steps: 7, values: 3,
            .none, readout: .final, count: 70, stride: 6),
        RegressorProblem(
            RecurrentStack(.lstm, inputSize: 5, hiddenSize: 13), steps: 2, values: 17, .sigmoid,
            readout: .mean, count: 32, stride: 11),
        RegressorProblem(
            RecurrentStack(.gru, inputSize: 1, hiddenSize: 1), steps: 1, values: 1, .sigmoid,
            readout: .last, count: 1, stride: 1),
    ]

    @Test(arguments: problems)
    private func `outputs, loss, gradient and three Adam steps equal the reference`(
        _ problem: RegressorProblem
    ) {
        let layout = problem.model.layout
        let targets = rows(problem.targets.map(Double.init), problem.count)
        var adam = ReferenceAdam(Adam(learningRate: 5e-3))
        let parameters = problem.model.initialParameters(seed: 3).elements.map(Double.init)
        var reference = ReferenceModel(model: problem.model, parameters: layout.arrays(parameters))
        let engines = InstructionSet.available.map { problem.engine($0) }
        for step in 0..<3 {
            let expected = reference.run(problem.sequences, targets: targets)
            for engine in engines {
                let what = "\(engine.instructionSet), step \(step):"
                let outputs = problem.withSamples {
                    engine.outputs($0, indices: (0..<Int32(problem.count)).map { $0 })
                }
                expectClose(outputs.map(Double.init), expected.scores.flatMap { $0 }, "\(what) outputs")
                let evaluated = problem.withSamples { engine.evaluate($0) }
                let trained = problem.train(engine).score
                expectClose([trained.loss], [expected.loss], "\(what) loss")
                #expect(trained.count == problem.count && trained.correct == 0)
                #expect(evaluated == trained, "\(what) evaluated, trained")
                expectClose(
                    engine.gradient().map(Double.init), layout.flat(expected.gradient), "\(what) gradient")
            }
            adam.step(&reference.parameters, expected.gradient)
            for engine in engines {
                expectClose(
                    engine.parameters.elements.map(Double.init), layout.flat(reference.parameters),
                    absolute: 2e-5, relative: 0, "\(engine.instructionSet): parameters after step \(step)")
            }
        }
    }

    @Test(arguments: [2, 3, 5])
    func `any number of threads gives the same bytes`(_ threads: Int) {
        let problem = Self.problems[2]
        let (alone, together) = (problem.engine(), problem.engine(threads: threads))
        for _ in 0..<4 {
            #expect(problem.train(alone).score == problem.train(together).score)
            #expect(alone.bits == together.bits)
        }
    }

    @Test(arguments: InstructionSet.available, problems)
    private func `one window at a time gives the same bits`(
        _ set: InstructionSet, _ problem: RegressorProblem
    ) {
        let engine = problem.engine(set)
        _ = problem.train(engine)
        let predictor = SequencePredictor(
            model: problem.model, parameters: engine.parameters, instructionSet: set)
        problem.withSamples { samples in
            guard case .numbers(let values) = samples.inputs else { return }
            for index in 0..<problem.count {
                let together = engine.outputs(samples, indices: [Int32(index)])
                let alone = Array(predictor.outputs(values + index * problem.stride))
                expectEqual(alone.map(\.bitPattern), together.map(\.bitPattern), "window \(index)")
            }
        }
    }

    @Test(arguments: [Float.nan, .infinity])
    func `no step is applied after a number that is not finite`(_ number: Float) {
        for spoilsTarget in [false, true] {
            let problem = Self.problems[1]
            var (values, targets) = (problem.values, problem.targets)
            if spoilsTarget { targets[7] = number } else { values[40] = number }
            let engine = problem.engine()
            let before = engine.bits
            let step = values.withUnsafeBufferPointer { values in
                targets.withUnsafeBufferPointer { targets in
                    let samples = SequenceSamples(
                        .numbers(values.baseAddress!), stride: problem.stride,
                        targets: .values(targets.baseAddress!), count: problem.count)
                    return (0..<Int32(problem.count)).map { $0 }.withUnsafeBufferPointer {
                        engine.train(samples, batch: $0)
                    }
                }
            }
            // Infinite prices saturate every gate, which gives a finite number again; NaN stays NaN.
            if spoilsTarget || number.isNaN {
                #expect(!step.score.loss.isFinite && !step.isApplied)
                #expect(engine.bits == before)
            }
        }
    }

    @Test
    func `labels for a regressor, values for a classifier, and label smoothing of numbers trap`() async {
        await #expect(processExitsWith: .failure) {
            let model = SequenceModel(
                RecurrentStack(.gru, inputSize: 1, hiddenSize: 1), sequenceLength: 1, valueCount: 1)
            [UInt8](repeating: 0, count: 4).withUnsafeBufferPointer { bytes in
                let samples = SequenceSamples(
                    bytes: bytes.baseAddress!, labels: bytes.baseAddress!, count: 1)
                _ = SequenceEngine(model: model, parameters: model.initialParameters(seed: 0))
                    .evaluate(samples)
            }
        }
        await #expect(processExitsWith: .failure) {
            let model = SequenceModel(
                RecurrentStack(.gru, inputSize: 1, hiddenSize: 1), sequenceLength: 1, classCount: 2)
            [Float](repeating: 0, count: 4).withUnsafeBufferPointer { values in
                let samples = SequenceSamples(
                    .numbers(values.baseAddress!), targets: .values(values.baseAddress!), count: 1)
                _ = SequenceEngine(model: model, parameters: model.initialParameters(seed: 0))
                    .evaluate(samples)
            }
        }
        await #expect(processExitsWith: .failure) {
            let model = SequenceModel(
                RecurrentStack(.gru, inputSize: 1, hiddenSize: 1), sequenceLength: 1, valueCount: 1)
            _ = SequenceEngine(
                model: model, parameters: model.initialParameters(seed: 0), labelSmoothing: 0.1)
        }
        await #expect(processExitsWith: .failure) {
            _ = SequenceModel(
                RecurrentStack(.gru, inputSize: 1, hiddenSize: 1), sequenceLength: 1, valueCount: 0)
        }
    }

    @Test(arguments: InstructionSet.available)
    func `a classifier of numbers equals a classifier of bytes`(_ set: InstructionSet) {
        let problem = ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 9, hiddenSize: 7), steps: 4, classes: 3, count: 40)
        let numbers = problem.bytes.map { Float($0) * (1 / 255) }
        let (ofBytes, ofNumbers) = (problem.engine(set), problem.engine(set))
        let indices = (0..<Int32(40)).map { $0 }
        for _ in 0..<3 {
            ofBytes.train(problem, 0..<40)
            problem.labels.withUnsafeBufferPointer { labels in
                numbers.withUnsafeBufferPointer { numbers in
                    let samples = SequenceSamples(
                        .numbers(numbers.baseAddress!), targets: .labels(labels.baseAddress!), count: 40)
                    _ = indices.withUnsafeBufferPointer { ofNumbers.train(samples, batch: $0) }
                }
            }
            #expect(ofBytes.bits == ofNumbers.bits)
        }
    }
}
