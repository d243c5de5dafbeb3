import Datasets
import NeuralNetworks
import Platform
import TestSupport
import Testing
import TrainingSamples

@testable import Training

/// Sequences of words 0 to 4 with the parity of the sum so far as the class of each step.
private struct Parities: BatchDataset {
    let count = 40

    subscript(index: Int) -> [Int] { (0..<3 + index % 4).map { (index * 7 + $0 * $0 * 3) % 5 } }

    func batch(at indices: [Int]) -> SequenceBatch {
        let rows = indices.map { self[$0] }
        let steps = rows.map(\.count).max() ?? 0
        let labels = rows.flatMap { row -> [Int] in
            row.indices.map { row[...$0].reduce(0, +) % 2 } + [Int](repeating: 0, count: steps - row.count)
        }
        let words = Indices(rows, padding: 0)
        return SequenceBatch(
            Tensor(shape: words.shape, words.elements.map(Float.init)), lengths: rows.map(\.count),
            targets: .labels(labels))
    }
}

/// A class for each step of a sequence of words.
private final class StepTagger: TrainableModel {
    let embedding = Embedding(count: 5, dimension: 4, seed: 1)
    let gru = GRU(inputSize: 4, hiddenSize: 12, batchFirst: true, seed: 2)
    let linear = Linear(inputSize: 12, outputSize: 2, seed: 3)

    var namedModules: [(name: String, module: any Module)] {
        [("embedding", embedding), ("gru", gru), ("linear", linear)]
    }

    func output(_ batch: SequenceBatch) -> Tensor {
        linear(gru(embedding(Indices(batch.input)), lengths: batch.lengths).output)
    }

    func forward(_ batch: SequenceBatch, step: Int) -> TrainingPass {
        let vectors = embedding.forward(Indices(batch.input))
        let states = gru.forward(vectors.output, lengths: batch.lengths, step: step)
        let scores = linear.forward(states.output)
        return TrainingPass(scores.output) { vectors.backward(states.backward(scores.backward($0)).input) }
    }
}

/// Two outputs that are each true or false: whether each channel's sum is positive.
private struct Signs: BatchDataset {
    let sums: LabeledSequences
    var count: Int { sums.count }

    subscript(index: Int) -> LabeledSequence { sums[index] }

    func batch(at indices: [Int]) -> SequenceBatch {
        let batch = sums.batch(at: indices)
        guard case .values(let values) = batch.targets else { return batch }
        let signs = Tensor(shape: values.shape, values.elements.map { $0 > 0 ? 1 : 0 })
        return SequenceBatch(batch.input, lengths: batch.lengths, targets: .values(signs))
    }
}

@Suite("Data sets of models made of modules")
struct ModuleDatasetTests {
    @Test
    func `a class at every step is learned, and padding does not count`() throws {
        let samples = Parities()
        let trainer = Trainer(
            model: StepTagger(), replica: { StepTagger() }, loss: CrossEntropyLoss(),
            optimizer: Adam(learningRate: 2e-2), threads: 2)
        let steps = (0..<40).reduce(0) { $0 + samples[$1].count }
        #expect(trainer.evaluate(samples).targetCount == steps && trainer.evaluate(samples).count == 40)
        try trainer.fit(samples, epochs: 80, batchSize: 40)
        let score = trainer.evaluate(samples)
        #expect(score.targetCount == steps && score.correct == steps, "\(score)")
    }

    /// A model that notes the numbers of its steps and the sizes of its batches.
    private final class Noting: TrainableModel {
        let linear = Linear(inputSize: 2, outputSize: 2)
        var steps: [Int] = []
        var sizes: [Int] = []
        var namedModules: [(name: String, module: any Module)] { [("linear", linear)] }
        func output(_ batch: SequenceBatch) -> Tensor { linear(first(batch)) }
        func forward(_ batch: SequenceBatch, step: Int) -> TrainingPass {
            steps.append(step)
            sizes.append(batch.input.shape[0])
            let pass = linear.forward(first(batch))
            return TrainingPass(pass.output) { pass.backward($0) }
        }
        private func first(_ batch: SequenceBatch) -> Tensor {
            Tensor(stacking: (0..<batch.input.shape[0]).map { batch.input.slice($0).slice(0) })
        }
    }

    @Test
    func `each shard of 32 sequences has a number of its own for its dropout masks`() throws {
        let model = Noting()
        let trainer = Trainer(model: model, loss: CrossEntropyLoss())
        try trainer.fit(unequalSequences(70), epochs: 2, batchSize: 70)
        #expect(model.sizes == [32, 32, 6, 32, 32, 6])
        #expect(Set(model.steps).count == 6)
        // The first shard has the number of the step, as in a loop written by hand.
        #expect(model.steps[0] == 0 && model.steps[3] == 1)
    }

