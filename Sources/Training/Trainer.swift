import Datasets
import NeuralNetworks
import Platform

/// A training loop: it trains a model on images read row by row, on windows of a table, or on sequences of any length.
/// The model is a `SequenceModel`, or made of modules: a ``TrainableModel``.
///
///     let trainer = Trainer(model: model, optimizer: Adam(learningRate: 5e-3), seed: 0)
///     try trainer.fit(images, epochs: 10, batchSize: 128)
///     print(trainer.evaluate(testImages).accuracy)
///
/// The same seed gives bit-identical parameters, for any number of threads.
public final class Trainer {
    /// The `SequenceModel` with its parameters and the state of the optimizer. A trainer of a model made of modules traps:
    /// its parameters are in the modules.
    public var engine: SequenceEngine {
        guard let sequenceEngine else {
            preconditionFailure("engine: expected a trainer of a SequenceModel, received one of modules")
        }
        return sequenceEngine
    }
    private let sequenceEngine: SequenceEngine?
    /// The engine of a model made of modules; nil for a `SequenceModel`.
    let modules: ModuleEngine?
    let core: any TrainingEngine
    package let schedule: LearningRateSchedule
    /// The augmentation of training images; images are never augmented for evaluation.
    package let augmentation: ImageAugmentation
    /// The seed of the initial parameters, the order of samples, dropout and augmentation.
    package let seed: UInt64
    /// The metrics that are computed after each epoch; see ``EpochRecord/metrics``.
    package let metrics: [Metric]
    /// Whether the parameters of the best epoch are kept in memory and in checkpoints; see
    /// ``EarlyStopping/init(patience:restoresBest:)``.
    package var keepsBestParameters = false
    /// The parameters at the end of the best epoch; nil if they are not kept.
    package private(set) var bestParameters: [Float]?
    /// Whether a callback asked for the parameters of the best epoch at the end of this call of `fit`.
    private var endsWithBest = false
    /// The progress of training. The next `fit` continues from it.
    public private(set) var state = TrainingState()
    /// The interval, in steps, at which the gradient norm is measured; nil for never. It is measured at steps whose
    /// number since the beginning of training, from 1, is a multiple of the interval.
    public var gradientNormInterval: Int?

    /// The clock that measures epochs and steps; it does not advance while the process is stopped. Tests replace it.
    package var clock: MonotonicClock = RunningClock.seconds

    /// The seconds that the current epoch has taken so far.
    package var secondsOfEpoch: Double { secondsBefore + (epochStart.map { clock() - $0 } ?? 0) }

    /// The seconds of the current epoch before this process, or before `fit` was stopped.
    private var secondsBefore = 0.0
    /// The time at which the current part of the epoch began; nil between epochs.
    private var epochStart: Double?
    private var ending: Ending?
    /// The agreement of the processes that train together; nil for one process.
    private var agreement: ProcessAgreement?
    /// The kind of the training samples.
    package private(set) var unit = SampleUnit.images
    /// The data of the current call of `fit`; nil outside of it.
    package private(set) var data: TrainingData?

    /// The reason for the end of training.
    public enum Ending: Hashable, Sendable {
        /// All epochs are complete.
        case finished
        /// The monitored loss has not improved for a number of epochs; see ``EarlyStopping``.
        case noProgress
        /// A signal was received; the current step is complete. See ``StopOnSignal``.
        case interrupted(signal: Int32)
        /// The time limit was reached; the current step is complete. See ``TimeLimit``.
        case outOfTime
        /// Another program asked the training of a run to stop, by the file `stop` in the run's directory; the current step
        /// is complete.
        case requested
        /// Training diverged: the loss of a batch, the norm of its gradient, a parameter or a value in a buffer of the
        /// optimizer was not finite. `step` counts from the beginning of the epoch, from 0. The epoch is not complete.
        case diverged(epoch: Int, step: Int)
    }

