import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Targets at each step, and weights")
struct StepTargetTests {
    static let stack = RecurrentStack(.gru, inputSize: 2, hiddenSize: 5, numLayers: 2, bidirectional: true)

    /// The loss is summed over the steps of the batch and divided by their number, so a long sequence counts more than a
    /// short one.
    @Test func `the mean is over steps, not over sequences or batches`() {
        let problem = LengthsProblem(
            SequenceModel(Self.stack, classCount: 3, readout: .each), lengths: [9, 1, 2, 7])
        let engine = problem.engine()
        let scores = problem.withSamples { samples in
            (0..<4).map { index in
                LengthsProblem.alone(problem, index).withSamples { engine.evaluate($0) }
            } + [engine.evaluate(samples)]
        }
        let whole = scores[4]
        #expect(whole.count == 4 && whole.targetCount == 19)
        let sum = scores[..<4].reduce(0) { $0 + $1.lossSum }
        #expect(abs(whole.lossSum - sum) < 1e-9 * sum)
        #expect(abs(whole.loss - sum / 19) < 1e-9)
        var added = Score()
        for score in scores[..<4] { added += score }
        #expect(added.targetCount == 19 && added.correct == whole.correct && added.count == 4)
        #expect(whole.accuracy == Double(whole.correct) / 19)
    }

    @Test func `weighted scores add up to the score of all sequences`() {
        var problem = LengthsProblem(
            SequenceModel(Self.stack, classCount: 3, readout: .each), lengths: [9, 1, 2, 7])
        problem.weights = [0.5, 2, 1, 3]
        problem.classWeights = [1, 0.25, 4]
        let engine = problem.engine()
        let whole = problem.withSamples { engine.evaluate($0) }
        var added = Score()
        for index in 0..<4 {
            var alone = LengthsProblem.alone(problem, index)
            alone.weights = [problem.weights![index]]
            added += alone.withSamples { engine.evaluate($0) }
        }
        #expect(abs(added.loss - whole.loss) < 1e-6 * whole.loss && abs(added.weight - whole.weight) < 1e-9)
        #expect(abs(whole.weight - Double(whole.targetCount)) > 1)
    }

    /// The loss of one sequence in training, with a mask for each output at each step.
    @Test func `dropout before the linear layer masks each step`() {
        let model = SequenceModel(
            RecurrentStack(.gru, inputSize: 2, hiddenSize: 6), classCount: 3, readout: .each, dropout: 0.5)
        let problem = LengthsProblem(model, lengths: [8])
        let engine = problem.engine()
        let parameters = model.layout.arrays(engine.parameters.elements.map(Double.init))
        let trace = ReferenceStack(model.stack, parameters: parameters, prefix: "gru.")
        let outputs = trace.forward(problem.sequences[0], from: trace.zeroState).output
        let dropout = ReferenceDropout(0.5, layers: 2, seed: 0, step: 0, sequence: 0)
        let weight = Matrix(columns: 6, numbers: parameters["fc.weight"]!)
        var sum = 0.0
        for (step, features) in dropout.applied(outputs, layer: 0).enumerated() {
            let scores = plus(weight.times(features), parameters["fc.bias"]!)
            sum += log(scores.reduce(0) { $0 + exp($1) }) - scores[Int(problem.labels[step])]
        }
        expectClose([problem.train(engine).score.lossSum], [sum], "loss")
    }

    /// A sequence with the weight 2 has the gradient of two equal sequences, and one with the weight 0 has none.
    @Test(arguments: [Readout.final, .each])
    func `a weight counts as that many copies`(_ readout: Readout) {
        var weighted = LengthsProblem(
            SequenceModel(Self.stack, classCount: 3, readout: readout), lengths: [5, 3, 8])
        weighted.weights = [2, 0, 1]
        let plain = LengthsProblem(weighted.model, lengths: [5, 3, 8])
        let (first, second) = (weighted.engine(), plain.engine())
        let step = weighted.train(first)
        let copies = plain.train(second, [0, 0, 2])
        expectClose([step.score.loss], [copies.score.loss], absolute: 1e-9, relative: 1e-7, "loss")
        expectClose(
            first.gradient(), second.gradient().map(Double.init), absolute: 2e-7, relative: 1e-5, "gradient")
    }

