import Console
import NeuralNetworks
import Platform
import TensorBoard
import Training

/// A callback that writes a run's logs, checkpoints and summary during training, and ends training when another program
/// asks for it (``RunDirectory/askToStop()``).
///
/// Before a checkpoint is saved, the logs are on the disk, and the checkpoint contains their lengths. When training is
/// stopped in the middle of an epoch, a last checkpoint is saved. When training diverges, none is saved, so that the
/// checkpoint of the last complete epoch stays.
package final class RunRecorder: Callback {
    private let lock: RunDirectory.Lock
    private let store: CheckpointStore
    private let policy: CheckpointPolicy
    /// Information about the run for checkpoints.
    package var details: Checkpoint.Details
    private let stepsPerRecord: Int
    private let console: Console?
    private let logs: RunLogs
    private let metrics: [Metric]
    private let program: String
    private let drawReport: ReportDrawing?
    private let language: Language
    /// Whether there is a validation set.
    package let hasValidation: Bool
    private var window: Score
    /// The samples and seconds of the current logging window that this process measured.
    private var timed = (samples: 0, seconds: 0.0)
    /// The time, by the trainer's clock, when the last step ended or its epoch began.
    private var lastStep = 0.0
    /// The step of the last checkpoint.
    private var savedStep: Int?
    /// The checkpoint of the best epoch, if it is not saved yet; it is saved with the next checkpoint.
    private var unsavedBest: (any TrainerCheckpoint)?
    /// The step of the last attempt to save, and its time by the trainer's clock; nil until training begins.
    private var triedStep: Int
    private var triedAt: Double?
    /// The content of `summary.json`.
    package var summary: RunSummary
    /// The beginning of `receipt.json`; nil for a run without one.
    package var receipt: ReceiptDraft?
    /// The number of files that could not be written, if training continues after that.
    package private(set) var failureCount = 0
    private var hasFailed = false
    /// The time when `curves.svg` is drawn again.
    private var nextDrawing = 0.0
    /// The run whose training can be asked to stop.
    private let stoppable: RunDirectory
    /// The time, by the trainer's clock, of the next look for a request to stop.
    private var nextLook = 0.0

    package var run: RunDirectory { lock.run }

    /// Draws the report of a run whose final summary is not written yet.
    package typealias ReportDrawing = (_ run: RunDirectory, _ ending: RunSummary) throws(FileError) -> Void

    /// - Parameters:
    ///   - lock: The lock of the run's directory, held for the lifetime of this object.
    ///   - checkpoint: The checkpoint from which training resumes; nil for the beginning.
    ///   - summary: The summary of the run so far.
    ///   - policy: When checkpoints are saved, how many are kept, and what happens if one cannot be saved.
    ///   - stepsPerRecord: The number of steps per record in `metrics.jsonl`; 0 for records of epochs only.
    ///   - metrics: The trainer's metrics.
    ///   - sample: The name of a sample.
    ///   - hasValidation: Whether there is a validation set.
    ///   - hasAverage: Whether averaged weights are evaluated as well.
    ///   - details: Information about the run for checkpoints.
    ///   - configuration: The run's `config.json`, for TensorBoard; nil for none.
    ///   - writeInputs: Writes the run's other files, after it is known that the logs can be continued.
    ///   - stoppable: The run whose training can be asked to stop: the one that contains this one, if a run has several
    ///     trainings; this one if nil.
    ///   - program: The name of the program that resumes the run and draws its report.
    ///   - drawReport: Draws the report at the end. If nil, no curves are drawn either, and TensorBoard gets no
    ///     histograms of the weights.
    ///   - language: The language of the curves while the training runs.
    ///   - console: The console that shows which files could not be written.
    package init(
        _ lock: RunDirectory.Lock, from checkpoint: (any TrainerCheckpoint)? = nil,
        summary: RunSummary = .init(),
        policy: CheckpointPolicy = .init(), stepsPerRecord: Int = 0,
        metrics: [Metric], sample: SampleName? = nil, hasValidation: Bool = false,
        hasAverage: Bool = false,
        details: Checkpoint.Details = .init(),
        configuration: String? = nil, writeInputs: () throws -> Void = {}, stoppable: RunDirectory? = nil,
        program: String,
        drawReport: ReportDrawing? = nil, language: Language = .english,
        console: Console? = nil
    ) throws {
        self.lock = lock
        self.stoppable = stoppable ?? lock.run
        self.summary = summary
        self.policy = policy
        self.details = details
        self.stepsPerRecord = stepsPerRecord
        self.metrics = metrics
        self.hasValidation = hasValidation
        self.program = program
        self.drawReport = drawReport
        self.language = language
        self.console = console
        self.summary.sample = sample ?? (metrics.contains(.accuracy) ? .image : .sequence)
        let content = RunLogs.Content(
            metrics: metrics, sample: self.summary.sample,
            hasValidation: hasValidation, hasAverage: hasAverage,
            hasHistograms: drawReport != nil)
        store = CheckpointStore(lock.run, kept: policy.kept)
        let cut = try checkpoint.map { try RunLogs.Cut(lock.run, at: $0.logs, content) }
        try writeInputs()
        try store.rewind(to: checkpoint)
        logs =
            if let cut { try RunLogs(continuing: lock.run, at: cut) } else {
                try RunLogs(creating: lock.run, content, configuration: configuration)
            }
        window = checkpoint?.logs.window ?? Score()
        savedStep = checkpoint?.stepCount
        triedStep = checkpoint?.stepCount ?? 0
        self.summary.continue(from: checkpoint)
        try POSIX.discardFile(lock.run.evaluation)
        try self.summary.write(to: lock.run)
        // This makes the names of the new files durable.
        try OpenDirectory(lock.run.path).synchronize()
    }

    package func epochBegan(_ epoch: Int, of epochs: Int, samples: Int, trainer: Trainer) {
        lastStep = trainer.clock()
        triedAt = triedAt ?? lastStep
    }

    package func batchEnded(_ record: StepRecord, trainer: Trainer) throws {
        let now = trainer.clock()
        window += record.batch
        timed.samples += record.batch.count(of: trainer.unit)
        timed.seconds += now - lastStep
        lastStep = now
        if stepsPerRecord > 0, record.step.isMultiple(of: stepsPerRecord) {
            try attempt { try logs.append(record, window: window, timed: timed) }
            window = Score()
            timed = (0, 0)
        }
        // After the last batch, the checkpoint is saved at the end of the epoch.
        if record.stepInEpoch < record.stepsPerEpoch, isDue(after: record.step, epochs: nil, trainer) {
            guard trainer.isFinite else {
                return trainer.stop(.diverged(epoch: record.epoch, step: record.stepInEpoch - 1))
            }
            try attempt { try save(trainer) }
        }
        stopIfAsked(at: now, trainer)
    }

    /// Ends training if another program asks for it. It looks once a second, because each look is a system call.
    private func stopIfAsked(at now: Double, _ trainer: Trainer) {
        guard now >= nextLook else { return }
        nextLook = now + 1
        if stoppable.isAskedToStop { trainer.stop(.requested) }
    }

    package func epochEnded(_ record: EpochRecord, trainer: Trainer) throws {
        try attempt { try logs.append(record, trainer: trainer) }
        summary.trainingSeconds += record.seconds
        summary.samplesPerSecond = record.samplesPerSecond
        if isDue(after: record.step, epochs: record.epoch + 1, trainer) {
            try attempt { try save(trainer) }
        } else if trainer.state.best?.epoch == record.epoch {
            unsavedBest = checkpoint(trainer)
        }
        drawCurves(trainer.clock)
    }

    package func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) throws {
        if case .diverged = ending {
            if unsavedBest != nil { try attempt(saveBest) }
            return
        }
        if savedStep != trainer.stepCount { try attempt { try save(trainer) } }
    }

    /// - Parameter epochs: The number of complete epochs; nil in the middle of an epoch.
    private func isDue(after step: Int, epochs: Int?, _ trainer: Trainer) -> Bool {
        switch policy.every {
        case .epochs(let count): epochs.map { $0.isMultiple(of: count) } ?? false
        case .steps(let count): step / count > triedStep / count
        case .seconds(let seconds): triedAt.map { trainer.clock() - $0 >= seconds } ?? true
        }
    }

    private func save(_ trainer: Trainer) throws {
        (triedStep, triedAt) = (trainer.stepCount, trainer.clock())
        let checkpoint = checkpoint(trainer)
        if checkpoint.isOfBestEpoch { unsavedBest = checkpoint }
        try logs.synchronize()
        if let best = unsavedBest, best.stepCount < checkpoint.stepCount { try saveBest() }
        try store.save(checkpoint, isBest: checkpoint.isOfBestEpoch)
        unsavedBest = nil
        savedStep = checkpoint.stepCount
        hasFailed = false
        updateSummary(trainer)
        try summary.write(to: run)
    }

    private func saveBest() throws {
        guard let best = unsavedBest else { return }
        try logs.synchronize()
        try store.save(best, isBest: true)
        savedStep = best.stepCount
        unsavedBest = nil
    }

    private func checkpoint(_ trainer: Trainer) -> any TrainerCheckpoint {
        trainer.checkpoint(logs: logs.positions(window: window), details: details)
    }

    /// Returns the checkpoint of the best epoch of a `SequenceModel`, or of an earlier best epoch if only that one was kept;
    /// nil if there is none.
    package func bestCheckpoint() throws -> Checkpoint? {
        if let unsavedBest = unsavedBest as? Checkpoint { return unsavedBest }
        do {
            return try store.best()?.checkpoint
        } catch let error as FileError where error.isMissing {
            return nil
        }
    }

    /// Appends the final score on the test set, with a picture of the mistakes, to the logs.
    package func append(test score: Score, epoch: Int, trainer: Trainer, mistakes: PNGImage?) throws {
        try attempt {
            try logs.append(
                test: score, epoch: epoch, step: trainer.stepCount, mistakes: mistakes)
            try logs.synchronize()
        }
    }

    /// The path of the newest checkpoint; nil before the first.
    package var lastCheckpoint: String? {
        savedStep.map { FilePath.join(run.checkpoints, CheckpointStore.name(step: $0)) }
    }

    private func updateSummary(_ trainer: Trainer) {
        summary.epochs = trainer.state.epoch
        summary.steps = trainer.stepCount
        summary.best = trainer.state.best
        summary.secondsOfEpoch = trainer.secondsOfEpoch
    }

    /// Draws the report, then writes the end of the run. If the process is killed in between, the run can be resumed,
    /// and everything is drawn again.
    package func finish(_ trainer: Trainer) throws {
        updateSummary(trainer)
        if let drawReport {
            draw { run throws(FileError) in try drawReport(run, summary) }
        }
        if let receipt {
            try attempt { try receipt.write(to: run, ending: summary) }
        }
        // A finished run is not resumed, so no resume would remove surplus checkpoints.
        if summary.state == .finished { try store.synchronize() }
        // A request that is left is removed by the next process that takes the lock.
        if stoppable == run { try? run.discardStopRequest() }
        try summary.write(to: run)
    }

    /// Writes that the run failed, if possible. The disk may be full; then the run appears as one whose process ended
    /// unexpectedly.
    package func finish(_ trainer: Trainer, failure: any Error) {
        summary.state = .failed
        summary.reason = "\(failure)"
        updateSummary(trainer)
        try? receipt?.write(to: run, ending: summary)
        try? summary.write(to: run)
    }

    /// Calls a function that writes a file. If training continues after errors, an error is only reported, once until
    /// the next checkpoint.
    private func attempt(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as FileError where policy.onSaveError == .continue {
            failureCount += 1
            if !hasFailed {
                let kept = KeptCheckpoint(lastCheckpoint, in: run)
                console?.print("Warning: \(error). Training continues. \(kept.description)")
            }
            hasFailed = true
        }
    }
}

extension RunRecorder {
    /// Draws the curves if a few seconds have passed since the last time. Drawing takes at most a hundredth of the
    /// time.
    private func drawCurves(_ clock: MonotonicClock) {
        let start = clock()
        guard drawReport != nil, start >= nextDrawing else { return }
        draw { run throws(FileError) in try RunCurves.write(of: run, known: metrics, language: language) }
        let end = clock()
        nextDrawing = end + max(5, 100 * (end - start))
    }

    /// Draws a chart, a picture or a page. An error is reported and affects the exit status, but it does not end the run, because
    /// the run is complete without them.
    package func draw(_ body: (RunDirectory) throws(FileError) -> Void) {
        do throws(FileError) {
            try body(run)
        } catch {
            if failureCount == 0 {
                console?.print(
                    "Warning: \(error). Draw it later with: \(run.commandLine("report", of: program))")
            }
            failureCount += 1
        }
    }
}
