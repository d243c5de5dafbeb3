import Console
import NeuralNetworks
import Platform
import Training

/// A callback that keeps a training in a directory, as the tools do: options, logs, checkpoints, curves and a report. It
/// works with every `Trainer`.
///
/// ```swift
/// let run = try TrainingRun(creating: "runs/tagger", for: trainer, options: ["hidden": 8])
/// try trainer.fit(samples, epochs: 20, batchSize: 64, validation: held, callbacks: [run])
/// ```
///
/// The directory has `config.json`, `metrics.csv`, `metrics.jsonl`, files for TensorBoard, `checkpoints`, `summary.json`,
/// `curves.svg` and, at the end, `report.html`. A training that was stopped or killed is resumed with
/// ``init(continuing:for:allowsChanges:)`` and has the same results, to the last bit, as one without an interruption.
///
/// The directory is locked until training ends. If a file cannot be written, training ends with an error that names it, and
/// can be resumed.
public final class TrainingRun: Callback {
    /// The path of the directory.
    public var path: String { run.path }

    /// Problems of damaged checkpoints that were skipped when the run was resumed, each a line that names the file.
    public let warnings: [String]

    private let run: RunDirectory
    /// The lock of the directory; nil after the end of training.
    private var lock: RunDirectory.Lock?
    private let trainer: Trainer
    private var settings: TrainingRunSettings
    private let recording: TrainingRunRecording
    private let allowsChanges: Bool
    /// The recorder; nil unless a call of `fit` writes to the directory.
    private var recorder: RunRecorder?
    /// The data of the current call of `fit`.
    private var data: TrainingData?

    /// Creates the directory of a new run.
    ///
    /// - Parameters:
    ///   - path: The path of the directory, such as "runs/tagger". Missing parents are created.
    ///   - trainer: The trainer whose `fit` gets this callback.
    ///   - options: Your options, for `config.json`, reports and comparisons. The options of the trainer, its seed, the batch
    ///     size and the number of epochs are added.
    ///   - logEvery: The number of steps of a record in `metrics.jsonl` and for TensorBoard; 0 for records of epochs only.
    ///   - checkpointEvery: The number of steps between two checkpoints; nil for one after each epoch.
    ///   - keepCheckpoints: The number of newest checkpoints that are kept, at least 1, in addition to the best one.
    /// - Throws: `RunError` if something exists at the path; `FileError` if the directory cannot be created; the error of an
    ///   option that cannot be encoded.
    public init(
        creating path: String, for trainer: Trainer, options: [String: any Encodable & Sendable] = [:],
        logEvery: Int = 100, checkpointEvery: Int? = nil, keepCheckpoints: Int = 2
    ) throws {
        recording = TrainingRunRecording(
            logEvery: logEvery, checkpointEvery: checkpointEvery, keepCheckpoints: keepCheckpoints)
        precondition(
            recording.isPossible,
            "TrainingRun: expected logEvery of 0 or more, checkpointEvery and keepCheckpoints of 1 or more, received "
                + "\(logEvery), \(checkpointEvery ?? 1) and \(keepCheckpoints)")
        settings = try TrainingRunSettings(of: trainer, options: options)
        run = RunDirectory(path: FilePath.withoutSlashAtEnd(path))
        try Directory.make(FilePath.directory(of: run.path))
        do throws(FileError) {
            try POSIX.makeDirectory(run.path)
        } catch {
            guard error.code == POSIX.taken else { throw error }
            throw RunError.alreadyExists(run: run.path, resume: run.continuation)
        }
        lock = try RunDirectory.Lock(run)
        (self.trainer, allowsChanges, warnings) = (trainer, false, [])
        try POSIX.makeDirectory(run.checkpoints)
        try AtomicFile.write(configuration(epochs: nil), to: run.configuration)
    }

