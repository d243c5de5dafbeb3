import Datasets
import NeuralNetworks
import Platform

extension Trainer {
    /// Creates a trainer of a model made of modules, with the parameters that it has.
    ///
    /// ```swift
    /// func makeModel() -> Sequential {
    ///     Sequential(inputShape: [28, 28], [.bidirectional(.lstm(12)), .dense(10)], seed: 0)
    /// }
    /// let model = makeModel()
    /// let trainer = Trainer(model: model, replica: makeModel, loss: CrossEntropyLoss())
    /// ```
    ///
    /// - Parameters:
    ///   - model: The model, which has the trained parameters after `fit`.
    ///   - replica: Makes another model with the same modules and seeds, for each further thread; nil to compute on one
    ///     thread. A model with other modules, or with the same ones again, traps.
    ///   - loss: The loss: `CrossEntropyLoss`, `BCEWithLogitsLoss`, `MSELoss`, or your own.
    ///   - optimizer: The optimizer, with the initial learning rate.
    ///   - schedule: The learning-rate schedule. The plateau schedule monitors ``EpochRecord/monitoredLoss``.
    ///   - clipping: The gradient clipping before each step.
    ///   - averageDecay: The decay of an exponential moving average of the parameters, which is evaluated too; nil for
    ///     none.
    ///   - metrics: The metrics of each epoch; the loss's if nil. Two metrics with the same name trap.
    ///   - seed: The seed of the order of samples.
    ///   - threads: The number of compute threads; nil for the number of usable cores.
    public convenience init<Model: TrainableModel>(
        model: Model, replica: (() -> Model)? = nil, loss: some TrainingLoss,
        optimizer: any Optimizer = Adam(), schedule: LearningRateSchedule = .constant,
        clipping: GradientClipping = .none, averageDecay: Double? = nil, metrics: [Metric]? = nil,
        seed: UInt64 = 0, threads: Int? = nil
    ) {
        self.init(
            ModuleEngine(
                model, replica: replica, loss: loss, optimizer: optimizer, clipping: clipping,
                averageDecay: averageDecay, threads: threads ?? UsableCores.count),
            schedule: schedule, metrics: metrics ?? loss.metrics, seed: seed)
    }

    /// Trains a model made of modules on any data set, as `fit` with a ``SequenceDataset`` does. A
    /// trainer of a `SequenceModel` traps.
    ///
    /// - Parameters:
    ///   - samples: The training set, at least one sample.
    ///   - epochs: The number of epochs to add.
    ///   - batchSize: The number of samples in a step; the last step of an epoch has the remaining samples.
    ///   - validation: The validation set, which is evaluated after each epoch; nil for none.
    ///   - callbacks: The callbacks, which are called in this order.
    /// - Returns: The reason for the end of training.
    /// - Throws: Errors that a callback throws. Training ends there.
    @discardableResult
    public func fit<Samples: BatchDataset>(
        _ samples: Samples, epochs: Int, batchSize: Int, validation: Samples? = nil,
        callbacks: [any Callback] = []
    ) throws -> Ending {
        let engine = moduleEngine(for: "fit")
        return try fit(
            ModuleSource(engine, samples), epochs: epochs, batchSize: batchSize,
            validation: validation.map { ModuleSource(engine, $0) }, callbacks: callbacks)
    }

    /// Returns the loss, and the accuracy of a classifier, over all samples. A trainer of a `SequenceModel` traps.
    public func evaluate(_ samples: some BatchDataset) -> Score {
        ModuleSource(moduleEngine(for: "evaluate"), samples).evaluate(first: nil)
    }

    /// Returns the engine of a model made of modules; another trainer traps.
    func moduleEngine(for call: String) -> ModuleEngine {
        guard let modules else {
            preconditionFailure(
                "\(call): expected a trainer of a model made of modules, received one of a SequenceModel")
        }
        return modules
    }

    /// Restores the state of a checkpoint: parameters, optimizer and progress.
    ///
    /// - Parameters:
    ///   - checkpoint: A checkpoint of a model with the same modules and optimizer.
    ///   - secondsOfEpoch: The duration of the current epoch up to the checkpoint, in seconds.
    /// - Throws: ``CheckpointError`` for any other checkpoint; the trainer is then unchanged.
    public func restore(_ checkpoint: ModuleCheckpoint, secondsOfEpoch: Double = 0) throws(CheckpointError) {
        let engine = moduleEngine(for: "restore")
        let buffers = engine.optimization.states[0].buffers.map(\.name)
        guard buffers.sorted() == checkpoint.bufferNames else {
            throw checkpoint.misfit(
                expected: "an optimizer with \(ModuleCheckpoint.text(buffers.sorted()))",
                found: "one with \(ModuleCheckpoint.text(checkpoint.bufferNames))")
        }
        guard engine.averages.isEmpty != checkpoint.hasAverage else {
            throw checkpoint.misfit(
                expected:
                    "one \(checkpoint.hasAverage ? "without" : "with") averaged parameters (averageDecay)",
                found: "one \(checkpoint.hasAverage ? "with" : "without") them")
        }
        try checkpoint.load(engine.namedModules)
        for (average, module) in zip(engine.averages, engine.namedModules) {
            checkpoint.loadAverage(average, of: module)
        }
        for (state, module) in zip(engine.optimization.states, engine.namedModules) {
            for buffer in state.buffers { checkpoint.load(buffer, of: module) }
            state.stepCount = checkpoint.stepCount
        }
        restoreProgress(
            checkpoint.state, bestParameters: checkpoint.bestParameters(engine.namedModules),
            secondsOfEpoch: secondsOfEpoch)
    }
}
