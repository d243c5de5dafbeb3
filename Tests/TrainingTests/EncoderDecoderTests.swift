import Datasets
import NeuralNetworks
import TestSupport
import Testing
import TrainingSamples

@testable import Training

@Suite("Encoder and decoder")
struct EncoderDecoderTests {
    private struct Unexpected: Error {}

    @Test func `a batch has what a decoder reads, and what it is to write`() throws {
        let pairs = try SequencePairs(
            .symbols([[3, 1], [0, 2, 1]]), targets: .symbols([[0, 1, 1], [2]])
        ).weighted(by: [1, 3])
        let batch = pairs.batch(at: [1, 0])
        #expect(batch.input == Tensor([[0, 2, 1], [3, 1, 0]]) && batch.lengths == [3, 2])
        let steps = try #require(batch.decoder)
        // Three symbols: 3 is the start and the end.
        #expect(steps.input == Tensor([[3, 2, 0, 0], [3, 0, 1, 1]]) && steps.lengths == [2, 4])
        guard case .labels(let labels) = batch.targets else { throw Unexpected() }
        #expect(labels == [2, 3, 0, 0, 0, 1, 1, 3])
        #expect(batch.weights == [3, 1])
    }

    @Test func `values have a start of zeros and no end`() throws {
        let pairs = try SequencePairs(
            .values([[1, 2, 3, 4], [5, 6]], channels: 2),
            targets: .values([[7], [8, 9, 10]], channels: 1))
        let batch = pairs.all
        #expect(batch.input == Tensor(shape: [2, 2, 2], [1, 2, 3, 4, 5, 6, 0, 0]))
        let steps = try #require(batch.decoder)
        #expect(steps.input == Tensor(shape: [2, 3, 1], [0, 0, 0, 0, 8, 9]) && steps.lengths == [1, 3])
        guard case .values(let values) = batch.targets else { throw Unexpected() }
        #expect(values == Tensor(shape: [2, 3, 1], [7, 0, 0, 8, 9, 10]))
    }

    @Test(arguments: RecurrentCell.allCases, 0..<4)
    func `each pair has the outputs that it has alone`(_ cell: RecurrentCell, _ kind: Int) throws {
        let pairs = try unequalPairs(kind)
        let model = encoderDecoder(cell, for: pairs)
        let together = model.output(pairs.all)
        let trained = model.forward(pairs.all, step: 0).output
        for index in 0..<pairs.count {
            let batch = pairs.batch(at: [index])
            let alone = model.output(batch)
            let count = alone.elements.count
            #expect(batch.decoder?.lengths == [alone.shape[1]])
            expectEqual(Array(together.slice(index).elements.prefix(count)), alone.elements, "\(index)")
            expectEqual(Array(trained.slice(index).elements.prefix(count)), alone.elements, "\(index)")
        }
    }

    @Test(arguments: 0..<4)
    func `the loss is a sum over the steps of the targets, for any batches and threads`(_ kind: Int) throws {
        let pairs = try unequalPairs(kind, count: 75).weighted(by: (0..<75).map { Float($0 % 4) })
        let model = encoderDecoder(.lstm, for: pairs)
        func trainer(_ threads: Int) -> Trainer {
            func make(_ loss: some TrainingLoss) -> Trainer {
                Trainer(
                    model: model, replica: { encoderDecoder(.lstm, for: pairs) }, loss: loss,
                    threads: threads)
            }
            return make(pairs.loss)
        }
        let score = trainer(1).evaluate(pairs)
        #expect(trainer(3).evaluate(pairs) == score)
        // By hand, one pair after the other.
        var (sum, weight, steps, correct) = (0.0, 0.0, 0, 0)
        for index in 0..<75 {
            let batch = pairs.batch(at: [index])
            let output = model.output(batch)
            let length = output.shape[1]
            let own = Double(index % 4)
            // A loss of weight 0 has no value: the pair alone has the weight 1.
            let alone = SequenceBatch(
                batch.input, lengths: batch.lengths, targets: batch.targets, decoder: batch.decoder)
            sum += own * Double(length) * pairs.loss.loss(output, alone).value
            weight += own * Double(length)
            steps += length
            if case .labels(let labels) = batch.targets {
                correct += zip(output.argmax(), labels).count { $0 == $1 }
            }
        }
        #expect(score.count == 75 && score.targetCount == steps && score.correct == correct)
        expectClose([score.loss], [sum / weight], absolute: 0, relative: 1e-12)
    }

