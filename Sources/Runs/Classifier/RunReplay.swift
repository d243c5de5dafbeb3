import NeuralNetworks
import Platform
import Training

/// Computes the state that a run had after any of its steps, to the same bytes: from the nearest earlier checkpoint, or
/// from the initial weights, training is repeated with the run's own data and options. The run is only read, and its lock
/// is not taken, so that it may be training meanwhile.
///
/// The trainer stays at its last step, and states at the ends of epochs are kept in memory (``ReplaySnapshots``), so that
/// the next step is often near. A replay is used by one thread at a time.
package final class RunReplay<Task: ClassifierTraining>: RunReplaying {
    package let run: RunDirectory
    private let threads: Int
    private let read: (Task) throws -> Task.Data
    private let store: CheckpointStore
    private var repeated: Repeated?
    private var snapshots: ReplaySnapshots

    /// A training that is repeated, at one of its steps.
    private struct Repeated {
        let training: Task
        let data: Task.Data
        let trainer: Trainer
        /// Information about the run, as in its checkpoints.
        let details: Checkpoint.Details
        /// The lengths of the run's logs at the trainer's step.
        let logs: ReplayedLogs
        /// The step of the checkpoint that the trainer continued; 0 for the initial weights.
        var origin: Int

        /// The current state, as a checkpoint of the run.
        var state: Checkpoint { Checkpoint(of: trainer, logs: logs.positions, details: details) }
    }

    /// - Parameters:
    ///   - run: The directory of a run of the program of `Task`.
    ///   - threads: The number of compute threads, which does not change the result.
    ///   - memory: The maximum number of bytes of kept states.
    ///   - read: Reads the data of a training, or returns data that were read before.
    package init(
        _ run: RunDirectory, threads: Int = 1, memory: Int = 64 << 20,
        data read: @escaping (Task) throws -> Task.Data = { try $0.data() }
    ) {
        self.run = run
        self.threads = threads
        self.read = read
        store = CheckpointStore(run)
        snapshots = ReplaySnapshots(capacity: memory)
    }

    package func state(
        after step: Int, isCancelled: @escaping () -> Bool, progress: @escaping (Double) -> Void
    ) throws -> ReplayedState {
        let saved = try store.steps()
        guard let last = saved.last else { throw RunError.noCheckpoint(in: run, of: Task.Options.program) }
        guard (0...last).contains(step) else {
            throw RunError.noSuchStep(run: run.path, step: step, last: last)
        }
        if saved.contains(step), let checkpoint = try store.undamaged(atStep: step) {
            return ReplayedState(checkpoint, origin: step)
        }
        // The options of a run may have been changed when it was resumed: those that led to the next checkpoint count.
        let next = try nextCheckpoint(after: step, saved)
        do {
            var repeated = try prepared(for: next)
            repeated.origin = try begin(repeated, before: step, saved)
            try checkHistory(from: repeated.origin, to: next.stepCount, saved)
            self.repeated = repeated
            try advance(repeated, to: step, isCancelled, progress)
            return ReplayedState(repeated.state, origin: repeated.origin)
        } catch let error as RunError {
            // Whatever was computed does not belong to the run.
            forget()
            throw error
        }
    }

    /// Returns the first undamaged checkpoint after a step.
    private func nextCheckpoint(after step: Int, _ saved: [Int]) throws -> Checkpoint {
        for place in saved where place > step {
            if let checkpoint = try store.undamaged(atStep: place) { return checkpoint }
        }
        throw RunError.noSuchStep(
            run: run.path, step: step, last: try store.newest()?.checkpoint.stepCount ?? 0)
    }

    /// Checks that the options with which the run reached a checkpoint hold from the first repeated step on.
    ///
    /// - Parameters:
    ///   - start: The step of the checkpoint from which steps are repeated.
    ///   - end: The step of the next checkpoint.
    private func checkHistory(from start: Int, to end: Int, _ saved: [Int]) throws(RunError) {
        let changes = RunHistory(of: run).changes.filter { start < $0 && $0 < end }
        guard let last = changes.last else { return }
        throw .changedOptions(run: run.path, after: last, next: saved.first { $0 >= last } ?? end)
    }

    private func forget() {
        repeated = nil
        snapshots.removeAll()
    }

    // MARK: Training

    /// Returns the training that led to a checkpoint, with a trainer at any step.
    private func prepared(for checkpoint: Checkpoint) throws -> Repeated {
        if let repeated, repeated.details.options == checkpoint.details.options { return repeated }
        forget()
        guard try POSIX.kind(at: run.configuration) != nil else { throw RunError.neverBegan(run: run.path) }
        if let version = RunHistory(of: run).version, version != PackageVersion.current {
            throw RunError.otherVersion(run: run.path, expected: PackageVersion.current, found: version)
        }
        let configured = try RunFile.read(StoredOptions<Task.Options>.self, from: run.configuration).options
        var options = try checkpoint.options(on: configured, in: run)
        options.threads = threads
        if let complaint = options.complaint {
            throw RunError.invalidFile(path: run.configuration, reason: complaint)
        }
        let training = Task.replaying(options, of: run)
        let data = try read(training)
        guard checkpoint.details.data == data.fingerprint else {
            throw RunError.otherData(
                run: run.path, expected: checkpoint.details.data, found: data.fingerprint)
        }
        let memory = training.memory(data)
        try memory.engine.checkTraining(
            threads: options.usedThreads, hasAverage: options.ema != nil, data: Double(memory.data))
        let repeated = Repeated(
            training: training, data: data, trainer: training.trainer(data), details: checkpoint.details,
            logs: ReplayedLogs(before: checkpoint, stepsPerRecord: options.logEvery), origin: 0)
        snapshots.add(repeated.state, origin: 0)
        return repeated
    }

    /// Moves the trainer to the nearest known state at or before a step.
    ///
    /// - Returns: The step of the checkpoint from which the state comes.
    private func begin(_ repeated: Repeated, before step: Int, _ saved: [Int]) throws -> Int {
        let trainer = repeated.trainer
        let own = trainer.stepCount <= step ? trainer.stepCount : -1
        let snapshot = snapshots.last(before: step)
        let nearest = max(own, snapshot?.state.stepCount ?? -1)
        for place in saved.reversed() where place <= step && place > nearest {
            guard let checkpoint = try store.undamaged(atStep: place) else { continue }
            try trainer.restore(
                checkpoint as any TrainerCheckpoint,
                path: FilePath.join(run.checkpoints, CheckpointStore.name(step: place)))
            repeated.logs.positions = checkpoint.logs
            return place
        }
        guard let snapshot, own < snapshot.state.stepCount else { return repeated.origin }
        trainer.restore(snapshot.state)
        repeated.logs.positions = snapshot.state.logs
        return snapshot.origin
    }

    private func advance(
        _ repeated: Repeated, to step: Int, _ isCancelled: @escaping () -> Bool,
        _ progress: @escaping (Double) -> Void
    ) throws {
        let trainer = repeated.trainer
        guard trainer.stepCount < step else { return }
        let options = repeated.training.options
        let walk = ReplayWalk(
            from: trainer.stepCount, to: step, in: run, losses: losses(), isCancelled: isCancelled,
            progress: progress
        ) { [snapshots] in
            snapshots.add(repeated.state, origin: repeated.origin)
        }
        try trainer.fit(
            repeated.data.train, epochs: max(0, options.epochs - trainer.state.epoch),
            batchSize: options.batchSize, validation: repeated.data.validation,
            callbacks: [repeated.logs, walk])
        if walk.isCancelled { throw CancellationError() }
        guard trainer.stepCount == step else {
            throw RunError.notReproduced(
                run: run.path, expected: "training to reach step \(step)",
                found: "its end after \(trainer.stepCount) steps")
        }
    }

    /// The training losses of the run's epochs.
    private func losses() -> [Int: Double] {
        let rows = (try? RunMetrics.read(from: run.metrics))?.metrics.rows ?? []
        return Dictionary(rows.map { ($0.epoch, $0.trainLoss) }) { _, last in last }
    }
}

