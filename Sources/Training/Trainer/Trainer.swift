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
    public let schedule: LearningRateSchedule
    /// What the schedule remembers.
    public private(set) var plateau = Plateau()
    public let seed: UInt64
    /// How many epochs are done. A further `fit` goes on with this number, and with the order of the images
    /// that belongs to it.
    public private(set) var epochsDone = 0

    private var ending: Ending?

    /// Why training ended.
    public enum Ending: Hashable, Sendable {
        /// All epochs are done.
        case finished
        /// A signal asked for it; the step that was running is complete.
        case interrupted(signal: Int32)
        /// The loss of a batch, its gradient's norm, or a parameter was not a finite number. `step` counts from
        /// the epoch's beginning; the epoch does not count as done.
        case diverged(epoch: Int, step: Int)
    }

    /// - Parameters:
    ///   - model: what is trained, from fresh parameters.
    ///   - optimizer: moves the parameters.
    ///   - schedule: sets the learning rate of each step, from the optimizer's; plateaus are those of the epoch's
    ///     training loss.
    ///   - clipping: of the gradients, before the optimizer sees them.
    ///   - labelSmoothing: share of each label, of 0...1, that training puts on all classes alike.
    ///   - seed: of the initial parameters, of each epoch's order and of dropout.
    ///   - threads: how many compute; the cores this process may use.
    public init(
        model: SequenceClassifier, optimizer: any Optimizer = Adam(),
        schedule: LearningRateSchedule = .constant, clipping: GradientClipping = .none,
        labelSmoothing: Double = 0, seed: UInt64 = 0, threads: Int = UsableCores.count
    ) {
        self.seed = seed
        self.schedule = schedule
        engine = ClassifierEngine(
            model: model, parameters: model.initialParameters(seed: seed), optimizer: optimizer,
            clipping: clipping, labelSmoothing: labelSmoothing, seed: seed, threads: threads)
    }

    /// Runs `epochs` times through all images, shuffled anew each time. Two calls of one epoch do the same as
    /// one call of two, unless the schedule looks ahead to the last epoch, which is that of this call.
    ///
    /// - Parameters:
    ///   - images: at least one, of the size and of no more classes than the model is for.
    ///   - epochs: how many more.
    ///   - batchSize: images a step; the last step of an epoch has those that are left.
    ///   - callbacks: called one after the other, in this order.
    /// - Throws: what a callback throws; training ends there.
    @discardableResult
    public func fit(
        _ images: LabeledImages, epochs: Int, batchSize: Int, callbacks: [any Callback] = []
    ) throws -> Ending {
        checkFit(of: images)
        precondition(images.count > 0, "fit: expected at least one image, received none")
        let loader = DataLoader(images, batchSize: batchSize, shuffle: true, seed: seed)
        let end = epochsDone + epochs
        ending = nil
        while epochsDone < end, ending == nil {
            let epoch = epochsDone
            for callback in callbacks { callback.epochBegan(epoch, of: end, samples: images.count) }
            let start = POSIX.monotonicSeconds()
            guard let score = train(images, loader.epoch(epoch), epoch: epoch, of: end, callbacks) else {
                break
            }
            let record = EpochRecord(
                epoch: epoch, loss: score.loss, accuracy: score.accuracy,
                learningRate: engine.learningRate, seconds: POSIX.monotonicSeconds() - start,
                samples: score.count, step: engine.optimizerState.stepCount)
            epochsDone += 1
            schedule.epochEnded(loss: score.loss, base: engine.optimizer.learningRate, &plateau)
            for callback in callbacks { try callback.epochEnded(record, trainer: self) }
        }
        let result = ending ?? .finished
        for callback in callbacks { try callback.trainingEnded(result, trainer: self) }
        return result
    }

    /// One epoch; nil if it was not completed.
    private func train(
        _ images: LabeledImages, _ batches: Epoch<LabeledImages>, epoch: Int, of epochs: Int,
        _ callbacks: [any Callback]
    ) -> Score? {
        let sequences = LabeledSequences(images)
        var running = Score()
        for (index, batch) in batches.enumerated() {
            engine.learningRate = schedule.learningRate(
                base: engine.optimizer.learningRate,
                at: TrainingPlace(
                    step: epoch * batches.count + index, stepsPerEpoch: batches.count, epochs: epochs),
                plateau: plateau)
            let step = batch.sampleIndices.withUnsafeBufferPointer { engine.train(sequences, batch: $0) }
            guard step.isApplied else {
                ending = .diverged(epoch: epoch, step: index)
                return nil
            }
            running += step.score
            for callback in callbacks { callback.batchEnded(running, trainer: self) }
            // A request to stop that comes with the last batch leaves a whole epoch.
            if ending != nil, index + 1 < batches.count { return nil }
        }
        guard isSound(on: sequences.prefix(batches[0].count)) else {
            ending = .diverged(epoch: epoch, step: batches.count - 1)
            return nil
        }
        return running
    }

    /// Whether the parameters are finite and give a finite loss: the last step of an epoch, whose loss is
    /// that from before it, may have spoilt them, and they are about to be kept.
    private func isSound(on sequences: LabeledSequences) -> Bool {
        for index in 0..<engine.parameters.count where !engine.parameters.base[index].isFinite {
            return false
        }
        return engine.evaluate(sequences).lossSum.isFinite
    }

    /// Ends training after the running step; for callbacks.
    public func stop(_ ending: Ending) {
        if self.ending == nil { self.ending = ending }
    }

    /// Loss and accuracy over all images, none left out.
    public func evaluate(_ images: LabeledImages) -> Score {
        checkFit(of: images)
        return withExtendedLifetime(images) { engine.evaluate(LabeledSequences(images)) }
    }

    private func checkFit(of images: LabeledImages) {
        let model = engine.model
        precondition(
            images.rows == model.sequenceLength && images.columns == model.stack.inputSize,
            "images: expected \(model.sequenceLength) × \(model.stack.inputSize), as the model reads them, "
                + "received \(images.rows) × \(images.columns)")
        precondition(
            images.classCount <= model.classCount,
            "images: expected at most \(model.classCount) classes, as the model tells apart, "
                + "received \(images.classCount)")
    }
}

extension LabeledSequences {
    /// The rows of images as steps; bytes are scaled to [0, 1]. Valid while `images` lives.
    public init(_ images: LabeledImages) {
        self.init(
            bytes: images.pixels.baseAddress, labels: images.labels.baseAddress, count: images.count,
            scale: 1 / 255)
    }

    fileprivate func prefix(_ count: Int) -> LabeledSequences {
        LabeledSequences(bytes: bytes, labels: labels, count: min(count, self.count), scale: scale)
    }
}