    @Test func `a batch whose weights are all 0 has no gradient and no loss`() {
        var problem = LengthsProblem(
            SequenceModel(Self.stack, classCount: 3, readout: .each), lengths: [5, 3, 8])
        problem.weights = [0, 0, 1]
        let engine = problem.engine()
        let step = problem.train(engine, [0, 1])
        #expect(step.score.loss.isNaN && step.score.lossSum == 0 && step.isApplied)
        #expect(engine.gradient().allSatisfy { $0 == 0 })
    }

    @Test func `a score without weights and steps is stored as before`() throws {
        var score = Score()
        (score.lossSum, score.correct, score.count) = (2.5, 3, 4)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(
            String(decoding: try encoder.encode(score), as: UTF8.self)
                == #"{"correct":3,"count":4,"lossSum":2.5}"#)
        (score.stepCount, score.weightSum) = (9, 1.25)
        let again = try JSONDecoder().decode(Score.self, from: encoder.encode(score))
        #expect(again == score && again.loss == 2 && again.targetCount == 9)
    }

    @Test func `a model with outputs at each step says so`() throws {
        let model = SequenceModel(Self.stack, classCount: 3, readout: .each)
        #expect(model.summary().contains("(N, L, 3)"))
        let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
        #expect(try JSONDecoder().decode(SequenceModel.self, from: Data(text.utf8)) == model)
        let fixed = text.replacingOccurrences(
            of: "{\"", with: "{\"sequenceLength\":4,\"", options: [.anchored])
        try #require(fixed != text)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(SequenceModel.self, from: Data(fixed.utf8))
        }
        #expect(
            model.trainingMultiplyAdds(steps: 7) - 3 * 7 * 10 * 3
                == SequenceModel(Self.stack, classCount: 3).trainingMultiplyAdds(steps: 7) - 3 * 10 * 3)
    }

    @Test func `the class of each step is predicted`() {
        let problem = LengthsProblem(
            SequenceModel(Self.stack, classCount: 3, readout: .each), lengths: [6, 1])
        let engine = problem.engine()
        let predictor = SequencePredictor(model: problem.model, parameters: engine.parameters)
        let outputs = problem.outputs(engine)
        for index in 0..<2 {
            let rows = outputs[problem.outputRange(index)]
            let expected = stride(from: rows.startIndex, to: rows.endIndex, by: 3).map {
                Array(rows[$0..<$0 + 3]).argmax()
            }
            #expect(predictor.predictSteps(problem.elements(index)) == expected)
        }
    }

    @Test func `targets that do not fit the readout trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = SequenceModel(Self.stack, sequenceLength: 4, classCount: 3, readout: .each)
        }
        await #expect(processExitsWith: .failure) {
            let problem = LengthsProblem(
                SequenceModel(Self.stack, classCount: 3, readout: .each), lengths: [4])
            _ = problem.train(problem.engine(model: SequenceModel(Self.stack, classCount: 3)))
        }
        await #expect(processExitsWith: .failure) {
            let problem = LengthsProblem(SequenceModel(Self.stack, classCount: 3), lengths: [4])
            _ = problem.train(
                problem.engine(model: SequenceModel(Self.stack, classCount: 3, readout: .each)))
        }
        await #expect(processExitsWith: .failure) {
            var problem = LengthsProblem(SequenceModel(Self.stack, classCount: 3), lengths: [4])
            problem.classWeights = [1, -1, 1]
            _ = problem.engine()
        }
        await #expect(processExitsWith: .failure) {
            let model = SequenceModel(Self.stack, classCount: 3, readout: .each)
            _ = SequencePredictor(model: model, parameters: model.initialParameters(seed: 0)).predict(
                [1, 2] as [Float])
        }
    }
}

extension LengthsProblem {
    /// Returns a problem of one of the sequences.
    fileprivate static func alone(_ problem: LengthsProblem, _ index: Int) -> LengthsProblem {
        var alone = LengthsProblem(problem.model, lengths: [Int(problem.lengths[index])])
        alone.values = problem.elements(index)
        let first = problem.firstSteps[index]
        alone.labels = Array(problem.labels[first..<first + Int(problem.lengths[index])])
        return alone
    }
}
