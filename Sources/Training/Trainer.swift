import Datasets
import NeuralNetworks
import Platform

/// Trains a model: a classifier on images read row by row, a forecaster on windows of a table.
///
///     let trainer = Trainer(model: model, optimizer: Adam(learningRate: 5e-3), seed: 0)
///     try trainer.fit(images, epochs: 10, batchSize: 128)
///     print(trainer.evaluate(testImages).accuracy)
///
/// The same seed gives the same parameters to the last bit, for any number of threads.
public final class Trainer {
    public let engine: SequenceEngine
    public let schedule: LearningRateSchedule
    /// Of the images it trains on, never of those it evaluates.
    public let augmentation: ImageAugmentation
    public let seed: UInt64
    /// The figures that ``EpochRecord/metrics`` has after each epoch.
    public let metrics: [Metric]
    /// A further `fit` goes on from here.
    public private(set) var state = TrainingState()
    /// The gradient's norm is measured in the steps whose number, from 1 on, is a multiple of this; nil for none.
    public var gradientNormInterval: Int?

    /// Seconds that the epoch in `state` has taken so far.
    public var secondsOfEpoch: Double {
        secondsBefore + (epochStart.map { POSIX.monotonicSeconds() - $0 } ?? 0)
    }

    /// Of these, before this process, or before `fit` was stopped.
    private var secondsBefore = 0.0
    /// When the rest began; nil between epochs.
    private var epochStart: Double?
    private var ending: Ending?

    /// Why training ended.
    public enum Ending: Hashable, Sendable {
        /// All epochs are done.
        case finished
        /// The monitored loss has not fallen for long; see ``EarlyStopping``.
        case noProgress
        /// A signal asked for it; the step that was running is complete.
        case interrupted(signal: Int32)
        /// The time that was allowed is over; the step that was running is complete.
        case outOfTime
        /// The loss of a batch, its gradient's norm, a parameter, or what the optimizer remembers of it was not a finite
        /// number. `step` counts from the epoch's beginning; the epoch does not count as done.
        case diverged(epoch: Int, step: Int)
    }

    /// - Parameters:
    ///   - model: what is trained, from fresh parameters.
    ///   - optimizer: moves the parameters.
    ///   - schedule: sets the learning rate of each step, from the optimizer's; plateaus are those of the
    ///     monitored loss, see ``EpochRecord/monitoredLoss``.
    ///   - clipping: of the gradients, before the optimizer sees them.
    ///   - labelSmoothing: share of each label, of 0...1, that training puts on all classes alike.
    ///   - augmentation: of the images it trains on, never of those it evaluates.
    ///   - averageDecay: of an exponential moving average of the parameters, scored beside them; nil for none.
    ///   - distillation: what a classifier learns of a teacher; nil for nothing.
    ///   - metrics: The figures of each epoch; the loss and a classifier\'s accuracy if nil.
    ///   - seed: of the initial parameters, of each epoch's order, of dropout and of augmentation.
    ///   - threads: how many compute; the cores this process may use.
    public init(
        model: SequenceModel, optimizer: any Optimizer = Adam(),
        schedule: LearningRateSchedule = .constant, clipping: GradientClipping = .none,
        labelSmoothing: Double = 0, augmentation: ImageAugmentation = .none,
        averageDecay: Double? = nil, distillation: Distillation? = nil, metrics: [Metric]? = nil,
        seed: UInt64 = 0, threads: Int? = nil
    ) {
        self.metrics = metrics ?? Metric.standard(for: model)
        self.augmentation = augmentation
        self.seed = seed
        self.schedule = schedule
        engine = SequenceEngine(
            model: model, parameters: model.initialParameters(seed: seed), optimizer: optimizer,
            clipping: clipping, labelSmoothing: labelSmoothing, averageDecay: averageDecay,
            distillation: distillation, seed: seed, threads: threads ?? UsableCores.count)
    }