    /// Resumes a run from its newest undamaged checkpoint, which the trainer gets: parameters, optimizer and progress. A run
    /// without a checkpoint begins again.
    ///
    /// ```swift
    /// let run = try TrainingRun(continuing: "runs/tagger", for: trainer)
    /// try trainer.fit(
    ///     samples, epochs: 20 - trainer.state.epoch, batchSize: 64, validation: held, callbacks: [run])
    /// ```
    ///
    /// - Parameters:
    ///   - path: The path of the directory.
    ///   - trainer: A trainer like the one that made the run: of the same model, optimizer, schedule and seed. `fit` must
    ///     get the same samples and batch size; it throws before the first step if they differ.
    ///   - allowsChanges: Whether optimizer, schedule, seed, batch size and samples may differ from the run's.
    /// - Throws: `RunError` if there is no such run, if another process is writing to it, if its files are damaged or if the
    ///   trainer differs; `CheckpointError` if the model or the buffers of the optimizer differ; `FileError` if a file
    ///   cannot be read. The trainer and the run are then unchanged.
    public init(continuing path: String, for trainer: Trainer, allowsChanges: Bool = false) throws {
        run = RunDirectory(path: FilePath.withoutSlashAtEnd(path))
        guard try POSIX.kind(at: run.configuration) != nil else { throw RunError.neverBegan(run: run.path) }
        let configuration = try RunConfiguration(run, of: [])
        guard configuration.isOfLibrary else {
            throw RunError.otherProgram(run: run.path, program: configuration.program ?? "mnist-bilstm")
        }
        lock = try RunDirectory.Lock(run)
        recording = try TrainingRunRecording(reading: run)
        settings = TrainingRunSettings(of: trainer, resuming: configuration)
        (self.trainer, self.allowsChanges) = (trainer, allowsChanges)
        let newest = try CheckpointStore(run).newest(CheckpointFile.read)
        warnings = newest?.problems ?? []
        guard let newest else { return }
        let before = try TrainingRunSettings.values(of: newest.checkpoint.details, path: newest.path)
        settings.forget(before)
        if !allowsChanges { try check(settings.differences(from: before)) }
        let summary = (try? RunSummary.read(run)) ?? RunSummary()
        try trainer.restore(
            newest.checkpoint, path: newest.path,
            secondsOfEpoch: summary.epochs == newest.checkpoint.state.epoch ? summary.secondsOfEpoch : 0)
    }

    private func check(_ differences: [String]) throws(RunError) {
        guard !differences.isEmpty else { return }
        throw .otherTraining(run: run.path, differences: differences)
    }

    private func configuration(epochs: Int?) throws -> String {
        try JSON.text(
            TrainingRunConfiguration(of: trainer, settings, epochs: epochs, recording: recording)) + "\n"
    }

    // MARK: Training

