import Console
import Datasets
import NeuralNetworks
import Platform
import TensorBoard
import Training

/// One training of a classifier, from its first or a later step to its end, with the run's files and the printed lines.
final class ClassifierSession<Task: ClassifierTraining> {
    private let training: Task
    private let options: Task.Options
    private let data: Task.Data
    private let job: Job
    private let processes: TrainingProcesses?
    private let trainer: Trainer
    private let recorder: RunRecorder

    private var run: RunDirectory { job.run }

    /// Prepares the trainer and the run's files, and prints a description of the training.
    init(_ training: Task, data: Task.Data, job: Job, processes: TrainingProcesses? = nil) throws {
        self.training = training
        self.processes = processes
        options = training.options
        self.data = data
        self.job = job
        let checkpoint = training.resumption?.checkpoint
        trainer = training.trainer(data)
        trainer.gradientNormInterval = options.logEvery > 0 ? options.logEvery : nil
        if let resumption = training.resumption, let misfit = checkpoint.flatMap(trainer.misfit) {
            throw OptionError(
                "\(resumption.lock.run.path) cannot be resumed with these options: \(misfit). Give the model and optimizer "
                    + "of the run.")
        }
        let configuration =
            try JSON.text(
                ClassifierConfiguration(
                    options: options, trainer: trainer, initialWeights: training.initialWeights(data),
                    changedAfterSteps: options.changes(from: checkpoint, of: job.run),
                    commandLine: job.commandLine))
            + "\n"
        let receipt = ReceiptDraft(
            options, models: training.models(data), data: data.contents, from: checkpoint?.stepCount ?? 0,
            of: job.run)
        recorder = try RunRecorder(
            job.lock, from: checkpoint, summary: training.resumption?.summary ?? RunSummary(),
            policy: options.checkpoints, stepsPerRecord: options.logEvery, metrics: trainer.metrics,
            sample: Task.sample, hasValidation: data.validation != nil,
            hasAverage: options.ema != nil,
            details: .init(
                options: options.decisiveText(), data: data.fingerprint, preparation: data.preparation),
            configuration: configuration,
            writeInputs: {
                for copy in try training.copies(data) { try copy.write(to: job.run) }
                try AtomicFile.write(configuration, to: job.run.configuration)
                try receipt.begin(in: job.run)
            }, program: job.program,
            drawReport: { run, summary throws(FileError) in
                try training.drawReport(RunRecord(run, of: [Task.Options.program], ending: summary))
            }, language: options.language, console: job.console)
        recorder.receipt = receipt
        if let checkpoint {
            trainer.restore(checkpoint, secondsOfEpoch: recorder.summary.secondsOfEpoch)
        }
        printHeader()
    }

    private func printHeader() {
        let (engine, console) = (trainer.engine, job.console)
        if let origin = training.origin { console.print(origin) }
        console.print("Data: \(data.title)")
        console.print(engine.model.summary())
        console.print(
            "Parameters: \(TextFormat.grouped(engine.parameters.count)) · batch \(options.batchSize) · "
                + "\(options.learningDescription) · seed \(options.seed)")
        let threadsWarning = UsableCores.notice(asked: options.threads, used: engine.threads)
        let warnings =
            [engine.model.stack.idleDropoutWarning] + training.warnings(data) + [threadsWarning]
        for warning in warnings.compactMap(\.self) { console.print("Warning: \(warning)") }
        console.print("Threads: \(engine.threads) · instruction set: \(engine.instructionSet)")
        if let processes { console.print(processes.title) }
        console.print("Run: \(job.run.path)")
        guard let resumption = training.resumption else { return }
        for notice in resumption.notices { console.print("Warning: \(notice)") }
        let steps = TextFormat.count(resumption.checkpoint?.stepCount ?? 0, "step")
        let epoch = resumption.checkpoint?.state.epoch ?? 0
        console.print("Resumed after \(steps) (\(epoch) of \(options.epochs) epochs complete)")
    }

    /// Trains and evaluates.
    func execute() throws -> ExitStatus {
        try job.keepingFailures(
            lastCheckpoint: { recorder.lastCheckpoint },
            keep: { recorder.finish(trainer, failure: $0) },
            body: { try complete(train()) })
    }

    private func train() throws -> Trainer.Ending {
        var callbacks: [any Callback] = [StopOnSignal(job.signal)]
        if let limit = options.timeLimit { callbacks.append(TimeLimit(seconds: limit)) }
        if let patience = options.earlyStopping { callbacks.append(EarlyStopping(patience: patience)) }
        callbacks += [recorder, EpochPrinter(job.console, progress: options.progress)]
        let epochs = max(0, options.epochs - trainer.state.epoch)
        func fit() throws -> Trainer.Ending {
            try trainer.fit(
                data.train, epochs: epochs, batchSize: options.batchSize, validation: data.validation,
                callbacks: callbacks)
        }
        return try processes?.train(
            trainer, on: data.train, batchSize: options.batchSize, epochs: epochs,
            of: (job.run, job.program), job.console, fit) ?? fit()
    }