    @Test
    func `evaluation is without label smoothing`() throws {
        let samples = try unequalSequences(20)
        let model = HandWritten(dropout: 0)
        let trainer = Trainer(model: model, loss: CrossEntropyLoss(labelSmoothing: 0.5))
        let batch = samples.batch(at: Array(0..<20))
        let expected = CrossEntropyLoss().loss(model.output(batch), batch).value
        expectClose([trainer.evaluate(samples).loss], [expected], absolute: 0, relative: 1e-15)
    }

    @Test
    func `several labels of one sequence are learned`() throws {
        let samples = Signs(sums: try unequalSequences(100, values: true))
        let trainer = Trainer(
            model: HandWritten(dropout: 0), loss: BCEWithLogitsLoss(positiveWeights: [1, 2]),
            optimizer: Adam(learningRate: 1e-2))
        let before = trainer.evaluate(samples)
        let journal = Journal()
        try trainer.fit(samples, epochs: 40, batchSize: 32, callbacks: [journal])
        let after = trainer.evaluate(samples)
        #expect(before.count == 100 && after.loss < before.loss / 2, "\(before.loss), \(after.loss)")
        #expect(journal.records[0].metrics.map(\.metric) == [.binaryCrossEntropy])
    }

    /// A weight of 2 counts like two equal sequences, a weight of 0 like none, also where a shard has other weights.
    @Test(arguments: [false, true])
    func `weights of sequences are read, and summed over the whole batch`(_ hasValues: Bool) throws {
        let samples = try unequalSequences(40, values: hasValues)
        let weights = (0..<40).map { Float($0 % 3) }
        let repeated = samples.sequences(at: (0..<40).flatMap { [Int](repeating: $0, count: $0 % 3) })
        func train(_ samples: LabeledSequences, batchSize: Int) throws -> (HandWritten, Score) {
            let model = HandWritten(dropout: 0)
            let optimizer = SGD(learningRate: 0.1)
            let trainer =
                hasValues
                ? Trainer(model: model, loss: MSELoss(), optimizer: optimizer)
                : Trainer(model: model, loss: CrossEntropyLoss(), optimizer: optimizer)
            try trainer.fit(samples, epochs: 1, batchSize: batchSize)
            return (model, trainer.evaluate(samples))
        }
        let (found, score) = try train(samples.weighted(by: weights), batchSize: 40)
        let (expected, whole) = try train(repeated, batchSize: repeated.count)
        expectClose(found.gru.parameters.elements, expected.gru.parameters.elements, absolute: 1e-6)
        expectClose(found.linear.parameters.elements, expected.linear.parameters.elements, absolute: 1e-6)
        expectClose([score.loss], [whole.loss], relative: 1e-6)
        #expect(score.weight == Double(repeated.count) && score.count == 40)
    }

    @Test
    func `batches have the content of their samples`() throws {
        let sequences = try LabeledSequences([[1, 2, 3, 4], [5, 6]], channels: 2, labels: [1, 0])
        let batch = sequences.batch(at: [1, 0, 1])
        #expect(
            batch.input
                == Tensor(shape: [3, 2, 2], [5, 6, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0]))
        #expect(batch.lengths == [1, 2, 1])
        guard case .labels(let labels) = batch.targets else { throw Missing() }
        #expect(labels == [0, 1, 0])

        let steps = try LabeledSequences(
            [[1, 2, 3, 4], [5, 6]], channels: 2, stepLabels: [[1, 0], [1]], classNames: ["a", "b"])
        guard case .labels(let each) = steps.batch(at: [1, 0]).targets else { throw Missing() }
        #expect(each == [1, 0, 1, 0])
        let numbers = try LabeledSequences(
            [[1, 2, 3, 4], [5, 6]], channels: 2, stepValues: [[7, 8], [9]])
        guard case .values(let values) = numbers.batch(at: [1, 0]).targets else { throw Missing() }
        #expect(values == Tensor(shape: [2, 2, 1], [9, 0, 7, 8]))