/// Trains to a step, and compares the loss of each epoch with the run's.
private final class ReplayWalk: Callback {
    private let start: Int
    private let end: Int
    private let run: RunDirectory
    private let losses: [Int: Double]
    private let wantsEnd: () -> Bool
    private let progress: (Double) -> Void
    private let keep: () -> Void
    private(set) var isCancelled = false

    init(
        from start: Int, to end: Int, in run: RunDirectory, losses: [Int: Double],
        isCancelled: @escaping () -> Bool, progress: @escaping (Double) -> Void,
        keep: @escaping () -> Void
    ) {
        self.start = start
        self.end = end
        self.run = run
        self.losses = losses
        wantsEnd = isCancelled
        self.progress = progress
        self.keep = keep
    }

    func batchEnded(_ record: StepRecord, trainer: Trainer) {
        if record.step >= end {
            trainer.stop(.outOfTime)
        } else if wantsEnd() {
            isCancelled = true
            trainer.stop(.outOfTime)
        }
        progress(Double(record.step - start) / Double(end - start))
    }

    func epochEnded(_ record: EpochRecord, trainer: Trainer) throws {
        if let loss = losses[record.epoch], loss.isFinite, loss != record.loss {
            throw RunError.notReproduced(
                run: run.path, expected: "the training loss \(loss) in epoch \(record.epoch)",
                found: "\(record.loss)")
        }
        keep()
    }
}