    /// Creates a trainer of a model with initial parameters.
    ///
    /// - Parameters:
    ///   - model: The architecture of the model.
    ///   - optimizer: The optimizer, with the initial learning rate.
    ///   - schedule: The learning-rate schedule. The plateau schedule monitors ``EpochRecord/monitoredLoss``.
    ///   - clipping: The gradient clipping before each step.
    ///   - labelSmoothing: The label smoothing, 0...1: the fraction of the target probability that is spread evenly
    ///     over all classes.
    ///   - classWeights: The weight of each class in the loss of training and evaluation, for classes of different sizes;
    ///     nil if all are 1.
    ///   - augmentation: The augmentation of training images; images are never augmented for evaluation.
    ///   - averageDecay: The decay of an exponential moving average of the parameters, which is evaluated too; nil for
    ///     none.
    ///   - distillation: The teacher of a classifier, for knowledge distillation; nil for none.
    ///   - metrics: The metrics of each epoch; the loss and a classifier's accuracy if nil. Two metrics with the same
    ///     name trap.
    ///   - seed: The seed of the initial parameters, the order of samples, dropout and augmentation.
    ///   - threads: The number of compute threads; nil for the number of usable cores.
    public init(
        model: SequenceModel, optimizer: any Optimizer = Adam(),
        schedule: LearningRateSchedule = .constant, clipping: GradientClipping = .none,
        labelSmoothing: Double = 0, classWeights: ClassWeights? = nil,
        augmentation: ImageAugmentation = .none,
        averageDecay: Double? = nil, distillation: Distillation? = nil, metrics: [Metric]? = nil,
        seed: UInt64 = 0, threads: Int? = nil
    ) {
        self.metrics = metrics ?? Metric.standard(for: model)
        Metric.check(self.metrics)
        self.augmentation = augmentation
        self.seed = seed
        self.schedule = schedule
        let engine = SequenceEngine(
            model: model, parameters: model.initialParameters(seed: seed), optimizer: optimizer,
            clipping: clipping, labelSmoothing: labelSmoothing, classWeights: classWeights?.values,
            averageDecay: averageDecay, distillation: distillation, seed: seed,
            threads: threads ?? UsableCores.count)
        (sequenceEngine, modules, core) = (engine, nil, engine)
    }

    /// Creates a trainer of a model made of modules.
    init(_ modules: ModuleEngine, schedule: LearningRateSchedule, metrics: [Metric], seed: UInt64) {
        Metric.check(metrics)
        (self.schedule, self.metrics, self.seed) = (schedule, metrics, seed)
        augmentation = .none
        (sequenceEngine, self.modules, core) = (nil, modules, modules)
    }

    /// Whether the outputs are scores of classes, which have an accuracy.
    var isClassifier: Bool { core.isClassifier }

    /// Trains for a number of epochs. In each epoch, every sample is used once, in an order determined by the seed and
    /// the number of the epoch. Two calls with one epoch each give the same result as one call with two, unless the
    /// schedule depends on the last epoch, because that is the last epoch of the call, or the end of a call restores the best
    /// parameters (``EarlyStopping``). After a stop in the middle of an epoch, or after
    /// ``restore(_:secondsOfEpoch:)-(Checkpoint,_)``, that epoch is completed first.
    ///
    /// - Parameters:
    ///   - samples: The training set, at least one sample. Samples of a shape that the model cannot read trap.
    ///   - epochs: The number of epochs to add.
    ///   - batchSize: The number of samples in a step; the last step of an epoch has the remaining samples. For a
    ///     `SequenceModel`, the windows of a text form as many streams, which are read side by side.
    ///   - validation: The validation set, which is evaluated after each epoch; nil for none.
    ///   - callbacks: The callbacks, which are called in this order.
    /// - Returns: The reason for the end of training.
    /// - Throws: Errors that a callback throws. Training ends there.
    @discardableResult
    public func fit<Samples: SequenceDataset>(
        _ samples: Samples, epochs: Int, batchSize: Int, validation: Samples? = nil,
        callbacks: [any Callback] = []
    ) throws -> Ending {
        guard let sequenceEngine else {
            let modules = moduleEngine(for: "fit")
            return try fit(
                ModuleSource(modules, samples), epochs: epochs, batchSize: batchSize,
                validation: validation.map { ModuleSource(modules, $0) }, callbacks: callbacks)
        }
        func source(_ samples: Samples) -> EngineSource<Samples> {
            EngineSource(sequenceEngine, samples, augmentation: augmentation, seed: seed)
        }
        return try fit(
            source(samples), epochs: epochs, batchSize: batchSize,
            validation: validation.map(source),
            callbacks: callbacks)
    }

    /// Trains for a number of epochs on samples that an engine reads.
    func fit(
        _ source: some TrainingSource, epochs: Int, batchSize: Int,
        validation: (some TrainingSource)?, callbacks: [any Callback]
    ) throws -> Ending {
        precondition(source.count > 0, "fit: expected at least one sample, received none")
        if let validation {
            precondition(validation.count > 0, "validation: expected at least one sample, received none")
        }
        unit = source.unit
        data = TrainingData(source, validation: validation, batchSize: batchSize)
        defer { data = nil }
        do {
            return try trainEpochs(source, count: epochs, batchSize: batchSize, validation, callbacks)
        } catch {
            for callback in callbacks {
                (callback as? any FailureObserver)?.trainingFailed(error, trainer: self)
            }
            throw error
        }
    }

