import Console
import NeuralNetworks
import Platform
import Prices
import Runs
import Training

/// The tutorials' other program: it trains networks that forecast a price from the prices of previous days, compares
/// them with each other and with the last value, and stores everything needed for further forecasts.
package struct ForecastTraining: Sendable {
    package let options: Options
    private let resumption: ForecastResumption?

    /// Creates the training of a new run.
    package init(_ options: Options) {
        self.options = options.resolved
        resumption = nil
    }

    /// Creates the remaining training of a run: networks that are missing or not completely trained.
    ///
    /// - Parameters:
    ///   - resumption: The run.
    ///   - options: The options, the run's or others that do not affect its networks.
    ///   - allowsChanges: Whether options may differ that affect how networks are trained, but not their architecture.
    /// - Throws: ``RunError/otherForecasts(run:differences:)``, ``RunError/otherOptions(run:differences:)``
    package init(resuming resumption: ForecastResumption, options: Options, allowsChanges: Bool = false)
        throws
    {
        let path = resumption.lock.run.path
        let fixed = resumption.options.fixedDifferences(to: options) + resumption.options.lacks(in: options)
        guard fixed.isEmpty else { throw RunError.otherForecasts(run: path, differences: fixed) }
        let differences = resumption.options.differences(to: options)
        guard differences.isEmpty || allowsChanges else {
            throw RunError.otherOptions(run: path, differences: differences)
        }
        self.options = options
        self.resumption = resumption
    }

    /// Trains, forecasts and compares. Ctrl-C, SIGTERM and a request end training after the current step, and everything is saved.
    ///
    /// - Parameters:
    ///   - opensPage: Whether to start the page of the runs beside the training.
    ///   - commandLine: The words of the command line.
    ///   - terminal: The terminal where lines are shown.
    /// - Returns: Success, or the status for an unwritten chart, a request or a signal.
    /// - Throws: ``ReportedError``
    package func run(
        opensPage: Bool = false, commandLine: [String] = CommandLine.arguments,
        terminal: Terminal = .standardOutput
    ) throws -> ExitStatus {
        try Job.run(
            of: .stockForecast, isQuiet: options.quiet, terminal: terminal, commandLine: commandLine,
            prepare: {
                let data = try ForecastData(options)
                try ForecastMemory.check(
                    rows: data.history.count, networks: options.members.count,
                    advice: "take fewer rows (--rows, --from, --to) or networks (--seeds, --model)")
                try ForecastFeedback.check(
                    horizon: options.horizon, RowFrequency(data.history.dates),
                    after: data.history.dates[data.history.count - 1])
                try ForecastRecord.check(
                    networks: options.members.count, days: data.windows.count + options.horizon)
                try resumption?.check(data: data.fingerprint, options)
                for model in options.models {
                    try EngineMemory(
                        options.network(model), optimizer: Adam(), batchSize: options.batchSize,
                        threads: options.usedThreads
                    ).checkTraining(threads: options.usedThreads)
                }
                return data
            },
            lock: {
                try resumption?.lock
                    ?? RunDirectory.create(root: options.runs, name: options.name, holdsCheckpoints: false)
            },
            body: { data, job in
                try resumption?.discardTemporaryFiles()
                try JSON.write(
                    Configuration(options: options, data: data, commandLine: commandLine),
                    to: job.run.configuration)
                let session = ForecastSession(options, data: data, job: job, started: resumption?.started)
                let page = opensPage ? TrainingPage(of: job) : nil
                defer { page?.waitUntilTold() }
                return try session.execute()
            })
    }
}

extension ForecastTraining {
    /// The content of `config.json`.
    package struct Configuration: Encodable {
        package var program = Options.program.name
        package var options: Options
        /// The description of the data, in words.
        package var data: [String]
        package var commandLine: [String]
        package var instructionSet = InstructionSet.best
        package var environment = ExecutionEnvironment.current()

        package init(options: Options, data: ForecastData, commandLine: [String]) {
            self.options = options
            self.data =
                data.description + data.notes + [
                    Language.english.text(ForecastDataText.scaled, ["scaling": data.scaling])
                ]
            self.commandLine = commandLine
        }
    }

    /// The part of `config.json` that is read again.
    struct StoredConfiguration: Decodable {
        var options: Options
        var data: [String]
    }
}

/// A forecast run to resume: its directory, which is locked for the lifetime of this value, and its options.
package struct ForecastResumption: Sendable {
    package let lock: RunDirectory.Lock
    /// The options with which the run was started.
    package let options: ForecastTraining.Options
    package let started: String?

    /// - Parameters:
    ///   - name: `latest`, the name of a run, or its path.
    ///   - root: The directory of runs.
    /// - Throws: ``RunError``, ``FileError``.
    package init(_ name: String, root: String) throws {
        let run = try RunDirectory.findForecast(name, root: root)
        lock = try RunDirectory.Lock(run)
        options = try lock.options()
        try lock.check(options)
        started = (try? RunSummary.read(run))?.started
    }

    /// The options of the networks that a resume may change.
    static let changeable: Set<String> = ["epochs", "batch_size", "learning_rate"]

    /// Removes the partially written files that a killed process left next to the networks.
    func discardTemporaryFiles() throws {
        try OpenDirectory(lock.run.path).discardTemporaries()
    }

    /// Checks, before anything is written, that the existing networks were trained on these data and match the options.
    package func check(data: String, _ options: ForecastTraining.Options) throws {
        for (model, seed) in options.members {
            let member = ForecastMember(model, seed: seed, in: lock.run)
            try OpenDirectory.check(member.run.path)
            guard let checkpoint = try CheckpointStore(member.run).newest()?.checkpoint else { continue }
            guard checkpoint.details.data == data else {
                throw RunError.otherData(
                    run: member.run.path, expected: checkpoint.details.data, found: data)
            }
            var differences = try checkpoint.options(on: options, in: member.run).fixedDifferences(
                to: options)
            if checkpoint.model != options.network(model) {
                differences.append("its checkpoint is of another model")
            }
            if checkpoint.seed != seed { differences.append("its checkpoint is of seed \(checkpoint.seed)") }
            guard differences.isEmpty else {
                throw RunError.otherForecasts(run: member.run.path, differences: differences)
            }
        }
    }
}
