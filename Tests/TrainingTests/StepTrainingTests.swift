import Datasets
import NeuralNetworks
import TestSupport
import Testing
import TrainingSamples

@testable import Training

/// Sequences of 1 to 12 steps of two channels. The class of a step is the channel whose sum up to the step is larger.
private func stepSequences(_ count: Int, values: Bool = false) throws -> LabeledSequences {
    var sequences: [[Float]] = []
    var sums: [[(Float, Float)]] = []
    for index in 0..<count {
        let length = 1 + index * 5 % 12
        let sequence = (0..<2 * length).map { Float(($0 * 37 + index * 101) % 64) / 32 - 1 }
        var (first, second): (Float, Float) = (0, 0)
        sums.append(
            (0..<length).map { step in
                first += sequence[2 * step]
                second += sequence[2 * step + 1]
                return (first, second)
            })
        sequences.append(sequence)
    }
    guard values else {
        return try LabeledSequences(
            sequences, channels: 2, stepLabels: sums.map { $0.map { $0.0 < $0.1 ? 1 : 0 } },
            classNames: ["first", "second"])
    }
    return try LabeledSequences(
        sequences, channels: 2, stepValues: sums.map { $0.flatMap { [$0.0, $0.1] } }, valueCount: 2)
}

@Suite("Training with targets at each step")
struct StepTrainingTests {
    static func trainer(_ threads: Int = 1, classWeights: ClassWeights? = nil) -> Trainer {
        let stack = RecurrentStack(.lstm, inputSize: 2, hiddenSize: 6, numLayers: 2, dropout: 0.1)
        return Trainer(
            model: SequenceModel(stack, classCount: 2, readout: .each, dropout: 0.1),
            optimizer: Adam(learningRate: 1e-2), clipping: .norm(1), classWeights: classWeights,
            averageDecay: 0.9, seed: 4, threads: threads)
    }

    @Test func `a classifier learns the class of each step`() throws {
        let (train, test) = try stepSequences(300).split(test: 0.25, seed: 1)
        let trainer = Self.trainer()
        let before = trainer.evaluate(test).accuracy
        try trainer.fit(train, epochs: 30, batchSize: 32)
        let after = trainer.evaluate(test)
        #expect(after.targetCount == test.stepCount && after.count == test.count)
        #expect(after.accuracy > 0.9 && before < 0.75, "\(before), \(after)")
    }

    @Test func `a regressor learns the values of each step`() throws {
        let sequences = try stepSequences(200, values: true)
        let stack = RecurrentStack(.gru, inputSize: 2, hiddenSize: 12)
        let trainer = Trainer(
            model: SequenceModel(stack, valueCount: 2, readout: .each), optimizer: Adam(learningRate: 1e-2),
            metrics: [.squaredError, .rootMeanSquaredError])
        let before = trainer.evaluate(sequences).loss
        let journal = Journal()
        try trainer.fit(sequences, epochs: 30, batchSize: 32, validation: sequences, callbacks: [journal])
        let after = trainer.evaluate(sequences).loss
        #expect(after < before / 8)
        let metrics = try #require(journal.records.last).metrics(of: .validation)
        #expect(metrics.map(\.metric.name) == ["loss", "rmse"])
        #expect(metrics[1].value == after.squareRoot())
    }

    @Test(arguments: [2, 3])
    func `weights and steps give the same checkpoint for any number of threads`(_ threads: Int) throws {
        let sequences = try stepSequences(150)
        let weighted = try sequences.weighted(by: (0..<150).map { Float($0 % 3) })
        func checkpoint(_ threads: Int) throws -> [UInt8] {
            let trainer = Self.trainer(threads, classWeights: .balanced(weighted))
            try trainer.fit(weighted, epochs: 2, batchSize: 70)
            return try Checkpoint(of: trainer).serialized()
        }
        #expect(try checkpoint(threads) == checkpoint(1))
    }

    @Test func `the weights of a data set reach the loss`() throws {
        let sequences = try stepSequences(3)
        let trainer = Self.trainer()
        let weighted = trainer.evaluate(try sequences.weighted(by: [2, 0, 1])).loss
        let copies = trainer.evaluate(sequences.sequences(at: [0, 0, 2])).loss
        #expect(abs(weighted - copies) < 1e-6 && abs(weighted - trainer.evaluate(sequences).loss) > 1e-4)
    }

    @Test func `training stopped after any step continues from the checkpoint's bytes`() throws {
        let (train, validation) = try stepSequences(100).weighted(by: (0..<100).map { Float(1 + $0 % 2) })
            .split(test: 0.3, seed: 2)
        func fit(_ trainer: Trainer, _ journal: Journal) throws {
            let rest = 3 - trainer.state.epoch
            try trainer.fit(train, epochs: rest, batchSize: 32, validation: validation, callbacks: [journal])
        }
        let whole = Self.trainer()
        let journal = Journal()
        try fit(whole, journal)
        let expected = try Outcome(whole, journal)
        for step in 1...8 {
            let (first, second) = (Self.trainer(), Self.trainer(3))
            let (before, after) = (Journal(), Journal())
            before.stopAfterStep = step
            try fit(first, before)
            second.restore(try Checkpoint(bytes: Checkpoint(of: first).serialized(), path: "x"))
            try fit(second, after)
            expectSame(try Outcome(second, before, after), expected, "stopped after step \(step)")
        }
    }