    public func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) throws {
        precondition(
            trainer === self.trainer, "fit: expected the trainer of the run \(path), received another")
        try keepingFailures {
            if data !== trainer.data { try begin(epochs: epochs) }
            recorder?.epochBegan(epoch, of: epochs, samples: samples, trainer: trainer)
        }
    }

    public func batchEnded(_ record: StepRecord, trainer: Trainer) throws {
        try keepingFailures { try recorder?.batchEnded(record, trainer: trainer) }
    }

    public func epochEnded(_ record: EpochRecord, trainer: Trainer) throws {
        try keepingFailures { try recorder?.epochEnded(record, trainer: trainer) }
    }

    public func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) throws {
        try keepingFailures {
            if data !== trainer.data {
                // No epoch was left to train.
                if let summary = try? RunSummary.read(run), summary.state == .finished { return }
                try begin(epochs: trainer.state.epoch)
            }
            guard let recorder else { return }
            try recorder.trainingEnded(ending, trainer: trainer)
            recorder.summary.state = ending.state
            recorder.summary.reason = ending.reason
            recorder.summary.peakMemoryBytes = CurrentProcess.peakResidentBytes
            try recorder.finish(trainer)
        }
        close()
    }

    private func close() { (recorder, lock, data) = (nil, nil, nil) }

    /// Adds the score of the test set to the logs, the summary and the report, with the weights that the trainer has.
    ///
    /// ```swift
    /// try run.record(test: trainer.evaluate(test))
    /// ```
    ///
    /// - Parameter score: The score of the test set, at least one sample.
    /// - Throws: `FileError` if a file cannot be written.
    public func record(test score: Score) throws {
        let isTraining = recorder != nil
        defer { if !isTraining { close() } }
        try keepingFailures {
            let recorder = try recorder ?? reopened()
            let epoch = evaluatedEpoch(recorder.summary)
            recorder.summary.scoredEpoch = epoch
            recorder.summary.set(score, .test, trainer.metrics)
            try recorder.append(test: score, epoch: epoch, trainer: trainer, mistakes: nil)
            try recorder.finish(trainer)
        }
    }

    /// The epoch after which the trainer had its weights: the best one if early stopping has restored them.
    private func evaluatedEpoch(_ summary: RunSummary) -> Int {
        let state = trainer.state
        if trainer.bestParameters != nil, summary.state == .finished, let best = state.best {
            return best.epoch
        }
        return max(state.epoch - 1, 0)
    }

    /// Returns a recorder that continues the files as they were at the end of training.
    private func reopened() throws -> RunRecorder {
        guard let checkpoint = try newest() else {
            throw RunError.noCheckpoint(run: path, resume: run.continuation)
        }
        let before = try RunSummary.read(run)
        let recorder = try recorder(
            from: checkpoint, checkpoint.details,
            hasValidation: RunMetrics.read(from: run.metrics).metrics.hasValidation,
            sample: before.sample, configuration: nil)
        recorder.summary.state = before.state
        recorder.summary.reason = before.reason
        recorder.summary.peakMemoryBytes = before.peakMemoryBytes
        self.recorder = recorder
        return recorder
    }

    /// Prepares the run's files for a call of `fit`.
    private func begin(epochs: Int) throws {
        guard let data = trainer.data else { return }
        settings.batchSize = data.batchSize
        let details = Checkpoint.Details(options: try settings.text, data: data.fingerprint())
        let configuration = try configuration(epochs: epochs)
        if let recorder {
            // An error of another callback ended the call before.
            if !allowsChanges { try check(details, against: recorder.details) }
            recorder.details = details
            try AtomicFile.write(configuration, to: run.configuration)
        } else {
            let checkpoint = try newest()
            if let checkpoint, !allowsChanges { try check(details, against: checkpoint.details) }
            recorder = try recorder(
                from: checkpoint, details, hasValidation: data.hasValidation, sample: data.unit.sample,
                configuration: configuration)
        }
        self.data = data
    }

    /// Locks the directory and returns its newest undamaged checkpoint, which is the trainer's; nil if there is none.
    private func newest() throws -> (any TrainerCheckpoint)? {
        lock = try lock ?? RunDirectory.Lock(run)
        let checkpoint = try CheckpointStore(run).newest(CheckpointFile.read)?.checkpoint
        if let checkpoint, checkpoint.stepCount != trainer.stepCount {
            throw RunError.otherSteps(
                run: path, expected: checkpoint.stepCount, found: trainer.stepCount, resume: run.continuation)
        }
        return checkpoint
    }

    /// Checks that the samples and the batch size are the run's.
    private func check(_ details: Checkpoint.Details, against before: Checkpoint.Details) throws {
        var differences = settings.differences(from: try TrainingRunSettings.values(of: before, path: path))
        if before.data != details.data {
            differences.append("data: the run has \(before.data), fit received \(details.data)")
        }
        try check(differences)
    }

    /// - Parameter configuration: The new content of `config.json`; nil to leave it as it is.
    private func recorder(
        from checkpoint: (any TrainerCheckpoint)?, _ details: Checkpoint.Details, hasValidation: Bool,
        sample: SampleName, configuration: String?
    ) throws -> RunRecorder {
        try RunRecorder(
            lock ?? RunDirectory.Lock(run), from: checkpoint,
            summary: (try? RunSummary.read(run)) ?? RunSummary(),
            policy: recording.policy, stepsPerRecord: recording.logEvery, metrics: trainer.metrics,
            sample: sample, hasValidation: hasValidation, hasAverage: trainer.hasAverage, details: details,
            configuration: configuration,
            writeInputs: {
                if let configuration { try AtomicFile.write(configuration, to: run.configuration) }
            },
            program: RunDirectory.library,
            drawReport: { run, summary throws(FileError) in
                try TrainingRunReport(RunRecord(run, of: [], ending: summary)).write()
            })
    }

    /// Calls a function that writes the run's files. A failure is recorded in the summary.
    private func keepingFailures(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            recorder?.finish(trainer, failure: error)
            guard let error = error as? FileError else { throw error }
            throw SaveError(
                error: error, run: run, kept: KeptCheckpoint(recorder?.lastCheckpoint, in: run),
                program: RunDirectory.library)
        }
    }
}

extension SampleUnit {
    /// The name of a sample in logs and reports.
    fileprivate var sample: SampleName {
        switch self {
        case .images: .image
        case .sequences: .sequence
        case .characters: .character
        }
    }
}
