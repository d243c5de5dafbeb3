import Datasets
import NeuralNetworks
import Testing
import TrainingSamples

@testable import Training

@Suite struct AugmentedTrainerTests {
    private func trainer(_ augmentation: ImageAugmentation = .elastic, threads: Int = 1) -> Trainer {
        Trainer(
            model: SequenceModel(
                RecurrentStack(.lstm, inputSize: 5, hiddenSize: 4), sequenceLength: 6, classCount: 4),
            augmentation: augmentation, seed: 3, threads: threads)
    }

    /// Compared with a separate loop: the images of each epoch depend on its number and the trainer's seed.
    @Test func `every epoch has different augmented images`() throws {
        let images = noiseImages(40)
        let trainer = trainer()
        let engine = SequenceEngine(
            model: trainer.engine.model, parameters: trainer.engine.model.initialParameters(seed: 3),
            optimizer: trainer.engine.optimizer)
        for epoch in 0..<3 {
            let augmented = LabeledImages(
                pixels: (0..<images.count).flatMap {
                    ImageAugmentation.elastic.augmented(
                        images[$0].pixels, rows: 6, columns: 5, seed: 3, epoch: epoch, index: $0)
                }, labels: Array(images.labels), rows: 6, columns: 5, classCount: 4)
            withExtendedLifetime(augmented) {
                for batch in DataLoader(images, batchSize: 16, shuffle: true, seed: 3).epoch(epoch) {
                    _ = batch.sampleIndices.withUnsafeBufferPointer {
                        engine.train(SequenceSamples(augmented), batch: $0)
                    }
                }
            }
        }
        try trainer.fit(images, epochs: 3, batchSize: 16)
        #expect(values(of: trainer.engine) == values(of: engine))
    }

    @Test(arguments: [1, 4]) func `one fit equals several`(threads: Int) throws {
        let images = noiseImages(70)
        let once = trainer()
        try once.fit(images, epochs: 3, batchSize: 16)
        let inParts = trainer(threads: threads)
        for _ in 0..<3 { try inParts.fit(images, epochs: 1, batchSize: 16) }
        #expect(values(of: once.engine) == values(of: inParts.engine))
        let plain = trainer(.none)
        try plain.fit(images, epochs: 3, batchSize: 16)
        #expect(values(of: plain.engine) != values(of: once.engine))
    }

    /// The augmentation of an image does not depend on the validation split.
    @Test func `images are augmented by their index in the data set`() throws {
        let all = noiseImages(40)
        let part = all.holdingOut(13, seed: 3).train
        let origins = try #require(part.origins)
        let augmented = LabeledImages(
            pixels: (0..<part.count).flatMap {
                ImageAugmentation.elastic.augmented(
                    all[Int(origins[$0])].pixels, rows: 6, columns: 5, seed: 3, epoch: 0,
                    index: Int(origins[$0]))
            }, labels: Array(part.labels), rows: 6, columns: 5, classCount: 4)
        let (trainer, plain) = (trainer(threads: 2), trainer(.none))
        try trainer.fit(part, epochs: 1, batchSize: 16)
        try plain.fit(augmented, epochs: 1, batchSize: 16)
        #expect(values(of: trainer.engine) == values(of: plain.engine))
    }

    @Test func `validation images are not augmented`() throws {
        let trainer = trainer()
        let journal = Journal()
        try trainer.fit(
            noiseImages(20), epochs: 1, batchSize: 16, validation: noiseImages(33), callbacks: [journal])
        let plain = SequenceEngine(model: trainer.engine.model, parameters: trainer.engine.parameters)
        #expect(journal.records[0].validation == plain.evaluate(noiseImages(33)))
        #expect(trainer.evaluate(noiseImages(33)) == journal.records[0].validation)
    }
}
