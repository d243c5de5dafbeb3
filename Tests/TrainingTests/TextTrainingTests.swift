import Datasets
import Foundation
import NeuralNetworks
import Safetensors
import TestSupport
import Testing
import TrainingSamples

@testable import Training

@Suite("Training on texts")
struct TextTrainingTests {
    /// A text in which each character follows from those before it, in Hangul and ASCII.
    static let text = (0..<90).map { "\($0 % 5). 나 보기가 역겨워 \($0 * $0 % 7)\n" }.joined()

    static func windows(length: Int = 12) throws -> TextWindows { try TextWindows(text, length: length) }

    static func trainer(
        _ vocabulary: Vocabulary, cell: RecurrentCell = .lstm, threads: Int = 1, dropout: Double = 0.1
    ) -> Trainer {
        let stack = RecurrentStack(
            cell, inputSize: vocabulary.count, hiddenSize: 14, numLayers: 2, dropout: dropout)
        let model = SequenceModel(stack, classCount: vocabulary.count, readout: .each, dropout: dropout)
        return Trainer(
            model: model.readingSymbols(), optimizer: Adam(learningRate: 1e-2), clipping: .norm(1),
            averageDecay: 0.9, metrics: [.crossEntropy, .accuracy, .perplexity], seed: 4, threads: threads)
    }

    @Test(arguments: [(1, 1), (7, 3), (8, 3), (9, 3), (100, 128), (130, 64), (5, 5)])
    func `each window is in one batch, and follows its predecessor at the same place`(
        _ count: Int, _ places: Int
    ) {
        let batches = ContinuousBatches(count: count, places: places)
        let all = (0..<batches.batchCount).map { Array(batches.batch($0)) }
        #expect(all.flatMap(\.self).sorted() == (0..<Int32(count)).map(\.self))
        #expect(all.allSatisfy { !$0.isEmpty && $0.count <= places })
        for (before, after) in zip(all, all.dropFirst()) {
            #expect(after.count <= before.count && zip(before, after).allSatisfy { $0 + 1 == $1 })
        }
    }

    @Test func `a model learns a text and writes it`() throws {
        let (train, validation) = try Self.windows().split(last: 0.2)
        let trainer = Self.trainer(train.vocabulary, dropout: 0)
        let before = trainer.evaluate(validation)
        #expect(before.targetCount == validation.stepCount && before.count == validation.count)
        let journal = Journal()
        try trainer.fit(train, epochs: 60, batchSize: 8, validation: validation, callbacks: [journal])
        let last = try #require(journal.records.last)
        let perplexity = try #require(last.metrics(of: .validation).last)
        #expect(perplexity.metric == .perplexity && perplexity.value < 1.4, "\(perplexity.value)")
        #expect(exp(before.loss) > 15)

        let directory = try TemporaryDirectory()
        let path = directory.file("text.safetensors")
        try Checkpoint(of: trainer, vocabulary: train.vocabulary).write(to: path)
        let generator = try TextGenerator(contentsOf: path, temperature: 0)
        try generator.read("3. 나 보")
        #expect(generator.text(length: 7) == "기가 역겨워 ")
    }

    @Test(arguments: [RecurrentCell.lstm, .gru, .rnnTanh])
    func `training stopped after any step continues to the same bytes`(_ cell: RecurrentCell) throws {
        let (train, validation) = try Self.windows(length: 30).split(last: 0.1)
        let whole = Self.trainer(train.vocabulary, cell: cell)
        let journal = Journal()
        func fit(_ trainer: Trainer, _ journal: Journal) throws {
            try trainer.fit(
                train, epochs: 2 - trainer.state.epoch, batchSize: 10, validation: validation,
                callbacks: [journal])
        }
        try fit(whole, journal)
        #expect(journal.steps.count == 2 * 5, "\(journal.steps.count)")
        let expected = try Outcome(whole, journal)
        for step in 1..<10 {
            let (first, before) = (Self.trainer(train.vocabulary, cell: cell), Journal())
            before.stopAfterStep = step
            try fit(first, before)
            #expect(first.engine.optimizerState.stepCount == step)
            let second = Self.trainer(train.vocabulary, cell: cell, threads: 2)
            second.restore(try Checkpoint(bytes: Checkpoint(of: first).serialized(), path: "x"))
            let after = Journal()
            try fit(second, after)
            expectSame(try Outcome(second, before, after), expected, "stopped after step \(step)")
        }
    }