    private func trainEpochs(
        _ source: some TrainingSource, count: Int, batchSize: Int, _ validation: (some TrainingSource)?,
        _ callbacks: [any Callback]
    ) throws -> Ending {
        var source = source
        let end = state.epoch + count
        ending = nil
        endsWithBest = false
        while state.epoch < end, ending == nil {
            let epoch = state.epoch
            try call(callbacks) {
                try $0.epochBegan(epoch, of: end, samples: source.unitCount, trainer: self)
            }
            guard ending == nil else { break }
            epochStart = clock()
            source.begin(epoch: epoch, step: state.stepInEpoch, batchSize: batchSize)
            let batches = source.batches(epoch: epoch, size: batchSize, seed: seed)
            let isComplete = try train(source, batches, of: end, callbacks)
            let seconds = secondsOfEpoch
            epochStart = nil
            secondsBefore = isComplete ? 0 : seconds
            guard isComplete else { break }
            let record = endEpoch(validation, seconds: seconds)
            try agreement?.check(weights: core.parameterValues, epoch: epoch)
            try call(callbacks) { try $0.epochEnded(record, trainer: self) }
        }
        let result = ending ?? .finished
        try call(callbacks) { try $0.trainingEnded(result, trainer: self) }
        if endsWithBest, let bestParameters { core.parameterValues = bestParameters }
        return result
    }

    /// Calls all callbacks. Processes that train together agree on whether training ends.
    private func call(_ callbacks: [any Callback], _ body: (any Callback) throws -> Void) throws {
        guard let agreement else { return try callbacks.forEach(body) }
        var failure: (any Error)?
        do { try callbacks.forEach(body) } catch { failure = error }
        ending = try agreement.ending(ending, failure: failure)
    }

    /// Trains for the rest of one epoch; returns false if the epoch was not completed.
    private func train(
        _ source: some TrainingSource, _ batches: [ArraySlice<Int32>], of epochs: Int,
        _ callbacks: [any Callback]
    ) throws -> Bool {
        let epoch = state.epoch
        /// Sets the learning rate, even if no step is left after a checkpoint at the last step.
        func setLearningRate(step: Int) {
            core.learningRate = schedule.learningRate(
                base: core.optimizer.learningRate,
                at: TrainingPlace(
                    step: epoch * batches.count + step, stepsPerEpoch: batches.count, epochs: epochs),
                plateau: state.plateau)
        }
        setLearningRate(step: batches.count - 1)
        for index in state.stepInEpoch..<max(state.stepInEpoch, batches.count) {
            setLearningRate(step: index)
            let number = core.stepCount + 1
            core.measuresGradientNorm = gradientNormInterval.map { number.isMultiple(of: $0) } ?? false
            let step = batches[index].withUnsafeBufferPointer { source.train($0) }
            guard step.isApplied else {
                ending = .diverged(epoch: epoch, step: index)
                return false
            }
            state.running += step.score
            state.stepInEpoch = index + 1
            let record = StepRecord(
                epoch: epoch, step: number, stepInEpoch: index + 1, stepsPerEpoch: batches.count,
                batch: step.score, running: state.running, learningRate: core.learningRate,
                gradientNorm: step.gradientNorm)
            try call(callbacks) { try $0.batchEnded(record, trainer: self) }
            // The epoch counts as complete if training is stopped in its last batch.
            if ending != nil, index + 1 < batches.count {
                if !isFinite { ending = .diverged(epoch: epoch, step: index) }
                return false
            }
        }
        guard isFinite, source.evaluate(first: batches[0].count).lossSum.isFinite else {
            ending = .diverged(epoch: epoch, step: batches.count - 1)
            return false
        }
        return true
    }

    private func endEpoch(_ validation: (some TrainingSource)?, seconds: Double) -> EpochRecord {
        let score = validation.map { $0.evaluate(first: nil) }
        let averaged = validation.flatMap { $0.evaluateAveraged() }
        let scores: [(split: MetricSplit, score: Score?)] = [
            (.train, state.running), (.validation, score), (.averagedValidation, averaged),
        ]
        let record = EpochRecord(
            epoch: state.epoch, loss: state.running.loss,
            accuracy: isClassifier ? state.running.accuracy : nil, validation: score,
            learningRate: core.learningRate, seconds: seconds, samples: state.running.count(of: unit),
            step: core.stepCount, averagedValidation: averaged,
            metrics: scores.flatMap { split, score in
                score.map { MetricValue.values(of: $0, split, metrics) } ?? []
            }, unit: unit)
        let loss = record.monitoredLoss
        if loss < state.best?.loss ?? .infinity {
            state.best = .init(epoch: state.epoch, loss: loss)
            bestParameters = keepsBestParameters ? core.parameterValues : nil
        }
        schedule.epochEnded(loss: loss, base: core.optimizer.learningRate, &state.plateau)
        state.epoch += 1
        state.stepInEpoch = 0
        state.running = Score()
        return record
    }

