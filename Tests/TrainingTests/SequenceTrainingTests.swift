import Datasets
import NeuralNetworks
import TestSupport
import Testing
import TrainingSamples

@testable import Training

/// Sequences of 1 to 12 steps of two channels. The class is the channel with the larger sum.
private func labeledSequences(_ count: Int, values: Bool = false) throws -> LabeledSequences {
    var sequences: [[Float]] = []
    for index in 0..<count {
        let length = 1 + index * 5 % 12
        sequences.append((0..<2 * length).map { Float(($0 * 37 + index * 101) % 64) / 32 - 1 })
    }
    let sums = sequences.map { sequence in
        (0..<2).map { channel in
            stride(from: channel, to: sequence.count, by: 2).reduce(Float(0)) { $0 + sequence[$1] }
        }
    }
    guard values else {
        return try LabeledSequences(
            sequences, channels: 2, labels: sums.map { $0[0] < $0[1] ? 1 : 0 },
            classNames: ["first", "second"])
    }
    return try LabeledSequences(sequences, channels: 2, values: sums)
}

private func sequenceTrainer(
    _ output: SequenceModel.Output = .classes(2), dropout: Double = 0.25,
    clipping: GradientClipping = .norm(1),
    threads: Int = 1
) -> Trainer {
    let stack = RecurrentStack(
        .lstm, inputSize: 2, hiddenSize: 6, numLayers: 2, dropout: dropout, bidirectional: true)
    let model =
        switch output {
        case .classes(let count): SequenceModel(stack, classCount: count, readout: .mean, dropout: dropout)
        case .values(let count, let activation):
            SequenceModel(stack, valueCount: count, activation: activation)
        }
    return Trainer(
        model: model, optimizer: Adam(learningRate: 1e-2), clipping: clipping, averageDecay: 0.9, seed: 4,
        threads: threads)
}

@Suite("Training on sequences of different lengths")
struct SequenceTrainingTests {
    @Test func `a classifier learns to compare two channels`() throws {
        let (train, test) = try labeledSequences(300).split(test: 0.25, seed: 1)
        let trainer = sequenceTrainer(dropout: 0)
        let before = trainer.evaluate(test).accuracy
        try trainer.fit(train, epochs: 30, batchSize: 32)
        let after = trainer.evaluate(test)
        #expect(after.count == test.count && after.accuracy > 0.9 && before < 0.75, "\(before), \(after)")
    }

    @Test func `a regressor learns two values of a sequence`() throws {
        let sequences = try labeledSequences(200, values: true)
        let trainer = sequenceTrainer(.values(2, activation: .none), dropout: 0)
        let before = trainer.evaluate(sequences).loss
        try trainer.fit(sequences, epochs: 40, batchSize: 32)
        #expect(trainer.evaluate(sequences).loss < before / 4)
    }

    /// The last batch has another size than the others, so a mean of the batches' means would differ.
    @Test func `a record is the mean over sequences`() throws {
        let sequences = try labeledSequences(70)
        let trainer = Trainer(
            model: SequenceModel(RecurrentStack(.gru, inputSize: 2, hiddenSize: 3), classCount: 2),
            optimizer: Adam(learningRate: 1e-30))
        let journal = Journal()
        try trainer.fit(sequences, epochs: 1, batchSize: 32, callbacks: [journal])
        let score = trainer.evaluate(sequences)
        #expect(journal.records[0].samples == 70)
        #expect(journal.records[0].accuracy == score.accuracy)
        #expect(abs(journal.records[0].loss - score.loss) < 1e-9)
        #expect(trainer.unit == .sequences)
    }

    @Test(arguments: [2, 3, 4])
    func `any number of threads gives the same checkpoint`(_ threads: Int) throws {
        let sequences = try labeledSequences(150)
        func checkpoint(_ threads: Int) throws -> [UInt8] {
            let trainer = sequenceTrainer(threads: threads)
            try trainer.fit(sequences, epochs: 2, batchSize: 70)
            return try Checkpoint(of: trainer).serialized()
        }
        #expect(try checkpoint(threads) == checkpoint(1))
    }

    @Test func `training stopped after any step continues from the checkpoint's bytes`() throws {
        let (train, validation) = try labeledSequences(100).split(test: 0.3, seed: 2)
        func fit(_ trainer: Trainer, _ journal: Journal) throws {
            let rest = 3 - trainer.state.epoch
            try trainer.fit(train, epochs: rest, batchSize: 32, validation: validation, callbacks: [journal])
        }
        let whole = sequenceTrainer()
        let journal = Journal()
        try fit(whole, journal)
        #expect(journal.steps.count == 9)
        let expected = try Outcome(whole, journal)
        for step in 1...8 {
            let (first, second) = (sequenceTrainer(), sequenceTrainer(threads: 3))
            let (before, after) = (Journal(), Journal())
            before.stopAfterStep = step
            try fit(first, before)
            second.restore(try Checkpoint(bytes: Checkpoint(of: first).serialized(), path: "x"))
            try fit(second, after)
            expectSame(try Outcome(second, before, after), expected, "stopped after step \(step)")
        }
    }