    /// Runs `epochs` times through all samples, shuffled anew each time. Two calls of one epoch do the same as
    /// one call of two, unless the schedule looks ahead to the last epoch, which is that of this call. After a
    /// stop in mid-epoch, or a ``restore(_:secondsOfEpoch:)``, it first completes that epoch.
    ///
    /// - Parameters:
    ///   - samples: at least one, such as the model reads.
    ///   - epochs: how many more.
    ///   - batchSize: samples a step; the last step of an epoch has those that are left.
    ///   - validation: samples to score after each epoch, which the monitored loss then is of; none if nil.
    ///   - callbacks: called one after the other, in this order.
    /// - Throws: what a callback throws; training ends there.
    @discardableResult
    public func fit<Samples: SequenceDataset>(
        _ samples: Samples, epochs: Int, batchSize: Int, validation: Samples? = nil,
        callbacks: [any Callback] = []
    ) throws -> Ending {
        samples.checkFit(engine.model)
        precondition(samples.count > 0, "fit: expected at least one sample, received none")
        if let validation {
            validation.checkFit(engine.model)
            precondition(validation.count > 0, "validation: expected at least one sample, received none")
        }
        let loader = DataLoader(samples, batchSize: batchSize, shuffle: true, seed: seed)
        let end = state.epoch + epochs
        ending = nil
        while state.epoch < end, ending == nil {
            let epoch = state.epoch
            for callback in callbacks {
                callback.epochBegan(epoch, of: end, samples: samples.count, trainer: self)
            }
            guard ending == nil else { break }
            epochStart = POSIX.monotonicSeconds()
            let isComplete = try train(samples, loader.epoch(epoch), of: end, callbacks)
            let seconds = secondsOfEpoch
            epochStart = nil
            secondsBefore = isComplete ? 0 : seconds
            guard isComplete else { break }
            let record = endEpoch(validation, seconds: seconds)
            for callback in callbacks { try callback.epochEnded(record, trainer: self) }
        }
        let result = ending ?? .finished
        for callback in callbacks { try callback.trainingEnded(result, trainer: self) }
        return result
    }

    /// The rest of one epoch; false if it was not completed.
    private func train<Samples: SequenceDataset>(
        _ samples: Samples, _ batches: Epoch<Samples>, of epochs: Int, _ callbacks: [any Callback]
    ) throws -> Bool {
        let epoch = state.epoch
        let sequences = samples.sequences.augmented(by: augmentation, seed: seed, epoch: epoch)
        /// Sets the learning rate, also where a checkpoint made after the last step left no step to do.
        func setLearningRate(step: Int) {
            engine.learningRate = schedule.learningRate(
                base: engine.optimizer.learningRate,
                at: TrainingPlace(
                    step: epoch * batches.count + step, stepsPerEpoch: batches.count, epochs: epochs),
                plateau: state.plateau)
        }
        setLearningRate(step: batches.count - 1)
        for index in state.stepInEpoch..<max(state.stepInEpoch, batches.count) {
            setLearningRate(step: index)
            let number = engine.optimizerState.stepCount + 1
            engine.measuresGradientNorm = gradientNormInterval.map { number.isMultiple(of: $0) } ?? false
            let step = batches[index].sampleIndices.withUnsafeBufferPointer {
                engine.train(sequences, batch: $0)
            }
            guard step.isApplied else {
                ending = .diverged(epoch: epoch, step: index)
                return false
            }
            state.running += step.score
            state.stepInEpoch = index + 1
            let record = StepRecord(
                epoch: epoch, step: number, stepInEpoch: index + 1, stepsPerEpoch: batches.count,
                batch: step.score, running: state.running, learningRate: engine.learningRate,
                gradientNorm: step.gradientNorm)
            for callback in callbacks { try callback.batchEnded(record, trainer: self) }
            // A request to stop that comes with the last batch leaves a whole epoch.
            if ending != nil, index + 1 < batches.count {
                if !isFinite { ending = .diverged(epoch: epoch, step: index) }
                return false
            }
        }
        guard isSound(on: sequences.prefix(batches[0].count)) else {
            ending = .diverged(epoch: epoch, step: batches.count - 1)
            return false
        }
        return true
    }

