import Console
import NeuralNetworks
import Platform
import Runs
import Training

/// Repeats the training of forecasting networks from their receipts and compares it: the data, the weights after each epoch
/// and the final loss; of a run also the checkpoints and all forecasts. Nothing is written.
package struct ForecastVerification {
    private let networks: [Network]
    /// The run whose networks are all verified; nil for the receipt of one network.
    private let run: RunDirectory?
    private let options: ForecastTraining.Options

    /// A network by its receipt.
    private struct Network {
        let path: String
        /// The network's directory; nil for a receipt alone.
        let directory: RunDirectory?
        let receipt: Receipt
    }

    /// A network whose training was repeated up to the end of a segment.
    private struct Repeated: RepeatedTraining {
        let data: ForecastData
        let options: ForecastTraining.Options
        /// The network's name for people.
        let title: String
        let trainer: Trainer
    }

    /// Reads the receipts.
    ///
    /// - Parameters:
    ///   - name: `latest`, the name of a run, the path of a run or of a network's directory in it, or of a receipt.
    ///   - root: The directory of runs.
    ///   - data: The path of the prices; nil for the run's.
    ///   - threads: The number of threads.
    /// - Throws: ``RunError``, ``ReceiptError``, ``FileError``.
    package init(_ name: String, root: String, data: String?, threads: Int) throws {
        var options = ForecastTraining.Options()
        if try Receipt.isPath(name) {
            networks = [Network(path: name, directory: nil, receipt: try Receipt.read(from: name))]
            run = nil
        } else {
            let found = try RunDirectory.find(name, root: root, of: .stockForecast).run
            let members = try ForecastMember.all(in: found).map(\.run)
            networks = try (members.isEmpty ? [found] : members).map { directory in
                guard try POSIX.kind(at: directory.receipt) != nil else {
                    throw ReceiptError.missing(run: directory.path)
                }
                let receipt = try Receipt.read(from: directory.receipt)
                return Network(path: directory.receipt, directory: directory, receipt: receipt)
            }
            run = members.isEmpty ? nil : found
            options = try Self.options(of: found)
        }
        options.data = data ?? options.data
        options.threads = threads
        self.options = options
    }

    /// Returns the options of a run, or of the run of a network, because they have the place of the data. A network without a
    /// run has its own.
    private static func options(of found: RunDirectory) throws -> ForecastTraining.Options {
        let parent = RunDirectory(path: FilePath.directory(of: found.path))
        let isNetwork = try ForecastMember.all(in: parent).contains { $0.run == found }
        let run = try isNetwork && POSIX.kind(at: parent.configuration) != nil ? parent : found
        return try RunFile.read(StoredOptions<ForecastTraining.Options>.self, from: run.configuration).options
    }

    /// - Parameters:
    ///   - epochs: The number of epochs to repeat; all if nil.
    ///   - console: The console that shows the result of each network.
    /// - Returns: Whether everything that was compared is equal.
    /// - Throws: ``ReceiptError`` for a receipt or data that do not belong to each other; errors of the data.
    package func verify(epochs: Int?, console: Console) throws -> Bool {
        let resume = run.map { $0.commandLine("--resume", of: Program.stockForecast.name) }
        for network in networks {
            try network.receipt.check(
                of: Program.stockForecast.name, epochs: epochs, path: network.path, resume: resume)
        }
        var trained: [ForecastNetwork] = []
        var isReproduced = true
        var data: ForecastData?
        for network in networks {
            console.print("Receipt: \(network.path)")
            let (result, repeated) = try verify(network, epochs: epochs, console)
            console.print(result.description)
            isReproduced = isReproduced && result.isReproduced
            guard let repeated else { continue }
            data = repeated.data
            let preparation = try JSON.text(repeated.data.preparation, pretty: false)
            trained.append(
                try ForecastNetwork(
                    Checkpoint(of: repeated.trainer, details: .init(preparation: preparation)),
                    path: network.path))
        }
        guard isReproduced, let data else { return isReproduced }
        return try run.map { try compareForecasts(of: trained, on: data, in: $0, console) } ?? true
    }

    // MARK: A network

    /// - Returns: The result, and the repeated training if all epochs were repeated and are equal.
    private func verify(
        _ network: Network, epochs: Int?, _ console: Console
    ) throws -> (VerificationResult, Repeated?) {
        let receipt = network.receipt
        let count = epochs ?? receipt.epochs.count
        let walk = try VerificationWalk(receipt.epochs.prefix(count), of: network.directory)
        let repetition: Repetition<Repeated> = try receipt.repeated(
            comparing: walk, path: network.path, prepare: { try prepare($0, after: $1?.trainer, network) },
            train: { try train($0, walk, console) })
        switch repetition {
        case .different(let result): return (result, nil)
        case .complete(let last):
            guard count == receipt.epochs.count else {
                return (.reproduced(epochs: count, count: receipt.epochs.count, scores: .notCompared), nil)
            }
            try receipt.checkRoles(last.data.contents, path: network.path)
            guard !receipt.scores.keys.isEmpty else {
                return (.reproduced(epochs: count, count: count, scores: .absent), nil)
            }
            return (compareScores(last, receipt), last)
        }
    }

    /// Returns a segment's training at its first step.
    private func prepare(
        _ segment: Receipt.Segment, after former: Trainer?, _ network: Network
    ) throws -> Repeated {
        var options = try self.options.with(receipt: segment.options, network.path)
        options.seeds = 1
        guard let (model, seed) = options.members.first, options.members.count == 1 else {
            throw ReceiptError.invalidOptions(
                path: network.path, reason: "\"model\": expected one of rnn, lstm, gru, found \"all\"")
        }
        let data = try ForecastData(options)
        try Receipt.check(data.contents, in: network.receipt.data, path: network.path)
        try EngineMemory(
            options.network(model), optimizer: Adam(), batchSize: options.batchSize,
            threads: options.usedThreads
        ).checkTraining(threads: options.usedThreads)
        let trainer = options.trainer(model, seed: seed)
        if let former { try trainer.restore(former, atStep: segment.firstStep, path: network.path) }
        return Repeated(
            data: data, options: options, title: ForecastMember.title(model, seed: seed), trainer: trainer)
    }

    private func train(_ repeated: Repeated, _ walk: VerificationWalk, _ console: Console) throws {
        let (options, trainer) = (repeated.options, repeated.trainer)
        try trainer.fit(
            repeated.data.train, epochs: max(0, options.epochs - trainer.state.epoch),
            batchSize: options.batchSize,
            callbacks: [
                walk,
                ForecastPrinter(
                    console, title: repeated.title, every: options.printEvery, epochs: options.epochs,
                    progress: options.progress),
            ])
    }

    private func compareScores(_ repeated: Repeated, _ receipt: Receipt) -> VerificationResult {
        let (trainer, epochs) = (repeated.trainer, receipt.epochs.count)
        guard epochs == repeated.options.epochs else {
            return .otherEnd(expected: epochs, found: repeated.options.epochs)
        }
        var summary = RunSummary()
        let score = trainer.evaluate(repeated.data.train)
        summary.set(score, .train, trainer.metrics)
        let differences = receipt.scores.differences(from: summary.scores)
        guard differences.isEmpty else { return .otherScores(differences) }
        let loss = TextFormat.significant(score.loss, digits: 4)
        return .reproduced(epochs: epochs, count: epochs, scores: .equal("train loss \(loss)"))
    }

    // MARK: The run

    /// Compares the forecasts of all networks with the forecasts in the run, and prints their scores.
    private func compareForecasts(
        of networks: [ForecastNetwork], on data: ForecastData, in run: RunDirectory, _ console: Console
    ) throws -> Bool {
        guard networks.count == self.networks.count, try POSIX.kind(at: run.forecast) != nil else {
            return true
        }
        let stored = try RunFile.read(
            ForecastRecord.self, from: run.forecast, ForecastRecord.fileLimits)
        let record = ForecastRecord(
            networks, on: data.history, trainCount: data.train.count, horizon: options.horizon)
        guard record == stored else {
            console.print(
                "Not reproduced: the networks are equal, but forecast.json has other forecasts. Restore the original file."
            )
            return false
        }
        console.print("All forecasts of forecast.json are equal to the last bit.")
        console.print("")
        console.print(ForecastScores(record).text())
        return true
    }
}
