import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("The engine on sequences of different lengths")
struct VariableLengthTests {
    static let readouts: [Readout] = [.final, .last, .mean]

    /// Problems of all cells and readouts. Some have weights of sequences, weights of classes and smoothed labels.
    static let problems = cartesian(RecurrentCell.allCases, readouts + [.each]).enumerated().flatMap {
        index, kind in
        [true, false].map { isBidirectional in
            let stack = RecurrentStack(
                kind.0, inputSize: 3, hiddenSize: 5 + index, numLayers: 1 + index % 3,
                bidirectional: isBidirectional)
            let model =
                index.isMultiple(of: 2)
                ? SequenceModel(stack, classCount: 4, readout: kind.1)
                : SequenceModel(stack, valueCount: 2, activation: .sigmoid, readout: kind.1)
            // Two shards and six sequences of a third.
            var problem = LengthsProblem(model, lengths: (0..<70).map { 1 + ($0 * 7 + index) % 9 })
            if index % 3 == 1 { problem.weights = (0..<70).map { Float($0 % 5) / 2 } }
            if index.isMultiple(of: 4) {
                problem.classWeights = [0.5, 2, 0.25, 3]
                problem.labelSmoothing = isBidirectional ? 0.1 : 0
            }
            return problem
        }
    }

    @Test(arguments: problems)
    func `outputs, loss, gradient and three Adam steps equal the reference`(
        _ problem: LengthsProblem
    ) {
        let layout = problem.model.layout
        var adam = ReferenceAdam(Adam(learningRate: 5e-3))
        let parameters = problem.model.initialParameters(seed: 3).elements.map(Double.init)
        var reference = ReferenceModel(model: problem.model, parameters: layout.arrays(parameters))
        let engines = InstructionSet.available.map { problem.engine($0) }
        for step in 0..<3 {
            let expected = problem.expected(reference)
            for engine in engines {
                let what = "\(engine.instructionSet), step \(step):"
                expectClose(
                    problem.outputs(engine).map(Double.init), expected.scores.flatMap { $0 },
                    "\(what) outputs")
                let evaluated = problem.withSamples { engine.evaluateWithOutputs($0) }
                expectClose(
                    evaluated.outputs.map(Double.init), expected.scores.flatMap { $0 }, "\(what) evaluated")
                let trained = problem.train(engine).score
                expectClose([trained.loss], [expected.loss], "\(what) loss")
                #expect(trained.targetCount == problem.rowCount && trained.correct == expected.correct)
                if problem.labelSmoothing == 0 {
                    #expect(evaluated.score == trained, "\(what) evaluated, trained")
                }
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

    @Test(arguments: InstructionSet.available, problems)
    func `each sequence is bit-identical to the sequence alone`(
        _ set: InstructionSet, _ problem: LengthsProblem
    ) {
        let engine = problem.engine(set)
        _ = problem.train(engine)
        let predictor = SequencePredictor(
            model: problem.model, parameters: engine.parameters, instructionSet: set)
        let together = problem.outputs(engine)
        for index in 0..<problem.count {
            let expected = together[problem.outputRange(index)].map(\.bitPattern)
            #expect(problem.outputs(engine, [Int32(index)]).map(\.bitPattern) == expected, "engine, \(index)")
            #expect(
                predictor.outputs(problem.elements(index)).map(\.bitPattern) == expected,
                "predictor, \(index)")
        }
    }

    /// A model of one length and a model of any length compute the same if all sequences have that length.
    @Test(arguments: InstructionSet.available, cartesian(RecurrentCell.allCases, readouts))
    func `equal lengths give the bytes of a model of that length`(
        _ set: InstructionSet, _ kind: (cell: RecurrentCell, readout: Readout)
    ) {
        let stack = RecurrentStack(
            kind.cell, inputSize: 3, hiddenSize: 13, numLayers: 2, bidirectional: true)
        let model = SequenceModel(stack, classCount: 5, readout: kind.readout)
        let problem = LengthsProblem(model, lengths: .init(repeating: 7, count: 40))
        let any = problem.engine(set)
        let fixed = problem.engine(
            set, model: SequenceModel(stack, sequenceLength: 7, classCount: 5, readout: kind.readout))
        let values = (0..<40).flatMap { problem.elements($0) }
        for _ in 0..<3 {
            let expected = values.withUnsafeBufferPointer { values in
                problem.labels.withUnsafeBufferPointer { labels in
                    (0..<Int32(40)).map { $0 }.withUnsafeBufferPointer {
                        fixed.train(
                            SequenceSamples(
                                .numbers(values.baseAddress!), targets: .labels(labels.baseAddress!),
                                count: 40),
                            batch: $0)
                    }
                }
            }
            #expect(problem.train(any) == expected)
            #expect(any.bits == fixed.bits)
        }
    }

    @Test(arguments: [2, 3, 5])
    func `any number of threads gives the same bytes`(_ threads: Int) {
        for problem in Self.problems.prefix(4) {
            let (alone, together) = (problem.engine(), problem.engine(threads: threads))
            for _ in 0..<4 {
                #expect(problem.train(alone).score == problem.train(together).score)
                #expect(alone.bits == together.bits)
            }
            #expect(problem.outputs(alone) == problem.outputs(together))
        }
    }

    /// The workspaces grow, and the initial state of a reversed layer has another place in each shard.
    @Test func `short batches before and after a long one change nothing`() {
        for problem in Self.problems {
            let longest = problem.lengths.indices.filter { problem.lengths[$0] == 9 }.map(Int32.init)
            let short = problem.lengths.indices.filter { problem.lengths[$0] < 4 }.map(Int32.init)
            let expected = problem.outputs(problem.engine(), short)
            let engine = problem.engine()
            let before = problem.outputs(engine, short)
            _ = problem.outputs(engine, longest)
            #expect(before == expected && problem.outputs(engine, short) == expected, "\(problem)")
        }
    }

    @Test func `the order of a batch does not change its outputs`() {
        for problem in Self.problems {
            let engine = problem.engine()
            let outputs = problem.outputs(engine)
            let order = (0..<problem.count).map { Int32(($0 * 29) % problem.count) }
            let expected = order.flatMap { outputs[problem.outputRange(Int($0))] }
            #expect(problem.outputs(engine, order) == expected, "\(problem)")
        }
    }

    @Test func `a predictor grows to longer sequences`() {
        let model = SequenceModel(
            RecurrentStack(.lstm, inputSize: 2, hiddenSize: 5, bidirectional: true), classCount: 3)
        let problem = LengthsProblem(model, lengths: [1, 64, 65, 300, 2])
        let engine = problem.engine()
        let outputs = rows(problem.outputs(engine).map(Double.init), 5)
        let predictor = SequencePredictor(model: model, parameters: engine.parameters)
        for index in [0, 1, 2, 3, 4, 0, 3] {
            #expect(predictor.outputs(problem.elements(index)).map(Double.init) == outputs[index])
        }
    }

    @Test func `a model of any length is stored without a length`() throws {
        let model = SequenceModel(RecurrentStack(.gru, inputSize: 2, hiddenSize: 3), classCount: 3)
        let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
        #expect(!text.contains("sequenceLength") && !text.contains("sequence_length"))
        #expect(try JSONDecoder().decode(SequenceModel.self, from: Data(text.utf8)) == model)
        #expect(model.inputShape == "(N, L, 2)")
        let all = text.replacingOccurrences(of: "\"final\"", with: "\"all\"")
        #expect(all != text)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(SequenceModel.self, from: Data(all.utf8))
        }
    }

    @Test(arguments: InstructionSet.available, [0, 4, 6, 15, 20])
    func `a normalized model computes the same from raw numbers as a plain model from normalized ones`(
        _ set: InstructionSet, _ index: Int
    ) {
        let plain = Self.problems[index]
        let normalization = InputNormalization(mean: [0.25, -3, 1e-3], deviation: [2, 0.3, 7])
        var raw = plain
        raw.model = plain.model.normalized(by: normalization)
        var normalized = plain
        normalized.values = raw.values.enumerated().map { place, value in
            (value - normalization.mean[place % 3]) * (1 / normalization.deviation[place % 3])
        }
        let (engine, expected) = (raw.engine(set), normalized.engine(set))
        for _ in 0..<2 {
            #expect(raw.train(engine) == normalized.train(expected))
            #expect(engine.bits == expected.bits)
        }
        let outputs = raw.outputs(engine)
        #expect(outputs == normalized.outputs(expected) && outputs != plain.outputs(expected))
        let predictor = SequencePredictor(
            model: raw.model, parameters: engine.parameters, instructionSet: set)
        for sequence in 0..<9 {
            #expect(
                predictor.outputs(raw.elements(sequence)) == Array(outputs[raw.outputRange(sequence)]))
        }
    }

