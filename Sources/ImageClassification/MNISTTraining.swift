import Console
import NeuralNetworks
import Platform
import Runs
import Training

/// The main job: trains a recurrent classifier on MNIST, prints and keeps what happens, evaluates at the end.
package struct MNISTTraining: Sendable {
    package let options: Options
    private let resumption: Resumption?
    private let recipe: Recipe?

    /// A run of its own.
    ///
    /// - Parameters:
    ///   - options: all of them.
    ///   - recipe: what some of these were taken from, to say so; nil for nothing to say.
    package init(_ options: Options, recipe: Recipe? = nil) {
        self.options = options
        self.recipe = recipe
        resumption = nil
    }

    /// The rest of a run.
    ///
    /// - Parameters:
    ///   - resumption: the run, and where to start from.
    ///   - options: the run's, or others.
    ///   - allowsChanges: whether others may be such that weights and logs depend on them.
    /// - Throws: ``RunError/otherOptions(run:differences:)``; ``RunError/otherHeldOutImages(run:differences:)``
    package init(resuming resumption: Resumption, options: Options, allowsChanges: Bool) throws {
        let heldOut = resumption.options.validationDifferences(to: options)
        guard heldOut.isEmpty else {
            throw RunError.otherHeldOutImages(run: resumption.lock.run.path, differences: heldOut)
        }
        let differences = resumption.options.differences(to: options)
        guard differences.isEmpty || allowsChanges else {
            throw RunError.otherOptions(run: resumption.lock.run.path, differences: differences)
        }
        self.options = options
        self.resumption = resumption
        recipe = nil
    }

    /// Trains. Ctrl-C, SIGTERM and the time limit end it after the running step, with everything written.
    ///
    /// Bad options and bad training images are found before the run's directory is made. The test images are
    /// read at the end; if that fails, the run is complete but for the test accuracy.
    ///
    /// - Returns: Success, or that a file could not be written, the time limit, or a signal.
    /// - Throws: ``ReportedError``
    package func run(
        commandLine: [String] = CommandLine.arguments, terminal: Terminal = .standardOutput
    ) throws -> ExitStatus {
        let signal = InterruptSignal.install()
        defer { signal.uninstall() }
        let data = try MNISTData(options)
        try resumption?.check(data: data.fingerprint)
        let teacher = try teacher()
        try teacher?.check(options.model(for: data.train), options)
        let lock = try resumption?.lock ?? RunDirectory.create(root: options.runs, name: options.name)
        let console = try Console(terminal: options.quiet ? .silent : terminal, log: lock.run.log)
        defer { console.eraseBar() }
        if let resumption, resumption.isFinished(options) {
            let more = resumption.isOutOfPatience(options) ? "a larger --early-stopping" : "more --epochs"
            console.print("\(lock.run.path) is finished; to train on, give \(more) with --allow-changes.")
            return .success
        }
        do {
            return try train(data, teacher, lock, commandLine, console, signal)
        } catch {
            // The caller prints the error; the log is to have it too.
            console.note("Error: \(error)")
            throw error
        }
    }

    /// Of a run that goes on with the teacher it has, its own copy.
    private func teacher() throws -> Teacher? {
        let isKept = resumption.map { $0.options.teacher == options.teacher } ?? false
        return try Teacher(options, copy: isKept ? resumption?.lock.run.teacher : nil)
    }

    private func train(
        _ data: MNISTData, _ teacher: Teacher?, _ lock: RunDirectory.Lock, _ commandLine: [String],
        _ console: Console,
        _ signal: InterruptSignal
    ) throws -> ExitStatus {
        let trainer = Trainer(
            model: options.model(for: data.train), optimizer: options.chosenOptimizer,
            schedule: options.chosenSchedule, clipping: options.clipping,
            labelSmoothing: options.labelSmoothing, augmentation: options.augmentation,
            averageDecay: options.ema, distillation: teacher?.distillation, seed: options.seed,
            threads: options.threads)
        if let resumption, let misfit = resumption.checkpoint.flatMap(trainer.misfit) {
            throw OptionError(
                "\(resumption.lock.run.path) cannot go on with these options: \(misfit). Model and optimizer must "
                    + "be the run's.")
        }
        trainer.gradientNormInterval = options.logEvery > 0 ? options.logEvery : nil
        try teacher?.checkpoint.write(to: lock.run.teacher)
        try JSON.write(
            Configuration(options: options, trainer: trainer, commandLine: commandLine),
            to: lock.run.configuration)
        try printHeader(console, data, trainer, teacher, lock.run)
        let session = try MNISTSession(
            options, data: data, trainer: trainer, lock: lock, resumption: resumption, console: console,
            signal: signal)
        return try session.execute()
    }

    private func printHeader(
        _ console: Console, _ data: MNISTData, _ trainer: Trainer, _ teacher: Teacher?, _ run: RunDirectory
    ) throws {
        let engine = trainer.engine
        if let recipe { console.print("Recipe: \(recipe.title(with: options))") }
        console.print("Data: \(data.title)")
        console.print(engine.model.summary())
        console.print(
            "Parameters: \(TextFormat.grouped(engine.parameters.count)) · batch \(options.batchSize) · "
                + "\(options.learningDescription) · seed \(options.seed)")
        for warning in [engine.model.stack.idleDropoutWarning, teacher?.warning].compactMap(\.self) {
            console.print("Warning: \(warning)")
        }
        console.print("Threads: \(engine.threads) · instruction set: \(engine.instructionSet)")
        console.print("Run: \(run.path)")
        for notice in resumption?.notices ?? [] { console.print("Warning: \(notice)") }
        guard let resumption else { return }
        let state = resumption.checkpoint?.state ?? TrainingState()
        console.print(
            "Resumed: \(state.epoch) of \(options.epochs) epochs and \(state.stepInEpoch) steps are done")
    }
}

extension MNISTTraining {
    /// `config.json`
    package struct Configuration: Encodable {
        package var program = Options.program.name
        package var options: Options
        package var optimizer: OptimizerDescription
        package var schedule: LearningRateSchedule
        package var model: SequenceModel
        package var parameters: Int
        package var instructionSet: InstructionSet
        package var commandLine: [String]
        package var environment: ExecutionEnvironment

        package init(options: Options, trainer: Trainer, commandLine: [String]) {
            self.options = options
            optimizer = OptimizerDescription(optimizer: trainer.engine.optimizer)
            schedule = trainer.schedule
            model = trainer.engine.model
            parameters = trainer.engine.parameters.count
            instructionSet = trainer.engine.instructionSet
            self.commandLine = commandLine
            environment = .current()
        }
    }

    /// What of `config.json` is read back.
    struct StoredOptions: Decodable {
        let options: Options
    }

    /// The optimizer with its own numbers, whichever it is.
    package struct OptimizerDescription: Encodable {
        let optimizer: any Optimizer

        package func encode(to encoder: any Encoder) throws { try optimizer.encode(to: encoder) }
    }
}