        let images = noiseImages(3)
        let pictures = images.batch(at: [2, 0])
        #expect(pictures.input.shape == [2, 6, 5] && pictures.lengths == nil)
        #expect(pictures.input.slice(0).elements == images[2].pixels.map { Float($0) / 255 })
        guard case .labels(let classes) = pictures.targets else { throw Missing() }
        #expect(classes == [images[2].label, images[0].label])
    }

    @Test
    func `batches with the same numbers in other fields have other digests`() throws {
        func digest(_ shape: [Int], _ lengths: [Int]?, _ weights: [Float]?, _ targets: SequenceBatch.Targets)
            -> String
        {
            let count = shape.reduce(1, *)
            let batch = SequenceBatch(
                Tensor(shape: shape, [Float](repeating: 0, count: count)), lengths: lengths, targets: targets,
                weights: weights)
            var sum = SHA256()
            batch.add(to: &sum)
            return sum.hexDigest
        }
        let digests = [
            digest([2, 3, 1], nil, nil, .labels([3, 1])), digest([2, 3, 1], [3, 1], nil, .labels([])),
            digest([2, 3, 1], nil, nil, .labels([3, 1])), digest([2, 1, 3], nil, nil, .labels([3, 1])),
            digest([2, 3, 1], nil, [1, 2], .values(Tensor([[3]]))),
            digest([2, 3, 1], nil, nil, .values(Tensor([[3, 1, 2]]))),
        ]
        #expect(digests[0] == digests[2] && Set(digests).count == 5, "\(digests)")
    }

    private struct Missing: Error {}

    @Test
    func `a Sequential pads to its number of steps and reads indices of one channel`() throws {
        let words = try LabeledSequences([[1, 2, 3], [4]], channels: 1, labels: [1, 0])
        let model = Sequential(inputShape: [5], [.embedding(5, dimension: 3), .gru(4), .dense(2)], seed: 1)
        let alone = Sequential(inputShape: [1], [.embedding(5, dimension: 3), .gru(4), .dense(2)], seed: 1)
        let output = model.output(words.batch(at: [0, 1]))
        expectEqual(output.slice(1).elements, alone(Tensor([[4]])).elements)
        expectEqual(
            model.forward(words.batch(at: [0, 1]), step: 0).output.elements, output.elements)
    }

    @Test
    func `mistakes trap`() async {
        await #expect(processExitsWith: .failure) {
            let model = HandWritten()
            _ = Trainer(model: model, replica: { model }, loss: CrossEntropyLoss(), threads: 2)
        }
        await #expect(processExitsWith: .failure) {
            _ = Trainer(
                model: HandWritten(), replica: { HandWritten(hiddenSize: 4) }, loss: CrossEntropyLoss(),
                threads: 2)
        }
        await #expect(processExitsWith: .failure) {
            _ = Trainer(model: HandWritten(), loss: CrossEntropyLoss()).engine
        }
        await #expect(processExitsWith: .failure) {
            _ = Checkpoint(of: Trainer(model: HandWritten(), loss: CrossEntropyLoss()))
        }
        await #expect(processExitsWith: .failure) { _ = ModuleCheckpoint(of: trainer()) }
        await #expect(processExitsWith: .failure) {
            try Trainer(model: HandWritten(), loss: MSELoss()).fit(
                unequalSequences(4), epochs: 1, batchSize: 2)
        }
        await #expect(processExitsWith: .failure) {
            try trainer().fit(Signs(sums: unequalSequences(4, values: true)), epochs: 1, batchSize: 2)
        }
        await #expect(processExitsWith: .failure) {
            let model = Sequential(inputShape: [3, 2], [.gru(2)])
            _ = try Trainer(model: model, loss: CrossEntropyLoss()).evaluate(unequalSequences(9))
        }
        await #expect(processExitsWith: .failure) {
            _ = SequenceBatch(Tensor(shape: [2, 3, 1]), targets: .labels([0, 1]), weights: [1])
        }
        await #expect(processExitsWith: .failure) {
            _ = SequenceBatch(Tensor(shape: [2, 3, 1]), lengths: [3], targets: .labels([0, 1]))
        }
    }

    /// A model whose only module has a given name.
    private final class Named: TrainableModel {
        let names: [String]
        let modules: [Linear]
        init(_ names: String...) {
            self.names = names
            modules = names.map { _ in Linear(inputSize: 1, outputSize: 2) }
        }
        var namedModules: [(name: String, module: any Module)] { zip(names, modules).map { ($0, $1) } }
        func output(_ batch: SequenceBatch) -> Tensor { modules[0](batch.input) }
        func forward(_ batch: SequenceBatch, step: Int) -> TrainingPass {
            let pass = modules[0].forward(batch.input)
            return TrainingPass(pass.output) { pass.backward($0) }
        }
    }

    @Test
    func `names of modules that a checkpoint cannot keep apart trap`() async {
        _ = Trainer(model: Named("a", "b.optimizer"), loss: CrossEntropyLoss())
        await #expect(processExitsWith: .failure) {
            _ = Trainer(model: Named("a", "a"), loss: CrossEntropyLoss())
        }
        await #expect(processExitsWith: .failure) {
            _ = Trainer(model: Named("optimizer.a"), loss: CrossEntropyLoss())
        }
        await #expect(processExitsWith: .failure) {
            _ = Trainer(model: Named("best"), loss: CrossEntropyLoss())
        }
        await #expect(processExitsWith: .failure) {
            _ = Trainer(model: Named(""), loss: CrossEntropyLoss())
        }
        await #expect(processExitsWith: .failure) { _ = Trainer(model: Named(), loss: CrossEntropyLoss()) }
    }
}