    /// A training of strings in reverse.
    private struct Course {
        let pairs: SequencePairs
        let model: EncoderDecoder
        let trainer: Trainer

        init(_ threads: Int = 1) throws {
            let pairs = try reversedStrings(100, symbols: 4, longest: 6)
            let make = { encoderDecoder(.lstm, for: pairs, dropout: 0.2) }
            model = make()
            trainer = Trainer(
                model: model, replica: make, loss: CrossEntropyLoss(labelSmoothing: 0.1),
                optimizer: Adam(learningRate: 1e-2), schedule: .cosine(), clipping: .norm(1), seed: 5,
                threads: threads)
            self.pairs = pairs
        }

        @discardableResult
        func fit(_ callbacks: any Callback...) throws -> Trainer.Ending {
            try trainer.fit(
                pairs, epochs: 3 - trainer.state.epoch, batchSize: 40, validation: pairs,
                callbacks: callbacks)
        }
    }

    @Test func `training stopped after any step continues to the same bytes, on any number of threads`()
        throws
    {
        let (whole, journal) = (try Course(), Journal())
        try whole.fit(journal)
        let expected = try ModuleCheckpoint(of: whole.trainer).serialized()
        #expect(journal.steps.count == 9)
        for step in 1...9 {
            let (first, before) = (try Course(step % 3 + 1), Journal())
            before.stopAfterStep = step
            #expect(try first.fit(before) == .interrupted(signal: 2))
            let bytes = try ModuleCheckpoint(of: first.trainer).serialized()
            let (second, after) = (try Course(2), Journal())
            try second.trainer.restore(ModuleCheckpoint(bytes: bytes, path: "x"))
            #expect(try second.fit(after) == .finished)
            #expect(before.steps + after.steps == journal.steps, "stopped after step \(step)")
            let same = try ModuleCheckpoint(of: second.trainer).serialized() == expected
            #expect(same, "stopped after step \(step)")
        }
    }

    @Test func `strings are written in reverse`() throws {
        let (train, test) = try reversedStrings(2000, symbols: 5, longest: 5).split(test: 0.1, seed: 0)
        func makeModel() -> EncoderDecoder {
            EncoderDecoder(
                .gru, inputs: train.inputs, targets: train.targets, hiddenSize: 48, embeddingSize: 8,
                seed: 1)
        }
        let model = makeModel()
        let trainer = Trainer(
            model: model, replica: makeModel, loss: CrossEntropyLoss(), optimizer: Adam(learningRate: 1e-2),
            schedule: .cosine(), clipping: .norm(1))
        try trainer.fit(train, epochs: 20, batchSize: 64)
        let inputs = (0..<test.count).compactMap { test[$0].input.symbols }
        let answers = model.decode(inputs, maximalLength: 10)
        let correct = zip(answers, inputs).count { $0 == $1.reversed() }
        #expect(correct >= 199 && test.count == 200, "\(correct) of 200")
        // A model that has read alone what it read in a batch writes the same.
        for index in stride(from: 0, to: 200, by: 20) {
            #expect(model.decode([inputs[index]], maximalLength: 10) == [answers[index]])
        }
        let loaded = makeModel()
        try ModuleCheckpoint(bytes: ModuleCheckpoint(of: trainer).serialized(), path: "x").load(into: loaded)
        #expect(loaded.decode(inputs, maximalLength: 10) == answers)
    }