    @Test func `a stream predicts each step as the trainer does`() throws {
        let sequences = try stepSequences(40)
        let trainer = Self.trainer()
        try trainer.fit(sequences, epochs: 2, batchSize: 20)
        let stream = try SequenceStream(model: trainer.engine.model, parameters: trainer.engine.parameters)
        var correct = 0
        for index in 0..<sequences.count {
            let sequence = sequences[index]
            guard case .stepLabels(let labels) = sequence.target else { continue }
            stream.reset()
            for (step, label) in labels.enumerated() {
                let values = Array(sequence.values[2 * step..<2 * step + 2])
                if stream.predict(values) == label { correct += 1 }
            }
        }
        #expect(correct == trainer.evaluate(sequences).correct)
    }

    @Test func `an evaluation counts each step`() throws {
        let sequences = try stepSequences(30).sequences(at: Array(3..<30))
        let trainer = Self.trainer()
        try trainer.fit(sequences, epochs: 3, batchSize: 20)
        let evaluation = Evaluation(trainer.engine, on: sequences, split: "test")
        let score = trainer.evaluate(sequences)
        #expect(evaluation.count == sequences.stepCount && evaluation.correct == score.correct)
        #expect(evaluation.loss == score.loss && evaluation.classes == ["first", "second"])
        #expect(evaluation.confusion.map { $0.reduce(0, +) } == sequences.classCounts)
    }

    @Test func `an evaluation of values counts each step`() throws {
        let sequences = try stepSequences(20, values: true).sequences(at: Array(2..<20))
        let stack = RecurrentStack(.gru, inputSize: 2, hiddenSize: 4)
        let trainer = Trainer(model: SequenceModel(stack, valueCount: 2, readout: .each))
        let evaluation = RegressionEvaluation(trainer.engine, on: sequences)
        let loss = trainer.evaluate(sequences).loss
        #expect(evaluation.count == sequences.stepCount)
        #expect(abs(evaluation.rmse - loss.squareRoot()) < 1e-6 && evaluation.mae <= evaluation.rmse)
    }

    /// The longest sequence has 12 steps. A model of more steps reads padded sequences and gives the same numbers.
    @Test(arguments: [false, true])
    func `a Sequential of more steps than the sequences learns the targets of their steps`(values: Bool)
        throws
    {
        let sequences = try stepSequences(100, values: values)
        func trained(_ steps: Int) throws -> (before: Score, after: Score) {
            let model = Sequential(
                inputShape: [steps, 2], [.lstm(6, returnSequences: true), .dense(2)], seed: 2)
            let optimizer = Adam(learningRate: 2e-2)
            let trainer =
                values
                ? Trainer(model: model, loss: MSELoss(), optimizer: optimizer)
                : Trainer(model: model, loss: CrossEntropyLoss(), optimizer: optimizer)
            let before = trainer.evaluate(sequences)
            try trainer.fit(sequences, epochs: 12, batchSize: 20)
            return (before, trainer.evaluate(sequences))
        }
        let (exact, padded) = (try trained(12), try trained(20))
        #expect(padded.before == exact.before && padded.before.targetCount == sequences.stepCount)
        #expect(abs(padded.after.loss - exact.after.loss) < 1e-5)
        #expect(padded.after.loss < padded.before.loss / 2)
    }

    @Test func `the standard error counts steps`() throws {
        let score = Self.trainer().evaluate(try stepSequences(20))
        let share = score.accuracy * (1 - score.accuracy)
        #expect(score.standardError == (share / Double(score.targetCount)).squareRoot())
    }

    @Test func `balanced weights give all classes the same sum`() throws {
        let sequences = try LabeledSequences(
            [[1], [2], [3], [4], [5], [6]], channels: 1, labels: [0, 1, 1, 1, 1, 3],
            classNames: ["a", "b", "none", "c"])
        #expect(ClassWeights.balanced(sequences).values == [1.5, 0.375, 1, 1.5])
        let steps = try LabeledSequences([[1, 2, 3], [4]], channels: 1, stepLabels: [[0, 1, 1], [1]])
        #expect(ClassWeights.balanced(steps).values == [2, 2.0 / 3])
    }

    @Test func `a misfit of readout and targets says which readout`() throws {
        let steps = try stepSequences(3)
        let whole = try LabeledSequences([[1, 2], [3, 4]], channels: 2, labels: [0, 1])
        let stack = RecurrentStack(.lstm, inputSize: 2, hiddenSize: 2)
        let (each, final) = (
            SequenceModel(stack, classCount: 2, readout: .each), SequenceModel(stack, classCount: 2)
        )
        #expect(steps.misfit(to: each) == nil && whole.misfit(to: final) == nil)
        #expect(
            steps.misfit(to: final)
                == "expected a target for each sequence, received one for each step; give the model the readout each"
        )
        #expect(
            whole.misfit(to: each)
                == "expected a target for each step, as the readout is each, received one for each sequence")
        #expect(
            steps.misfit(to: SequenceModel(stack, valueCount: 2, readout: .each))
                == "expected values, as the model computes, received classes")
    }

    @Test func `perplexity is e to the power of the loss`() throws {
        let sequences = try stepSequences(20)
        let trainer = Self.trainer()
        let score = trainer.evaluate(sequences)
        #expect(abs(Metric.perplexity.value(of: score) - 2.718281828459045.power(score.loss)) < 1e-9)
        #expect(Metric.perplexity.value(of: score) > 1.5)
    }
}

extension Double {
    /// Returns this number to a power of -1 to 1 from the series of its logarithm, 1.
    fileprivate func power(_ exponent: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for index in 1..<40 {
            term *= exponent / Double(index)
            sum += term
        }
        return sum
    }
}
