import Datasets
import NeuralNetworks

/// Trains a classifier on images read row by row.
///
///     let trainer = Trainer(model: model, optimizer: Adam(learningRate: 5e-3), seed: 0)
///     try trainer.fit(images, epochs: 10, batchSize: 128)
///     print(trainer.evaluate(testImages).accuracy)
///
/// The same seed gives the same parameters to the last bit, for any number of threads.
public final class Trainer {
    public let engine: ClassifierEngine
    public let seed: UInt64

    private var ending: Ending?

    /// Why training ended.
    public enum Ending: Hashable, Sendable {
        /// All epochs are done.
        case finished
        /// A signal asked for it; the step that was running is complete.
        case interrupted(signal: Int32)
        /// The loss of a batch was not a finite number; the parameters are those from before that batch.
        case nonFiniteLoss(epoch: Int, step: Int)
    }

    /// - Parameters:
    ///   - seed: of the initial parameters and of each epoch's order.
    ///   - threads: how many compute; the cores this process may use.
    public init(
        model: SequenceClassifier, optimizer: Adam = Adam(), seed: UInt64 = 0, threads: Int = UsableCores.count
    ) {
        self.seed = seed
        engine = ClassifierEngine(
            model: model, parameters: model.initialParameters(seed: seed), optimizer: optimizer, threads: threads)
    }

    /// Runs `epochs` times through all images, shuffled anew each time.
    ///
    /// - Throws: what a callback throws; training ends there.
    @discardableResult
    public func fit(
        _ images: LabeledImages, epochs: Int, batchSize: Int, callbacks: [any Callback] = []
    ) throws -> Ending {
        precondition(
            images.rows == engine.model.sequenceLength && images.columns == engine.model.lstm.inputSize,
            "images of \(images.rows) × \(images.columns) for a model of \(engine.model.sequenceLength) steps "
                + "of \(engine.model.lstm.inputSize) features")
        precondition(
            images.classCount <= engine.model.classCount,
            "\(images.classCount) classes for a model of \(engine.model.classCount)")
        let loader = DataLoader(images, batchSize: batchSize, shuffle: true, seed: seed)
        ending = nil
        for epoch in 0..<epochs where ending == nil {
            for callback in callbacks { callback.epochBegan(epoch, of: epochs, samples: images.count) }
            let start = POSIX.monotonicSeconds()
            guard let score = train(images, loader.epoch(epoch), epoch: epoch, callbacks) else { break }
            let record = EpochRecord(
                epoch: epoch, loss: score.loss, accuracy: score.accuracy,
                learningRate: engine.optimizer.learningRate, seconds: POSIX.monotonicSeconds() - start,
                samples: score.count, step: engine.optimizerState.stepCount)
            for callback in callbacks { try callback.epochEnded(record, trainer: self) }
        }
        let result = ending ?? .finished
        for callback in callbacks { try callback.trainingEnded(result, trainer: self) }
        return result
    }

    /// One epoch; nil if it was not completed.
    private func train(
        _ images: LabeledImages, _ batches: Epoch<LabeledImages>, epoch: Int, _ callbacks: [any Callback]
    ) -> Score? {
        let sequences = LabeledSequences(images)
        var running = Score()
        for (index, batch) in batches.enumerated() {
            let score = batch.sampleIndices.withUnsafeBufferPointer { engine.train(sequences, batch: $0) }
            guard score.lossSum.isFinite else {
                ending = .nonFiniteLoss(epoch: epoch, step: index)
                return nil
            }
            running += score
            for callback in callbacks { callback.batchEnded(running, trainer: self) }
            // A request to stop that comes with the last batch leaves a whole epoch.
            if ending != nil, index + 1 < batches.count { return nil }
        }
        return running
    }

    /// Ends training after the running step; for callbacks.
    public func stop(_ ending: Ending) {
        if self.ending == nil { self.ending = ending }
    }

    /// Loss and accuracy over all images, none left out.
    public func evaluate(_ images: LabeledImages) -> Score {
        withExtendedLifetime(images) { engine.evaluate(LabeledSequences(images)) }
    }
}

extension LabeledSequences {
    /// The rows of images as steps; bytes are scaled to [0, 1]. Valid while `images` lives.
    public init(_ images: LabeledImages) {
        self.init(
            bytes: images.pixels.baseAddress, labels: images.labels.baseAddress, count: images.count, scale: 1 / 255)
    }
}