    @Test(arguments: [2, 3])
    func `any number of threads gives the same bytes`(_ threads: Int) throws {
        let train = try Self.windows(length: 5)
        func checkpoint(_ threads: Int) throws -> [UInt8] {
            let trainer = Self.trainer(train.vocabulary, threads: threads)
            try trainer.fit(train, epochs: 2, batchSize: 70)
            return try Checkpoint(of: trainer).serialized()
        }
        let same = try checkpoint(threads) == checkpoint(1)
        #expect(same)
    }

    @Test func `a step depends on the text of the window before it`() throws {
        let train = try Self.windows()
        func scores(keepingStates: Bool) throws -> [Score] {
            let (trainer, journal) = (Self.trainer(train.vocabulary, dropout: 0), Journal())
            if !keepingStates {
                final class Forgetter: Callback {
                    func batchEnded(_ record: StepRecord, trainer: Trainer) {
                        trainer.engine.carriedStates?.clear()
                    }
                }
                try trainer.fit(train, epochs: 1, batchSize: 8, callbacks: [Forgetter(), journal])
            } else {
                try trainer.fit(train, epochs: 1, batchSize: 8, callbacks: [journal])
            }
            return journal.scores
        }
        let (kept, forgotten) = (try scores(keepingStates: true), try scores(keepingStates: false))
        #expect(kept[0] == forgotten[0] && kept[1] != forgotten[1])
    }

    @Test func `an evaluation carries states in streams of at least sixteen windows`() throws {
        let text = try Self.windows(length: 12)
        let trainer = Self.trainer(text.vocabulary)
        try trainer.fit(text, epochs: 1, batchSize: 16)
        let places = ContinuousBatches.places(forEvaluating: text.count)
        #expect(places == text.count / 16 && places > 1)
        let other = try TextWindows(Self.text, length: 12 * ((text.count + places - 1) / places))
        // The same streams as one long window each, without carried states.
        let whole = withExtendedLifetime(other) { trainer.engine.evaluate(other.sequences) }
        let score = trainer.evaluate(text)
        #expect(score.targetCount == whole.targetCount && abs(score.loss - whole.loss) < 1e-9)
        let apart = withExtendedLifetime(text) { trainer.engine.evaluate(text.sequences) }
        #expect(abs(apart.loss - whole.loss) > 1e-4)
    }

    @Test func `modules read windows as indices of symbols`() throws {
        let text = try Self.windows(length: 12)
        let size = text.vocabulary.count
        let model = Sequential(
            inputShape: [12],
            [.embedding(size, dimension: 6), .gru(10, returnSequences: true), .dense(size)], seed: 1)
        let trainer = Trainer(
            model: model, loss: CrossEntropyLoss(), optimizer: Adam(learningRate: 1e-2))
        let before = trainer.evaluate(text).loss
        try trainer.fit(text, epochs: 3, batchSize: 16)
        #expect(trainer.evaluate(text).loss < before - 0.5)
        #expect(text.batch(at: [text.count - 1, 0]).lengths == [text.stepCount % 12, 12])
    }

    // MARK: Checkpoints