    @Test func `a normalization is stored with the model`() throws {
        let stack = RecurrentStack(.gru, inputSize: 2, hiddenSize: 3)
        let model = SequenceModel(stack, classCount: 3)
            .normalized(by: InputNormalization(mean: [0.1, -2], deviation: [1e-3, 5]))
        let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
        #expect(try JSONDecoder().decode(SequenceModel.self, from: Data(text.utf8)) == model)
        #expect(model.summary().contains("normalization"))
        for (old, new) in [
            ("[0.1,-2]", "[0.1]"), ("[0.001,5]", "[0,5]"), ("[0.001,5]", "[-1,5]"),
            ("[0.001,5]", "[1e-45,5]"),
            ("[0.001,5]", "[0.001,5,6]"), ("\"mean\"", "\"middle\""),
        ] {
            let changed = text.replacingOccurrences(of: old, with: new)
            try #require(changed != text, "\(old) in \(text)")
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(SequenceModel.self, from: Data(changed.utf8))
            }
        }
    }

    @Test func `lengths that a model cannot read trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = SequenceModel(
                RecurrentStack(.lstm, inputSize: 2, hiddenSize: 3), classCount: 3, readout: .all)
        }
        await #expect(processExitsWith: .failure) {
            let problem = LengthsProblem(
                SequenceModel(RecurrentStack(.lstm, inputSize: 2, hiddenSize: 3), classCount: 3),
                lengths: [4, 5])
            let fixed = SequenceModel(problem.model.stack, sequenceLength: 4, classCount: 3, readout: .final)
            _ = problem.outputs(problem.engine(model: fixed))
        }
        await #expect(processExitsWith: .failure) {
            let model = SequenceModel(RecurrentStack(.lstm, inputSize: 2, hiddenSize: 3), classCount: 3)
            _ = SequencePredictor(model: model, parameters: model.initialParameters(seed: 0)).predict(
                [1, 2, 3] as [Float])
        }
        await #expect(processExitsWith: .failure) {
            let model = SequenceModel(RecurrentStack(.lstm, inputSize: 2, hiddenSize: 3), classCount: 3)
            _ = SequencePredictor(model: model, parameters: model.initialParameters(seed: 0)).predict(
                [Float]())
        }
    }
}
