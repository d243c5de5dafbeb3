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
/// ``init(continuing:for:allowsChanges:)`` and has the same results, to the last bit, as one without an interruption. The
/// results of a training with more epochs are the same, too, unless the schedule depends on the number of epochs.
///
/// The directory is locked until training ends, also with an error. If a file cannot be written, training ends with an
/// error that names it, and can be resumed.
public final class TrainingRun: Callback, FailureObserver {
    /// The path of the directory.
    public var path: String { run.path }

    /// Problems of damaged files that were skipped when the run was resumed, each a line that names the file: checkpoints, and
    /// `summary.json`, without which the start time and the duration of training begin again.
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
    ///     size and the number of epochs are added; yours must have other names.
    ///   - logEvery: The number of steps of a record in `metrics.jsonl` and for TensorBoard; 0 for records of epochs only.
    ///   - checkpointEvery: The number of steps between two checkpoints; nil for one after each epoch.
    ///   - keepCheckpoints: The number of newest checkpoints that are kept, at least 1, in addition to the best one.
    /// - Throws: `RunError` if something exists at the path, if an option has the name of one that is added, or if an interval
    ///   is out of range; `FileError` if the directory cannot be created; the error of an option that cannot be encoded.
    ///   An existing directory is then unchanged, and a new one is removed.
    public init(
        creating path: String, for trainer: Trainer, options: [String: any Encodable & Sendable] = [:],
        logEvery: Int = 100, checkpointEvery: Int? = nil, keepCheckpoints: Int = 2
    ) throws {
        recording = TrainingRunRecording(
            logEvery: logEvery, checkpointEvery: checkpointEvery, keepCheckpoints: keepCheckpoints)
        run = RunDirectory(path: FilePath.withoutSlashAtEnd(path))
        guard recording.isPossible else {
            throw RunError.invalidRecording(
                run: run.path,
                received:
                    "logEvery \(logEvery), checkpointEvery \(checkpointEvery.map { "\($0)" } ?? "nil"), "
                    + "keepCheckpoints \(keepCheckpoints)")
        }
        settings = try TrainingRunSettings(of: trainer, options: options, run: run.path)
        (self.trainer, allowsChanges, warnings) = (trainer, false, [])
        lock = try Self.makeDirectory(run, configuration: configuration())
    }

    /// Creates the directory of a new run, or nothing, and locks it.
    private static func makeDirectory(
        _ run: RunDirectory, configuration: String
    ) throws -> RunDirectory.Lock {
        try Directory.make(FilePath.directory(of: run.path))
        do throws(FileError) {
            try POSIX.makeDirectory(run.path)
        } catch {
            guard error.code == POSIX.taken else { throw error }
            let isRun = (try? POSIX.kind(at: run.configuration)) != nil
            throw RunError.alreadyExists(run: run.path, resume: isRun ? run.continuation : nil)
        }
        do {
            let lock = try RunDirectory.Lock(run)
            try POSIX.makeDirectory(run.checkpoints)
            try AtomicFile.write(configuration, to: run.configuration)
            return lock
        } catch {
            try? POSIX.discardFile(run.lock)
            try? POSIX.removeDirectory(run.checkpoints)
            try? POSIX.removeDirectory(run.path)
            throw error
        }
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
    ///     get the same samples and batch size and, with a schedule that depends on it (cosine, one-cycle), the same number
    ///     of epochs at the end of training; it throws before the first step if they differ. The number of samples is
    ///     compared, and a digest of at most 1,024 samples of each set.
    ///   - allowsChanges: Whether optimizer, schedule, seed, batch size, number of epochs and samples may differ from the
    ///     run's. A validation set cannot be added or removed.
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
        let (summary, problem) = Self.summary(of: run)
        warnings = (newest?.problems ?? []) + (problem.map { [$0] } ?? [])
        guard let newest else { return }
        let before = try TrainingRunSettings.values(of: newest.checkpoint.details, path: newest.path)
        settings.forget(before)
        if !allowsChanges { try check(settings.differences(from: before)) }
        try trainer.restore(
            newest.checkpoint, path: newest.path,
            secondsOfEpoch: summary.epochs == newest.checkpoint.state.epoch ? summary.secondsOfEpoch : 0)
    }