    @Test func `a misfit names both shapes`() throws {
        let classes = try labeledSequences(3)
        let values = try labeledSequences(3, values: true)
        func model(_ inputSize: Int, classes: Int? = nil, values: Int? = nil, length: Int? = nil)
            -> SequenceModel
        {
            let stack = RecurrentStack(.lstm, inputSize: inputSize, hiddenSize: 2)
            if let values { return SequenceModel(stack, valueCount: values) }
            guard let length else { return SequenceModel(stack, classCount: classes ?? 2) }
            return SequenceModel(stack, sequenceLength: length, classCount: classes ?? 2)
        }
        #expect(classes.misfit(to: model(2)) == nil && classes.misfit(to: model(2, classes: 3)) == nil)
        #expect(values.misfit(to: model(2, values: 2)) == nil)
        #expect(
            classes.misfit(to: model(3))
                == "expected (N, L, 3), the input shape of the model, received (N, L, 2), sequences of any length L"
        )
        #expect(
            classes.misfit(to: model(2, length: 12))
                == "expected (N, 12, 2), the input shape of the model, received (N, L, 2), sequences of any length L"
        )
        #expect(
            classes.misfit(to: model(2, classes: 1))
                == "expected at most 1 classes, the number of the model, received 2")
        #expect(
            values.misfit(to: model(2, values: 3)) == "expected 3 values, the number of the model, received 2"
        )
        #expect(
            values.misfit(to: model(2)) == "expected classes, as the model computes, received values")
        #expect(
            classes.misfit(to: model(2, values: 2))
                == "expected values, as the model computes, received classes")
    }

    @Test func `a model opens from its file alone and predicts as the trainer does`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("model.safetensors")
        let (train, test) = try labeledSequences(80).split(test: 0.3, seed: 2)
        let model = SequenceModel(
            RecurrentStack(.gru, inputSize: 2, hiddenSize: 5, bidirectional: true), classCount: 2
        ).normalized(by: InputNormalization(fitting: train))
        let trainer = Trainer(model: model, averageDecay: 0.5, seed: 3)
        try trainer.fit(train, epochs: 2, batchSize: 20)
        try Checkpoint(of: trainer).write(to: path)

        let predictor = try SequencePredictor(contentsOf: path)
        let averaged = try SequencePredictor(contentsOf: path, averaged: true)
        let outputs = trainer.engine.evaluateWithOutputs(test.sequences).outputs
        let correct = (0..<test.count).count { index in
            let sequence = test[index]
            #expect(predictor.outputs(sequence.values) == Array(outputs[2 * index..<2 * index + 2]))
            return sequence.target == .label(predictor.predict(sequence.values))
        }
        #expect(correct == trainer.evaluate(test).correct)
        #expect((0..<test.count).contains { averaged.outputs(test[$0].values)[0] != outputs[2 * $0] })
    }

    @Test func `a file without averaged weights or with weights that are not finite does not open`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("model.safetensors")
        let trainer = Trainer(
            model: SequenceModel(RecurrentStack(.rnnTanh, inputSize: 2, hiddenSize: 3), classCount: 2))
        try Checkpoint(of: trainer).write(to: path)
        #expect(throws: CheckpointError(path: path, problem: .missing("ema"))) {
            try SequencePredictor(contentsOf: path, averaged: true)
        }
        trainer.engine.parameters.base[0] = .nan
        try Checkpoint(of: trainer).write(to: path)
        #expect(throws: CheckpointError(path: path, problem: .notFinite)) {
            try SequencePredictor(contentsOf: path)
        }
    }

    @Test func `a fitted normalization has the mean and the deviation of each channel`() throws {
        let sequences = try LabeledSequences(
            [[1, 5, 3, 5], [5, 5], [7, 5, 9, 5]], channels: 2, labels: [0, 1, 0])
        let normalization = InputNormalization(fitting: sequences)
        #expect(normalization.mean == [5, 5])
        #expect(normalization.deviation == [Float(8).squareRoot(), 1])
        // The deviation is so small that its reciprocal overflows.
        let tiny = try LabeledSequences([[0], [.leastNonzeroMagnitude]], channels: 1, labels: [0, 1])
        #expect(InputNormalization(fitting: tiny).deviation == [1])
    }
}
