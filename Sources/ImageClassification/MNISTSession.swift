import Console
import NeuralNetworks
import Platform
import Runs
import TensorBoard
import Training

/// One training from its first or a later step to its end, and what is said and kept of it.
final class MNISTSession {
    private let options: MNISTTraining.Options
    private let data: MNISTData
    private let trainer: Trainer
    private let recorder: RunRecorder
    private let console: Console
    private let signal: InterruptSignal

    private var run: RunDirectory { recorder.run }

    init(
        _ options: MNISTTraining.Options, data: MNISTData, trainer: Trainer, lock: RunDirectory.Lock,
        resumption: Resumption?, console: Console, signal: InterruptSignal
    ) throws {
        self.options = options
        self.data = data
        self.trainer = trainer
        self.console = console
        self.signal = signal
        let checkpoint = resumption?.checkpoint
        recorder = try RunRecorder(
            lock, from: checkpoint, summary: resumption?.summary ?? RunSummary(),
            policy: options.checkpoints, stepsPerRecord: options.logEvery,
            hasValidation: data.validation != nil, hasAverage: options.ema != nil,
            details: .init(options: options.decisiveText(), data: data.fingerprint),
            program: Program.mnistBiLSTM.name,
            drawReport: { run, summary throws(FileError) in
                try RunReport(RunRecord(run, of: [.mnistBiLSTM], ending: summary)).write()
            }, console: console)
        if let checkpoint {
            trainer.restore(checkpoint, secondsOfEpoch: recorder.summary.secondsOfEpoch)
        }
    }

    /// Trains and scores.
    func execute() throws -> ExitStatus {
        do {
            return try complete(train())
        } catch let divergence as Divergence {
            throw divergence
        } catch {
            recorder.finish(trainer, failure: error)
            guard let error = error as? FileError else { throw error }
            throw SaveError(
                error: error, run: run, checkpoint: recorder.lastCheckpoint, program: Program.mnistBiLSTM.name
            )
        }
    }

    private func train() throws -> Trainer.Ending {
        var callbacks: [any Callback] = [StopOnSignal(signal)]
        if let limit = options.timeLimit { callbacks.append(TimeLimit(seconds: limit)) }
        if let patience = options.earlyStopping { callbacks.append(EarlyStopping(patience: patience)) }
        callbacks += [recorder, EpochPrinter(console, progress: options.progress)]
        return try trainer.fit(
            data.train, epochs: max(0, options.epochs - trainer.state.epoch), batchSize: options.batchSize,
            validation: data.validation, callbacks: callbacks)
    }

    private func complete(_ ending: Trainer.Ending) throws -> ExitStatus {
        var ending = ending
        var failure: (any Error)?
        if ending.isComplete {
            do { try score() } catch { failure = error }
            if let number = signal.received { ending = .interrupted(signal: number) }
        }
        recorder.summary.state = ending.state
        recorder.summary.reason = ending.reason
        recorder.summary.peakMemoryBytes = CurrentProcess.peakResidentBytes
        try recorder.finish(trainer)
        if let failure { throw failure }
        switch ending {
        case .finished, .noProgress:
            return recorder.failureCount == 0 ? .success : .inputOutput
        case .interrupted(let number):
            sayStopped(ending)
            return .signal(number)
        case .outOfTime:
            sayStopped(ending)
            return .timeLimit
        case .diverged(let epoch, let step):
            throw Divergence(epoch: epoch, step: step, checkpoint: recorder.lastCheckpoint)
        }
    }

    private func sayStopped(_ ending: Trainer.Ending) {
        console.print(
            "Stopped (\(ending.reason ?? "")) after a whole step. To go on: \(run.commandLine("--resume", of: Program.mnistBiLSTM.name))"
        )
    }

    /// Scores the weights: of the best epoch where images are held out to tell it, else the last.
    private func score() throws {
        let (engine, epoch, title) = try weightsToScore()
        recorder.summary.scoredEpoch = epoch
        let train = engine.evaluate(data.train)
        recorder.summary.trainAccuracy = 100 * train.accuracy
        recorder.summary.trainLoss = train.loss
        var line = "Train Acc: \(Self.percent(train.accuracy))"
        if let validation = data.validation.map(engine.evaluate) {
            recorder.summary.validationAccuracy = 100 * validation.accuracy
            recorder.summary.validationLoss = validation.loss
            line += ", Val Acc: \(Self.percent(validation.accuracy))"
        }
        let averaged = engine.withAverage { data.validation.map(engine.evaluate) } ?? nil
        if let averaged {
            recorder.summary.emaValidationAccuracy = 100 * averaged.accuracy
            recorder.summary.emaValidationLoss = averaged.loss
            line += ", EMA Val Acc: \(Self.percent(averaged.accuracy))"
        }
        guard signal.received == nil else { return }
        let weights = title.map { " (epoch \(epoch), \($0))" } ?? ""
        guard options.test ?? true else {
            console.print(line + weights)
            return
        }
        let images = try data.test()
        let test = engine.evaluate(images)
        recorder.summary.testAccuracy = 100 * test.accuracy
        recorder.summary.testStandardError = 100 * test.standardError
        recorder.summary.testLoss = test.loss
        line += ", Test Acc: \(Self.percent(test.accuracy)) ± \(Self.percent(test.standardError))"
        if let averaged = engine.withAverage({ engine.evaluate(images) }) {
            recorder.summary.emaTestAccuracy = 100 * averaged.accuracy
            recorder.summary.emaTestStandardError = 100 * averaged.standardError
            recorder.summary.emaTestLoss = averaged.loss
            line +=
                ", EMA Test Acc: \(Self.percent(averaged.accuracy)) ± \(Self.percent(averaged.standardError))"
        }
        // First of all: the disk may be full.
        console.print(line + weights)
        let evaluation = Evaluation(
            engine, on: images, split: "test",
            classNames: options.dataset.classNames(count: engine.model.classCount))
        let mistakes = PNGImage(MistakeSheet.draw(evaluation, from: images))
        try recorder.append(test: test, epoch: epoch, trainer: trainer, mistakes: mistakes)
        try JSON.write(evaluation, to: run.evaluation)
        recorder.draw { run throws(FileError) in
            try AtomicFile.write(mistakes.bytes, to: run.mistakes, .content)
        }
    }

    /// The weights, the epoch after which they were, and what they are if that needs to be said.
    private func weightsToScore() throws -> (engine: SequenceEngine, epoch: Int, title: String?) {
        let last = trainer.state.epoch - 1
        guard data.validation != nil, let best = trainer.state.best?.epoch else {
            return (trainer.engine, last, nil)
        }
        let title = "the best of the images held out"
        if best == last { return (trainer.engine, last, title) }
        guard let checkpoint = try recorder.bestCheckpoint() else {
            return (trainer.engine, last, "the last: that of the best, \(best), is not kept")
        }
        let epoch = checkpoint.state.epoch - 1
        return (
            checkpoint.engine(threads: options.threads), epoch,
            epoch == best ? title : "the best that is kept: that of \(best) is not"
        )
    }

    private static func percent(_ share: Double) -> String { TextFormat.fixed(100 * share, decimals: 2) }
}
