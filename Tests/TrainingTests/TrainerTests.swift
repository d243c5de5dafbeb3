import Datasets
import NeuralNetworks
import Testing
import TrainingSamples

@testable import Training

@Suite struct TrainerTests {
    @Test func `training memorises thirty two images`() throws {
        let images = noiseImages(32)
        let trainer = trainer(hiddenSize: 12)
        let journal = Journal()
        try trainer.fit(images, epochs: 300, batchSize: 32, callbacks: [journal])
        #expect(try #require(journal.records[0].accuracy) < 0.7)
        #expect(journal.records[299].accuracy == 1)
        let score = trainer.evaluate(images)
        #expect(score.accuracy == 1)
        #expect(score.loss < 0.02)
    }

    @Test func `every callback is called in order`() throws {
        let entries = Journal.Entries()
        let ending = try trainer().fit(
            noiseImages(5), epochs: 2, batchSize: 2,
            callbacks: [Journal("a ", entries), Journal("b ", entries)])
        #expect(ending == .finished)
        let calls = (0..<2).flatMap {
            ["began \($0) of 2, 5", "batch 2", "batch 4", "batch 5", "ended \($0)"]
        }
        #expect(entries.list == (calls + ["finished"]).flatMap { ["a " + $0, "b " + $0] })
    }

    /// With a learning rate that changes nothing, the running score equals the evaluation, although the last batch is
    /// smaller; a mean over batches would differ.
    @Test(arguments: [(70, 32), (5, 2), (33, 32), (100, 99)])
    func `records are averages over samples`(count: Int, batchSize: Int) throws {
        let images = noiseImages(count)
        let trainer = trainer(learningRate: 1e-30)
        let journal = Journal()
        try trainer.fit(images, epochs: 1, batchSize: batchSize, callbacks: [journal])
        let record = journal.records[0]
        let score = trainer.evaluate(images)
        #expect(record.samples == count)
        #expect(record.accuracy == score.accuracy)
        #expect(abs(record.loss - score.loss) < 1e-9)
        #expect(record.step == (count + batchSize - 1) / batchSize)
        #expect(record.learningRate == 1e-30)
        #expect(record.seconds > 0)
        #expect(abs(record.samplesPerSecond - Double(count) / record.seconds) < 1e-6)
        #expect(journal.scores.map(\.count).last == count)
    }

    @Test func `the gradient norm is measured only in the steps of the interval`() throws {
        for interval in [1, 2, 3, nil] {
            let trainer = trainer()
            trainer.gradientNormInterval = interval
            let journal = Journal()
            try trainer.fit(noiseImages(7), epochs: 2, batchSize: 2, callbacks: [journal])
            let measured = journal.steps.filter { $0.gradientNorm != nil }.map(\.step)
            #expect(measured == (1...8).filter { step in interval.map { step % $0 == 0 } ?? false })
        }
    }

    @Test func `the brightest pixel of an image is read as 1`() throws {
        let images = noiseImages(1)
        guard case .bytes(_, let scale) = images.sequences.inputs else {
            Issue.record("expected bytes, found numbers")
            return
        }
        let expected: Float = 1 / 255
        #expect(scale == expected)
    }

    @Test(arguments: [1, 31, 32, 33, 70]) func `evaluation includes every sample`(count: Int) {
        let (rows, columns) = (6, 5)
        let images = noiseImages(count)
        let trainer = trainer()
        var sum = Score()
        for image in images.indices {
            let one = LabeledImages(
                pixels: images[image].pixels, labels: [UInt8(images[image].label)], rows: rows,
                columns: columns, classCount: 4)
            sum += trainer.evaluate(one)
        }
        let score = trainer.evaluate(images)
        #expect(score.count == count)
        #expect(score.correct == sum.correct)
        #expect(abs(score.lossSum - sum.lossSum) < 1e-9 * Double(count))
    }