    private func endEpoch(_ validation: (some SequenceDataset)?, seconds: Double) -> EpochRecord {
        let score = validation.map { evaluate($0) }
        let averaged = validation.flatMap { samples in engine.withAverage { evaluate(samples) } }
        let scores: [(split: MetricSplit, score: Score?)] = [
            (.train, state.running), (.validation, score), (.averagedValidation, averaged),
        ]
        let record = EpochRecord(
            epoch: state.epoch, loss: state.running.loss,
            accuracy: engine.model.classCount > 0 ? state.running.accuracy : nil, validation: score,
            learningRate: engine.learningRate, seconds: seconds, samples: state.running.count,
            step: engine.optimizerState.stepCount, averagedValidation: averaged,
            metrics: scores.flatMap { split, score in
                score.map { MetricValue.values(of: $0, split, metrics) } ?? []
            })
        let loss = record.monitoredLoss
        if loss < state.best?.loss ?? .infinity { state.best = .init(epoch: state.epoch, loss: loss) }
        schedule.epochEnded(loss: loss, base: engine.optimizer.learningRate, &state.plateau)
        state.epoch += 1
        state.stepInEpoch = 0
        state.running = Score()
        return record
    }

    /// Goes back, or on, to where a checkpoint was made.
    ///
    /// - Parameters:
    ///   - checkpoint: of the same model and optimizer; see ``misfit(of:)``.
    ///   - secondsOfEpoch: what the epoch it was made in had taken until then, if it was made in mid-epoch.
    public func restore(_ checkpoint: Checkpoint, secondsOfEpoch: Double = 0) {
        if let misfit = misfit(of: checkpoint) { preconditionFailure("restore: \(misfit)") }
        engine.parameters.assign(checkpoint.parameters)
        for (name, values) in checkpoint.optimizerBuffers {
            engine.optimizerState[name]?.assign(values)
        }
        engine.optimizerState.stepCount = checkpoint.stepCount
        if let average = checkpoint.average { engine.average?.values.assign(average) }
        engine.parametersChanged()
        state = checkpoint.state
        secondsBefore = secondsOfEpoch
    }

    /// Why a checkpoint cannot be restored: what was expected of it, and what was found; nil if it can be.
    public func misfit(of checkpoint: Checkpoint) -> String? {
        guard checkpoint.model == engine.model else {
            return "expected a checkpoint of the model \(Self.text(engine.model)), found one of "
                + Self.text(checkpoint.model)
        }
        let expected = engine.optimizerState.buffers.map(\.name).sorted()
        let found = checkpoint.optimizerBuffers.map(\.name).sorted()
        guard expected == found else {
            return "expected a checkpoint of an optimizer that remembers \(expected), found one of \(found)"
        }
        guard (engine.average == nil) == (checkpoint.average == nil) else {
            let (with, without) = ("averaged weights", "none of these")
            return "expected a checkpoint with \(engine.average == nil ? without : with), found one with "
                + (checkpoint.average == nil ? without : with)
        }
        return nil
    }

    private static func text(_ model: SequenceModel) -> String {
        (try? JSON.text(model, pretty: false)) ?? "\(model)"
    }

    /// Whether the parameters, and what the optimizer remembers of each, are finite. A step may have spoilt them though
    /// its loss, that from before it, is finite; such must not be kept.
    package var isFinite: Bool {
        engine.parameters.isFinite && engine.optimizerState.buffers.allSatisfy { $0.values.isFinite }
            && engine.average?.values.isFinite ?? true
    }

    /// Whether, at the end of an epoch, the parameters give a finite loss, too.
    private func isSound(on sequences: SequenceSamples) -> Bool {
        isFinite && engine.evaluate(sequences).lossSum.isFinite
    }

    /// Ends training after the running step; for callbacks.
    public func stop(_ ending: Ending) {
        if self.ending == nil { self.ending = ending }
    }

    /// Loss, and a classifier's accuracy, over all samples, none left out.
    public func evaluate(_ samples: some SequenceDataset) -> Score { engine.evaluate(samples) }
}

extension SequenceEngine {
    /// Loss, and a classifier's accuracy, over all samples, none left out.
    package func evaluate(_ samples: some SequenceDataset) -> Score {
        samples.checkFit(model)
        return withExtendedLifetime(samples) { evaluate(samples.sequences) }
    }
}
