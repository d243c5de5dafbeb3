import Console
import NeuralNetworks
import Platform
import Runs
import Training

/// One forecast run, from its first untrained network to its end.
final class ForecastSession {
    private let options: ForecastTraining.Options
    private let data: ForecastData
    private let job: Job
    private var summary = RunSummary()
    private var networks: [ForecastNetwork] = []
    private var failureCount = 0
    /// The newest checkpoint of the network in training, or of the last one.
    private var lastCheckpoint: String?

    private var run: RunDirectory { job.run }
    private var console: Console { job.console }

    /// - Parameter started: The start time of a resumed run.
    init(
        _ options: ForecastTraining.Options, data: ForecastData, job: Job, started: String?
    ) {
        self.options = options
        self.data = data
        self.job = job
        if let started { summary.started = started }
    }

    /// Trains the remaining networks, and compares all.
    func execute() throws -> ExitStatus {
        printHeader()
        try summary.write(to: run)
        return try job.keepingFailures(
            lastCheckpoint: { lastCheckpoint },
            keep: { error in
                summary.state = .failed
                summary.reason = "\(error)"
                try? summary.write(to: run)
            },
            body: {
                for (model, seed) in options.members {
                    let member = ForecastMember(model, seed: seed, in: run)
                    let ending = try train(member)
                    guard ending == .finished else { return try end(ending, in: member) }
                }
                return try end(.finished)
            })
    }

    private func printHeader() {
        for line in data.description { console.print("Data: \(line)") }
        for note in data.notes { console.print("Note: \(note)") }
        console.print("Scaling: \(data.scaling)")
        if options.sigmoid, options.models.contains(.rnn), let notice = data.sigmoidNotice {
            console.print("Note: \(notice)")
        }
        console.print(
            "\(TextFormat.count(options.members.count, "network")): "
                + "\(TextFormat.list(options.models.map(\.title))), \(TextFormat.count(options.layers, "layer")) of "
                + "\(options.hiddenSize) · \(TextFormat.count(options.epochs, "epoch")), batch "
                + "\(options.batchSize), Adam, learning rate \(options.learningRate)")
        console.print("Run: \(run.path)")
        if let notice = UsableCores.notice(
            asked: options.threads, used: UsableCores.threads(of: options.threads))
        {
            console.print("Warning: \(notice)")
        }
    }

    // MARK: Training

    /// Trains a network, or the rest of it, and adds it to `networks` if it is complete.
    private func train(_ member: ForecastMember) throws -> Trainer.Ending {
        let lock = try member.lock()
        let found = try CheckpointStore(member.run).newest()
        for problem in found?.problems ?? [] {
            console.print("Warning: \(problem)\nResuming from the previous checkpoint.")
        }
        let checkpoint = found?.checkpoint
        lastCheckpoint = found?.path
        let model = options.network(member.model)
        if let checkpoint, let path = found?.path, checkpoint.state.epoch >= options.epochs,
            lock.run.summaryState == .finished
        {
            console.print("\(member.title): already trained")
            networks.append(try ForecastNetwork(checkpoint, path: path))
            return .finished
        }
        let trainer = options.trainer(member.model, seed: member.seed)
        if trainer.engine.threads < options.usedThreads,
            let notice = UsableCores.notice(asked: options.usedThreads, used: trainer.engine.threads)
        {
            console.print("Warning: \(notice)")
        }
        let recorder = try recorder(lock, checkpoint, member, trainer)
        if let checkpoint {
            trainer.restore(checkpoint, secondsOfEpoch: recorder.summary.secondsOfEpoch)
        }
        let done = trainer.state.epoch
        console.print(
            "\(member.title): \(TextFormat.grouped(model.layout.count)) parameters"
                + (checkpoint == nil ? "" : ", \(done) of \(options.epochs) epochs complete"))
        defer { lastCheckpoint = recorder.lastCheckpoint }
        let ending = try trainer.fit(
            data.train, epochs: max(0, options.epochs - trainer.state.epoch), batchSize: options.batchSize,
            callbacks: [
                StopOnSignal(job.signal), recorder,
                ForecastPrinter(
                    console, title: member.title, every: options.printEvery, epochs: options.epochs,
                    progress: options.progress),
            ])
        return try end(ending, of: member, trainer, recorder)
    }