    private func check(_ differences: [String], canBeAllowed: Bool = true) throws(RunError) {
        guard !differences.isEmpty else { return }
        throw .otherTraining(run: run.path, differences: differences, canBeAllowed: canBeAllowed)
    }

    private func configuration() throws -> String {
        try JSON.text(TrainingRunConfiguration(of: trainer, settings, recording: recording)) + "\n"
    }

    /// Returns the summary of a run so far, or a new one if there is none or it is damaged, with the problem.
    private static func summary(of run: RunDirectory) -> (summary: RunSummary, problem: String?) {
        let found: (value: RunSummary?, problem: String?) = RunFile.readForReport(
            from: run.summary, JSON.Limits())
        return (found.value ?? RunSummary(), found.problem)
    }

    // MARK: Training

    public func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) throws {
        guard trainer === self.trainer else { throw RunError.otherTrainer(run: path) }
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

    package func trainingFailed(_ error: any Error, trainer: Trainer) {
        guard trainer === self.trainer else { return }
        recorder?.finish(trainer, failure: error)
        close()
    }

    /// Closes the files and releases the directory, so that any object can resume the run.
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
            let epoch = evaluatedEpoch
            recorder.summary.scoredEpoch = epoch
            recorder.summary.set(score, .test, trainer.metrics)
            try recorder.append(test: score, epoch: epoch, trainer: trainer, mistakes: nil)
            try recorder.finish(trainer)
        }
    }

    /// The epoch after which the trainer had its weights: the best one if early stopping has restored them. After a resume
    /// the trainer has the weights of the last epoch until a call of `fit` restores the best ones again.
    private var evaluatedEpoch: Int {
        if trainer.hasBestParameters, let best = trainer.state.best { return best.epoch }
        return max(trainer.state.epoch - 1, 0)
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
        (settings.batchSize, settings.epochs) = (data.batchSize, epochs)
        let details = Checkpoint.Details(options: try settings.text, data: data.fingerprint())
        // The former recorder is of a call of `fit` that an error ended.
        recorder = nil
        let checkpoint = try newest()
        if let checkpoint { try check(details, data, against: checkpoint.details) }
        recorder = try recorder(
            from: checkpoint, details, hasValidation: data.hasValidation, sample: data.unit.sample,
            configuration: configuration())
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

    /// Checks that the samples and the batch size are the run's, or that the differences are allowed. The logs have columns of
    /// the validation set, which cannot change.
    private func check(
        _ details: Checkpoint.Details, _ data: TrainingData, against before: Checkpoint.Details
    ) throws {
        let hadValidation = TrainingData.hasValidation(in: before.data)
        let isSameLog = hadValidation == data.hasValidation
        guard !allowsChanges || !isSameLog else { return }
        var differences: [String] = []
        if !allowsChanges {
            differences = settings.differences(from: try TrainingRunSettings.values(of: before, path: path))
            if before.data != details.data {
                differences.append("data: the run has \(before.data), fit received \(details.data)")
            }
        }
        if !isSameLog {
            differences.append(
                hadValidation
                    ? "validation: the run has one, fit received none"
                    : "validation: the run has none, fit received one")
        }
        try check(differences, canBeAllowed: isSameLog)
    }

    /// - Parameter configuration: The new content of `config.json`; nil to leave it as it is.
    private func recorder(
        from checkpoint: (any TrainerCheckpoint)?, _ details: Checkpoint.Details, hasValidation: Bool,
        sample: SampleName, configuration: String?
    ) throws -> RunRecorder {
        try RunRecorder(
            lock ?? RunDirectory.Lock(run), from: checkpoint,
            summary: Self.summary(of: run).summary,
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

    /// Calls a function that writes the run's files. A failure is recorded in the summary, and the directory is released.
    private func keepingFailures(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            let last = recorder?.lastCheckpoint
            trainingFailed(error, trainer: trainer)
            guard let error = error as? FileError else { throw error }
            throw SaveError(
                error: error, run: run, kept: KeptCheckpoint(last, in: run), program: RunDirectory.library)
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