    /// Trains together with other processes from now on, until ``disconnect()``. All of them have the same parameters and
    /// progress, and call ``fit(_:epochs:batchSize:validation:callbacks:)`` with the same samples. A trainer of a model made
    /// of modules traps, and so do the windows of a text.
    package func connect(_ connection: any ShardExchange) {
        engine.connect(connection)
        agreement = ProcessAgreement(connection: connection)
    }

    /// Computes without other processes from now on.
    package func disconnect() {
        engine.connect(nil)
        agreement = nil
    }

    /// Restores the state of a checkpoint: parameters, optimizer and progress.
    ///
    /// - Parameters:
    ///   - checkpoint: A checkpoint of the same model and optimizer; any other checkpoint traps.
    ///   - secondsOfEpoch: The duration of the current epoch up to the checkpoint, in seconds.
    public func restore(_ checkpoint: Checkpoint, secondsOfEpoch: Double = 0) {
        if let misfit = misfit(of: checkpoint) { preconditionFailure("restore: \(misfit)") }
        engine.parameters.assign(checkpoint.parameters)
        for (name, values) in checkpoint.optimizerBuffers {
            engine.optimizerState[name]?.assign(values)
        }
        engine.optimizerState.stepCount = checkpoint.stepCount
        if let average = checkpoint.average { engine.average?.values.assign(average) }
        engine.carriedStates = checkpoint.carriedStates.map { carried in
            let states = CarriedStates(engine.model, count: carried.places)
            (states.hidden, states.cell) = (carried.hidden, carried.cell)
            return states
        }
        engine.parametersChanged()
        restoreProgress(
            checkpoint.state, bestParameters: checkpoint.bestParameters, secondsOfEpoch: secondsOfEpoch)
    }

    /// Continues from the progress of a checkpoint.
    func restoreProgress(_ state: TrainingState, bestParameters: [Float]?, secondsOfEpoch: Double) {
        self.state = state
        self.bestParameters = bestParameters
        secondsBefore = secondsOfEpoch
    }

    /// Replaces the parameters by the kept parameters of the best epoch, if there are any, at the end of this call of `fit`.
    /// All callbacks have then been called, so that a checkpoint that one of them saves has the parameters to which the
    /// optimizer's buffers belong, in any order of the callbacks.
    package func restoreBestParametersAtEnd() { endsWithBest = true }

    /// Whether the parameters equal the kept parameters of the best epoch.
    package var hasBestParameters: Bool { bestParameters.map { $0 == core.parameterValues } ?? false }

    /// Returns the reason why a checkpoint cannot be restored, with the expected and the found values; nil if it can
    /// be.
    package func misfit(of checkpoint: Checkpoint) -> String? {
        difference(from: checkpoint).map { "expected \($0.expected), found \($0.found)" }
    }

    /// Returns what a checkpoint must have to be restored, and what it has instead; nil if it can be restored.
    func difference(from checkpoint: Checkpoint) -> (expected: String, found: String)? {
        guard checkpoint.model == engine.model else {
            return (
                "a checkpoint of the model \(Self.text(engine.model))",
                "one of \(Self.text(checkpoint.model))"
            )
        }
        let expected = engine.optimizerState.buffers.map(\.name).sorted()
        let found = checkpoint.optimizerBuffers.map(\.name).sorted()
        guard expected == found else {
            return (
                "a checkpoint of an optimizer with the state \(expected)", "one with the state \(found)"
            )
        }
        guard (engine.average == nil) == (checkpoint.average == nil) else {
            return engine.average == nil
                ? ("a checkpoint without averaged weights (--ema)", "one with them")
                : ("a checkpoint with averaged weights (--ema)", "one without them")
        }
        return nil
    }

    private static func text(_ model: SequenceModel) -> String {
        (try? JSON.text(model, pretty: false)) ?? "\(model)"
    }

    /// Whether the parameters and the buffers of the optimizer are finite. They can be infinite or NaN after a
    /// step with a finite loss, because the loss is computed before the update. Such a state must not be saved.
    package var isFinite: Bool { core.isFinite }

    /// Ends training after the current step, for a reason. Callbacks call it; the first reason counts.
    public func stop(_ ending: Ending) {
        if self.ending == nil { self.ending = ending }
    }

    /// Returns the loss, and the accuracy of a classifier, over all samples.
    public func evaluate(_ samples: some SequenceDataset) -> Score {
        if let modules { return ModuleSource(modules, samples).evaluate(first: nil) }
        return engine.evaluate(samples)
    }
}

extension SequenceEngine {
    /// Returns the loss, and the accuracy of a classifier, over all samples.
    package func evaluate(_ samples: some SequenceDataset) -> Score {
        samples.checkFit(model)
        return withExtendedLifetime(samples) {
            let sequences = samples.sequences
            return sequences.isContinuous ? evaluateContinuous(sequences) : evaluate(sequences)
        }
    }
}