    private func recorder(
        _ lock: RunDirectory.Lock, _ checkpoint: Checkpoint?, _ member: ForecastMember, _ trainer: Trainer
    ) throws -> RunRecorder {
        var policy = CheckpointPolicy()
        // Saving a checkpoint takes longer than hundreds of epochs.
        policy.every = .seconds(10)
        let alone = options.alone(member.model, seed: member.seed)
        let receipt = ReceiptDraft(
            alone, models: [], data: data.contents, from: checkpoint?.stepCount ?? 0, of: member.run)
        let recorder = try RunRecorder(
            lock, from: checkpoint, summary: (try? RunSummary.read(member.run)) ?? RunSummary(),
            policy: policy, metrics: trainer.metrics,
            details: .init(
                options: options.decisiveText(), data: data.fingerprint,
                preparation: JSON.text(data.preparation, pretty: false)),
            writeInputs: {
                try JSON.write(
                    MemberConfiguration(options: alone, model: trainer.engine.model),
                    to: member.run.configuration)
                try receipt.begin(in: member.run)
            }, stoppable: run, program: Program.stockForecast.name, console: console)
        recorder.receipt = receipt
        return recorder
    }

    private func end(
        _ ending: Trainer.Ending, of member: ForecastMember, _ trainer: Trainer, _ recorder: RunRecorder
    ) throws -> Trainer.Ending {
        recorder.summary.state = ending.state
        recorder.summary.reason = ending.reason
        if ending == .finished {
            recorder.summary.set(trainer.evaluate(data.train), .train, trainer.metrics)
        }
        try recorder.finish(trainer)
        failureCount += recorder.failureCount
        if ending == .finished {
            let checkpoint = Checkpoint(
                of: trainer, details: .init(preparation: try JSON.text(data.preparation, pretty: false)))
            networks.append(try ForecastNetwork(checkpoint, path: member.run.path))
        }
        return ending
    }

    // MARK: The end

    /// - Parameter member: The network whose training is not complete.
    private func end(_ ending: Trainer.Ending, in member: ForecastMember? = nil) throws -> ExitStatus {
        summary.state = ending.state
        summary.reason = ending.reason
        let networkSummaries = options.members.map { model, seed in
            (try? RunSummary.read(ForecastMember(model, seed: seed, in: run).run)) ?? RunSummary()
        }
        summary.epochs = networkSummaries.map(\.epochs).min() ?? 0
        summary.steps = networkSummaries.reduce(0) { $0 + $1.steps }
        summary.trainingSeconds = networkSummaries.reduce(0) { $0 + $1.trainingSeconds }
        summary.peakMemoryBytes = CurrentProcess.peakResidentBytes
        if !networks.isEmpty {
            let record = ForecastRecord(
                networks, on: data.history, trainCount: data.train.count, horizon: options.horizon)
            if ending == .finished { printResults(record) }
            try JSON.write(record, to: run.forecast)
            try AtomicFile.write(ForecastScores(record).csv(), to: run.results, .content)
        }
        var isDrawn = true
        do throws(FileError) {
            try ForecastReport(run, ending: summary).write()
        } catch {
            isDrawn = false
            failureCount += 1
            console.print(
                "Warning: \(error). Draw it later with: \(run.commandLine("report", of: Program.stockForecast.name))"
            )
        }
        try? run.discardStopRequest()
        try summary.write(to: run)
        if ending == .finished, isDrawn { console.print("Report: \(run.report)") }
        return try job.status(
            of: ending, failureCount: failureCount, checkpoint: lastCheckpoint, network: member?.title)
    }

    private func printResults(_ record: ForecastRecord) {
        console.print("")
        console.print(ForecastScores(record).text())
        if let future = record.futureText(options.features) {
            console.print("")
            console.print(future)
        }
        console.print("")
    }

    /// The content of a network's `config.json`.
    private struct MemberConfiguration: Encodable {
        var program = ForecastTraining.Options.program.name
        var options: ForecastTraining.Options
        var model: SequenceModel
    }
}

extension RunDirectory {
    /// The forecasts of a run's networks: a ``ForecastRecord``.
    package var forecast: String { FilePath.join(path, "forecast.json") }
    /// The errors of the forecasts, in full precision.
    package var results: String { FilePath.join(path, "results.csv") }
    var lossPicture: String { FilePath.join(path, "loss.svg") }
    var forecastPicture: String { FilePath.join(path, "forecast.svg") }

    fileprivate var summaryState: RunState? { (try? RunSummary.read(self))?.state }
}