    private func complete(_ ending: Trainer.Ending) throws -> ExitStatus {
        var ending = ending
        var failure: (any Error)?
        if ending.isComplete {
            do { try score() } catch { failure = error }
            if let number = job.signal.received { ending = .interrupted(signal: number) }
        }
        recorder.summary.state = failure == nil ? ending.state : .failed
        recorder.summary.reason = failure.map { "\($0)" } ?? ending.reason
        recorder.summary.peakMemoryBytes = CurrentProcess.peakResidentBytes
        try recorder.finish(trainer)
        if let failure { throw failure }
        return try job.status(
            of: ending, failureCount: recorder.failureCount, checkpoint: recorder.lastCheckpoint)
    }

    /// Evaluates the weights of the best epoch if there is a validation set, otherwise the last weights.
    private func score() throws {
        let (engine, epoch, title) = try weightsToScore()
        var figures: [String] = []
        func keep(_ score: Score?, _ split: MetricSplit, _ name: String) {
            guard let score else { return }
            recorder.summary.set(score, split, trainer.metrics)
            let isTest = split == .test || split == .averagedTest
            figures.append("\(name) \(Task.figure(score, isTest: isTest))")
        }
        func printFigures() {
            let weights = title.map { " (epoch \(epoch), \($0))" } ?? ""
            job.console.print(figures.joined(separator: ", ") + weights)
            if let closing = training.closing(engine, data) { job.console.print(closing) }
        }
        recorder.summary.scoredEpoch = epoch
        keep(engine.evaluate(data.train), .train, "Train")
        keep(data.validation.map(engine.evaluate), .validation, "Val")
        keep(
            engine.withAverage { data.validation.map(engine.evaluate) } ?? nil, .averagedValidation, "EMA Val"
        )
        guard job.signal.received == nil else { return }
        guard let samples = try data.test() else { return printFigures() }
        let (test, outputs) = Task.test(engine, on: samples)
        guard outputs.allSatisfy(\.isFinite), test.loss.isFinite || Task.hasConfusion else {
            throw CheckpointError(path: run.path, problem: .scoresNotFinite)
        }
        recorder.receipt?.add(test: data.contents(ofTest: samples))
        keep(test, .test, "Test")
        keep(engine.withAverage { engine.evaluate(samples) }, .averagedTest, "EMA Test")
        // Print the figures before anything is written, because the disk may be full.
        printFigures()
        guard Task.hasConfusion else {
            return try recorder.append(test: test, epoch: epoch, trainer: trainer, mistakes: nil)
        }
        let evaluation = Evaluation(
            test, outputs, of: samples, classCount: engine.model.classCount, split: MetricSplit.test.rawValue,
            classNames: data.classNames, mistakeCount: Task.mistakeCount)
        let mistakes = training.keep(mistakes: evaluation, of: samples, data: data)
        try recorder.append(test: test, epoch: epoch, trainer: trainer, mistakes: mistakes.picture)
        try JSON.write(evaluation, to: run.evaluation)
        recorder.draw(mistakes.write)
    }

    /// Returns the weights, their epoch, and a note about them if one is needed.
    private func weightsToScore() throws -> (engine: SequenceEngine, epoch: Int, title: String?) {
        let last = trainer.state.epoch - 1
        guard data.validation != nil, let best = trainer.state.best?.epoch else {
            return (trainer.engine, last, nil)
        }
        let title = "lowest validation loss"
        if best == last { return (trainer.engine, last, title) }
        guard let checkpoint = try recorder.bestCheckpoint() else {
            return (
                trainer.engine, last, "the last one; the checkpoint of epoch \(best), the best, was not saved"
            )
        }
        let epoch = checkpoint.state.epoch - 1
        return (
            checkpoint.engine(threads: options.usedThreads), epoch,
            epoch == best ? title : "the best saved one; the checkpoint of epoch \(best) was not saved"
        )
    }
}

extension ClassifierTraining {
    /// Returns the score of a test set and, for a confusion matrix, the outputs.
    static func test(_ engine: SequenceEngine, on samples: Data.Samples) -> (Score, outputs: [Float]) {
        withExtendedLifetime(samples) {
            hasConfusion ? engine.evaluateWithOutputs(samples.sequences) : (engine.evaluate(samples), [])
        }
    }
}