    @Test func `training stops after the current step`() throws {
        let trainer = trainer()
        let journal = Journal()
        journal.stopAfterStep = 4
        let ending = try trainer.fit(noiseImages(5), epochs: 9, batchSize: 2, callbacks: [journal])
        #expect(ending == .interrupted(signal: 2))
        #expect(trainer.engine.optimizerState.stepCount == 4)
        #expect(trainer.state.epoch == 1)
        #expect(
            journal.shared.list.suffix(4) == [
                "ended 0", "began 1 of 9, 5", "batch 2", "interrupted(signal: 2)",
            ])
    }

    @Test func `a stop at the last step leaves a complete epoch`() throws {
        let trainer = trainer()
        let journal = Journal()
        journal.stopAfterStep = 3
        #expect(
            try trainer.fit(noiseImages(5), epochs: 9, batchSize: 2, callbacks: [journal])
                == .interrupted(signal: 2))
        #expect(journal.shared.list.suffix(3) == ["batch 5", "ended 0", "interrupted(signal: 2)"])
        #expect(trainer.state.epoch == 1)
    }

    @Test func `the error of a callback ends training`() throws {
        let trainer = trainer()
        let journal = Journal()
        journal.failAfterEpoch = 1
        #expect(throws: Journal.Failure.self) {
            try trainer.fit(noiseImages(5), epochs: 9, batchSize: 2, callbacks: [journal])
        }
        #expect(journal.shared.list.last == "ended 1")
        #expect(trainer.engine.optimizerState.stepCount == 6)
    }

    @Test func `training continues where it ended`() throws {
        let images = noiseImages(40)
        let once = trainer()
        try once.fit(images, epochs: 3, batchSize: 16)
        let inParts = trainer()
        let journal = Journal()
        try inParts.fit(images, epochs: 1, batchSize: 16)
        try inParts.fit(images, epochs: 2, batchSize: 16, callbacks: [journal])
        #expect(values(of: once.engine) == values(of: inParts.engine))
        #expect(journal.records.map(\.epoch) == [1, 2])
        #expect(journal.shared.list.first == "began 1 of 3, 40")
    }

    /// Compared with a separate loop: every epoch has the order of the loader.
    @Test func `each epoch has a new order`() throws {
        let images = noiseImages(40)
        let trainer = trainer(seed: 3)
        let engine = self.engine(like: trainer)
        withExtendedLifetime(images) {
            for epoch in 0..<3 {
                for batch in DataLoader(images, batchSize: 16, shuffle: true, seed: 3).epoch(epoch) {
                    _ = batch.sampleIndices.withUnsafeBufferPointer {
                        engine.train(SequenceSamples(images), batch: $0)
                    }
                }
            }
        }
        try trainer.fit(images, epochs: 3, batchSize: 16)
        #expect(values(of: trainer.engine) == values(of: engine))
    }

    private func engine(like trainer: Trainer) -> SequenceEngine {
        let model = trainer.engine.model
        return SequenceEngine(
            model: model, parameters: model.initialParameters(seed: trainer.seed),
            optimizer: trainer.engine.optimizer)
    }

    @Test func `the seed decides the result`() throws {
        let images = noiseImages(70)
        let parameters = try [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1)].map { (seed: UInt64, threads: Int) in
            let trainer = trainer(seed: seed, threads: threads)
            try trainer.fit(images, epochs: 2, batchSize: 70)
            return values(of: trainer.engine)
        }
        #expect(Set(parameters[..<4]).count == 1)
        #expect(parameters[4] != parameters[0])
        #expect(values(of: trainer(seed: 1).engine) != values(of: trainer(seed: 0).engine))
    }

    /// The second step makes the parameters not finite, with a finite loss before it.
    @Test func `a state that is not finite is not saved`() throws {
        let trainer = trainer(learningRate: 1e25)
        let journal = Journal()
        let ending = try trainer.fit(noiseImages(40), epochs: 9, batchSize: 40, callbacks: [journal])
        #expect(ending == .diverged(epoch: 1, step: 0))
        #expect(journal.scores.allSatisfy { $0.loss.isFinite })
        #expect(journal.records.map(\.epoch) == [0])
        #expect(trainer.state.epoch == 1)
        #expect(journal.shared.list.last == "diverged(epoch: 1, step: 0)")
    }

    @Test func `a loss that is not finite ends training`() throws {
        let trainer = trainer()
        trainer.engine.parameters.base[0] = .nan
        trainer.engine.parametersChanged()
        let journal = Journal()
        let ending = try trainer.fit(noiseImages(40), epochs: 9, batchSize: 16, callbacks: [journal])
        #expect(ending == .diverged(epoch: 0, step: 0))
        #expect(journal.shared.list == ["began 0 of 9, 40", "diverged(epoch: 0, step: 0)"])
        #expect(trainer.engine.optimizerState.stepCount == 0)
    }

    @Test func `images of another size trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = trainer().evaluate(noiseImages(3, rows: 5, columns: 6))
        }
        await #expect(processExitsWith: .failure) {
            try trainer().fit(noiseImages(3, rows: 7), epochs: 1, batchSize: 1)
        }
    }

    @Test func `more classes than the model has trap`() async {
        await #expect(processExitsWith: .failure) { _ = trainer().evaluate(noiseImages(3, classCount: 5)) }
    }

    @Test func `an empty training set traps`() async {
        await #expect(processExitsWith: .failure) {
            try trainer().fit(noiseImages(0), epochs: 1, batchSize: 1)
        }
    }
}

extension LabeledImages {
    fileprivate var indices: Range<Int> { 0..<count }
}
