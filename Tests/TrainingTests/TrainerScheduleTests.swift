import Datasets
import NeuralNetworks
import Testing
import TrainingSamples

@testable import Training

@Suite struct TrainerScheduleTests {
    static let model = SequenceModel(
        RecurrentStack(.lstm, inputSize: 5, hiddenSize: 9, numLayers: 2, dropout: 0.25, bidirectional: true),
        sequenceLength: 6, classCount: 4, dropout: 0.125)

    static func trainer(
        _ schedule: LearningRateSchedule = .constant, clipping: GradientClipping = .norm(0.1),
        learningRate: Double = 5e-3, threads: Int = 1
    ) -> Trainer {
        Trainer(
            model: model, optimizer: AdamW(learningRate: learningRate), schedule: schedule,
            clipping: clipping, labelSmoothing: 0.1, seed: 3, threads: threads)
    }

    /// Compared with a separate loop.
    @Test(arguments: [
        LearningRateSchedule.constant, .step(epochs: 1, gamma: 0.5), .cosine(warmUpEpochs: 1), .oneCycle(),
    ])
    func `the schedule is applied to each step`(_ schedule: LearningRateSchedule) throws {
        let images = noiseImages(40)
        let trainer = Self.trainer(schedule)
        let journal = Journal()
        try trainer.fit(images, epochs: 3, batchSize: 16, callbacks: [journal])

        let engine = SequenceEngine(
            model: Self.model, parameters: Self.model.initialParameters(seed: 3),
            optimizer: AdamW(learningRate: 5e-3), clipping: .norm(0.1), labelSmoothing: 0.1, seed: 3)
        var step = 0
        for epoch in 0..<3 {
            for batch in DataLoader(images, batchSize: 16, shuffle: true, seed: 3).epoch(epoch) {
                engine.learningRate = schedule.learningRate(
                    base: 5e-3, at: TrainingPlace(step: step, stepsPerEpoch: 3, epochs: 3))
                let result = withExtendedLifetime(images) {
                    batch.sampleIndices.withUnsafeBufferPointer {
                        engine.train(SequenceSamples(images), batch: $0)
                    }
                }
                #expect(result.isApplied)
                step += 1
            }
            #expect(journal.records[epoch].learningRate == engine.learningRate)
        }
        #expect(values(of: trainer.engine) == values(of: engine))
        #expect(trainer.engine.gradientNorm == engine.gradientNorm)
    }

    @Test func `the learning rate is reduced on plateaus`() throws {
        // No epoch's loss is half of the first one's.
        let trainer = Self.trainer(.reduceOnPlateau(factor: 0.25, patience: 1, threshold: 0.5))
        let journal = Journal()
        try trainer.fit(noiseImages(40), epochs: 4, batchSize: 16, callbacks: [journal])
        try trainer.fit(noiseImages(40), epochs: 2, batchSize: 16, callbacks: [journal])
        #expect(journal.records.map(\.learningRate) == [5e-3, 5e-3, 5e-3, 1.25e-3, 1.25e-3, 3.125e-4])
        #expect(
            trainer.state.plateau.reductions == 2 && trainer.state.plateau.lowest == journal.records[0].loss)
    }

    @Test func `any number of threads gives the same bytes`() throws {
        let images = noiseImages(150)
        let parameters = try (1...4).map { threads in
            let trainer = Self.trainer(.oneCycle(), threads: threads)
            try trainer.fit(images, epochs: 2, batchSize: 100)
            return values(of: trainer.engine)
        }
        #expect(Set(parameters).count == 1)
    }

    /// Weights of 3e38 with both signs meet in the gradient of a feature, with a finite loss. With the other sign of
    /// the feature, the image is classified with certainty and there is no gradient.
    @Test func `a gradient that is not finite is divergence`() throws {
        let images = noiseImages(1)
        let label = Int(images[0].label)
        let endings = try [3e38, -3e38].map { (number: Float) in
            let model = SequenceModel(
                RecurrentStack(.lstm, inputSize: 5, hiddenSize: 3), sequenceLength: 6, classCount: 4)
            let trainer = Trainer(model: model, clipping: .norm(1), threads: 1)
            let weight = try #require(model.layout["fc.weight"])
            for row in 0..<4 {
                trainer.engine.parameters.base[weight.offset + row * weight.shape[1]] =
                    row == label ? number : -number
            }
            trainer.engine.parametersChanged()
            return try trainer.fit(images, epochs: 1, batchSize: 1)
        }
        #expect(Set(endings) == [.finished, .diverged(epoch: 0, step: 0)])
    }
}