    @Test func `the decoder reads what it wrote, up to the end, another symbol or the maximal length`() throws
    {
        // Trained so little that it makes mistakes.
        let pairs = try reversedStrings(60, symbols: 4, longest: 5)
        let model = encoderDecoder(.lstm, for: pairs)
        try Trainer(model: model, loss: CrossEntropyLoss(), optimizer: Adam(learningRate: 5e-2)).fit(
            pairs, epochs: 30, batchSize: 20)
        func decode(_ maximalLength: Int, end: Int? = nil) -> [[Int]] {
            model.decode(
                pairs.all.input, lengths: pairs.all.lengths, maximalLength: maximalLength, end: end)
        }
        let answers = decode(12)
        #expect(Set(answers.map(\.count)).count > 2 && answers.contains { $0.count > 3 })
        #expect(answers.contains { $0.contains(1) } && answers.allSatisfy { !$0.contains(4) })
        #expect(decode(3) == answers.map { Array($0.prefix(3)) })
        #expect(decode(0) == answers.map { _ in [] })
        #expect(decode(12, end: 1) == answers.map { Array($0.prefix { $0 != 1 }) })
        // The scores of each answer, read as a target, are highest at its symbols and its end.
        for (index, answer) in answers.enumerated() where !answer.isEmpty {
            let written = try SequencePairs(
                .symbols([try #require(pairs[index].input.symbols)], count: 4),
                targets: .symbols([answer], count: 4))
            let symbols = model.output(written.all).argmax()
            #expect(Array(symbols.prefix(answer.count)) == answer)
            #expect(answer.count == 12 || symbols.last == 4)
        }
    }

    @Test func `the decoder reads the values that it wrote`() throws {
        let pairs = try unequalPairs(3)
        let model = encoderDecoder(.gru, for: pairs)
        let written = model.decodeValues(pairs.all.input, lengths: pairs.all.lengths, steps: 6)
        #expect(written.shape == [7, 6, 2])
        let read = try SequencePairs(
            .values(
                (0..<7).map { index in
                    if case .values(let values) = pairs[index].input { values } else { [] }
                }, channels: 3),
            targets: .values((0..<7).map { written.slice($0).elements }, channels: 2))
        expectEqual(model.output(read.all).elements, written.elements)
        #expect(model.decodeValues(pairs.all.input, lengths: pairs.all.lengths, steps: 0).shape == [7, 0, 2])
    }

    @Test func `modules have the names of a PyTorch model`() throws {
        func names(_ cell: RecurrentCell, _ kind: Int) throws -> [String] {
            encoderDecoder(cell, for: try unequalPairs(kind)).namedModules.map(\.name)
        }
        #expect(
            try names(.lstm, 0) == [
                "encoder.embedding", "encoder.lstm", "decoder.embedding", "decoder.lstm", "decoder.linear",
            ])
        #expect(
            try names(.rnnReLU, 1) == ["encoder.rnn", "decoder.embedding", "decoder.rnn", "decoder.linear"])
        #expect(try names(.gruResetBefore, 3) == ["encoder.gru", "decoder.gru", "decoder.linear"])
        let model = encoderDecoder(.gru, for: try unequalPairs(0))
        let shapes = model.namedModules.flatMap { $0.module.layout.parameters.map(\.shape) }
        // Five symbols are read, and four and the end written.
        #expect(shapes.first == [5, 3] && shapes.suffix(2) == [[5, 5], [5]])
        #expect(Set(model.namedModules.map { $0.module.parameters.elements.prefix(3) }).count == 5)
    }

    @Test func `a pass prints its output`() throws {
        let pairs = try unequalPairs(0)
        let text = "\(encoderDecoder(.gru, for: pairs).forward(pairs.batch(at: [0]), step: 0))"
        #expect(text.hasPrefix("output [1, 2, 5]\ntensor([[["), "\(text)")
    }

    @Test func `mistakes trap`() async {
        await #expect(processExitsWith: .failure) {
            let pairs = try unequalPairs(0)
            _ = encoderDecoder(.gru, for: pairs).output(SequenceBatch(pairs.all.input, targets: .labels([])))
        }
        await #expect(processExitsWith: .failure) {
            let pairs = try unequalPairs(2)
            _ = encoderDecoder(.gru, for: pairs).decode(pairs.all.input, maximalLength: 3)
        }
        await #expect(processExitsWith: .failure) {
            let pairs = try unequalPairs(0)
            _ = encoderDecoder(.gru, for: pairs).decodeValues(pairs.all.input, steps: 3)
        }
        await #expect(processExitsWith: .failure) {
            _ = encoderDecoder(.gru, for: try unequalPairs(0)).decode([[1], []], maximalLength: 3)
        }
        await #expect(processExitsWith: .failure) {
            _ = encoderDecoder(.gru, for: try unequalPairs(0)).decode([[1, 5]], maximalLength: 3)
        }
        await #expect(processExitsWith: .failure) { _ = DecoderSteps(Tensor([[1, 2]]), lengths: [3]) }
        await #expect(processExitsWith: .failure) { _ = DecoderSteps(Tensor([[1, 2]]), lengths: [1, 1]) }
        await #expect(processExitsWith: .failure) {
            _ = SequenceBatch(
                Tensor([[1], [2]]), targets: .labels([0]), decoder: DecoderSteps(Tensor([[1]]), lengths: [1]))
        }
    }
}