    @Test func `a checkpoint in the middle of an epoch needs its states`() throws {
        let train = try Self.windows()
        let (trainer, journal) = (Self.trainer(train.vocabulary), Journal())
        journal.stopAfterStep = 3
        try trainer.fit(train, epochs: 1, batchSize: 8, callbacks: [journal])
        let checkpoint = Checkpoint(of: trainer)
        #expect(checkpoint.carriedStates?.places == 8)
        var forgery = try Forgery(checkpoint)
        #expect(
            forgery.tensors.filter { $0.name.hasPrefix("carried.") }.map(\.shape) == [
                [2, 8, 14], [2, 8, 14],
            ])
        var without = forgery
        without.tensors.removeAll { $0.name == "carried.hidden" }
        #expect(throws: CheckpointError(path: "x", problem: .missingTensor("carried.hidden"))) {
            try Checkpoint(bytes: without.bytes(), path: "x")
        }
        without = forgery
        without.tensors.removeAll { $0.name == "carried.cell" }
        let message = #expect(throws: SafetensorsError.self) {
            try Checkpoint(bytes: without.bytes(), path: "x")
        }
        #expect(message?.description.contains("carried.cell") == true)
        let index = try #require(forgery.tensors.firstIndex { $0.name == "carried.hidden" })
        forgery.tensors[index].shape = [2, 4, 28]
        let shape = #expect(throws: SafetensorsError.self) {
            try Checkpoint(bytes: forgery.bytes(), path: "x")
        }
        #expect(shape?.description.contains("carried.hidden") == true)

        try trainer.fit(train, epochs: 1, batchSize: 8)
        #expect(Checkpoint(of: trainer).carriedStates == nil)
    }

    @Test func `a generator needs the characters of its model`() throws {
        let train = try Self.windows()
        let trainer = Self.trainer(train.vocabulary)
        let directory = try TemporaryDirectory()
        let path = directory.file("text.safetensors")
        try Checkpoint(of: trainer).write(to: path)
        #expect(throws: CheckpointError(path: path, problem: .missing("preparation"))) {
            try TextGenerator(contentsOf: path)
        }
        try Checkpoint(of: trainer, vocabulary: Vocabulary(of: "ab")).write(to: path)
        let error = #expect(throws: CheckpointError.self) { try TextGenerator(contentsOf: path) }
        #expect(error?.description.contains("found 2") == true)
    }

    // MARK: Generation

    /// Returns a model that gives all characters the scores `scores`, whatever it reads.
    private static func constant(_ scores: [Float]) -> SequencePredictor {
        let model = SequenceModel(
            RecurrentStack(.gru, inputSize: scores.count, hiddenSize: 3), classCount: scores.count,
            readout: .each
        ).readingSymbols()
        let parameters = model.initialParameters(seed: 0)
        let bias = model.layout.parameters.first { $0.name == "fc.bias" }!
        parameters.assign(
            (0..<parameters.count).map { bias.range.contains($0) ? scores[$0 - bias.range.lowerBound] : 0 })
        return SequencePredictor(model: model, parameters: parameters)
    }

    @Test(arguments: [0.5, 1.0, 2.0])
    func `characters are drawn with the softmax of the scores over the temperature`(_ temperature: Double)
        throws
    {
        let scores: [Float] = [0, 1, -0.5, 2]
        let generator = try TextGenerator(
            Self.constant(scores), vocabulary: Vocabulary(of: "abcd"), temperature: temperature, seed: 7)
        let count = 20_000
        let text = Array(generator.text(length: count))
        let probabilities = Softmax.probabilities(scores.map { $0 / Float(temperature) })
        for (character, probability) in zip("abcd", probabilities) {
            let share = Double(text.count { $0 == character }) / Double(count)
            let deviation = (probability * (1 - probability) / Double(count)).squareRoot()
            #expect(abs(share - probability) < 4 * deviation, "\(character): \(share), \(probability)")
        }
    }

    @Test func `the same seed writes the same text, and temperature 0 takes the first of the highest scores`()
        throws
    {
        func text(_ temperature: Double, _ seed: UInt64) throws -> String {
            try TextGenerator(
                Self.constant([0, 2, 2, 1]), vocabulary: Vocabulary(of: "abcd"), temperature: temperature,
                seed: seed
            ).text(length: 40)
        }
        #expect(try text(1, 3) == text(1, 3))
        #expect(try text(1, 3) != text(1, 4))
        #expect(try text(0, 3) == String(repeating: "b", count: 40))
    }

    @Test func `an unknown character of a beginning is named, and nothing is read`() throws {
        let generator = try TextGenerator(
            Self.constant([0, 2, 2, 1]), vocabulary: Vocabulary(of: "abc\n"), temperature: 0)
        let error = #expect(throws: TextError.self) { try generator.read("ab\nae") }
        #expect(
            error?.description
                == "line 2, column 2: expected characters that the model has read in training, found \"e\" (U+0065)"
        )
        #expect(generator.text(length: 1) == "a")
    }

    @Test func `texts that do not fit a model, and other batch sizes in an epoch, trap`() async {
        await #expect(processExitsWith: .failure) {
            let trainer = TextTrainingTests.trainer(try Vocabulary(of: "abc"))
            try trainer.fit(TextTrainingTests.windows(), epochs: 1, batchSize: 8)
        }
        await #expect(processExitsWith: .failure) {
            let train = try TextTrainingTests.windows()
            let (trainer, journal) = (TextTrainingTests.trainer(train.vocabulary), Journal())
            journal.stopAfterStep = 3
            try trainer.fit(train, epochs: 1, batchSize: 8, callbacks: [journal])
            try trainer.fit(train, epochs: 1, batchSize: 9)
        }
    }
}
