import Console
import NeuralNetworks
import Platform
import Runs
import Training

/// The main job: trains a recurrent classifier on MNIST, prints and logs its progress, and evaluates it at the end.
package struct ImageTraining: Sendable {
    package let options: Options
    let resumption: Resumption?
    let recipe: Recipe?

    /// Creates the training of a new run.
    ///
    /// - Parameters:
    ///   - options: All options.
    ///   - recipe: The recipe of the options, which is printed; nil if there is none.
    package init(_ options: Options, recipe: Recipe? = nil) {
        self.options = options
        self.recipe = recipe
        resumption = nil
    }

    /// Creates the remaining training of a run.
    ///
    /// - Parameters:
    ///   - resumption: The run and the checkpoint to start from.
    ///   - options: The options, the run's or changed ones.
    ///   - allowsChanges: Whether options that affect weights and logs may differ from the run's.
    /// - Throws: ``RunError/otherOptions(run:differences:)``; ``RunError/otherModel(run:differences:)``;
    ///   ``RunError/otherHeldOutImages(run:differences:)``
    package init(resuming resumption: Resumption, options: Options, allowsChanges: Bool) throws {
        let heldOut = resumption.options.validationDifferences(to: options)
        guard heldOut.isEmpty else {
            throw RunError.otherHeldOutImages(run: resumption.lock.run.path, differences: heldOut)
        }
        let fixed = resumption.checkpoint == nil ? [] : resumption.options.fixedDifferences(to: options)
        guard fixed.isEmpty else {
            throw RunError.otherModel(run: resumption.lock.run.path, differences: fixed)
        }
        let differences = resumption.options.differences(to: options)
        guard differences.isEmpty || allowsChanges else {
            throw RunError.otherOptions(run: resumption.lock.run.path, differences: differences)
        }
        self.options = options
        self.resumption = resumption
        recipe = nil
    }

    /// Trains. Ctrl-C, SIGTERM and the time limit end training after the current step, and everything is saved.
    ///
    /// Invalid options, invalid training images and test files of another form are found before the run's directory is
    /// created. The test set is read at the end; if that fails, the run is marked as failed, and a resume evaluates it.
    ///
    /// - Returns: Success, or the status for an unwritten file, the time limit or a signal.
    /// - Throws: ``ReportedError``
    package func run(
        commandLine: [String] = CommandLine.arguments, terminal: Terminal = .standardOutput
    ) throws -> ExitStatus {
        try Job.run(
            of: .mnistBiLSTM, isQuiet: options.quiet, terminal: terminal, commandLine: commandLine,
            prepare: {
                let data = try ImageTrainingData(options)
                if options.test ?? true { try data.checkTest() }
                try resumption?.check(data: data.fingerprint)
                let teacher = try teacher()
                try teacher?.check(options.model(for: data.train), options)
                try checkMemory(data, teacher: teacher)
                return (data, teacher)
            },
            lock: { try resumption?.lock ?? RunDirectory.create(root: options.runs, name: options.name) },
            body: { input, job in
                if let resumption, resumption.isFinished(options) {
                    let more =
                        resumption.isOutOfPatience(options) ? "a larger --early-stopping" : "more --epochs"
                    job.console.print(
                        "\(job.run.path) is finished; to continue, give \(more) and --allow-changes.")
                    return .success
                }
                return try ImageTrainingSession(self, data: input.0, teacher: input.1, job: job).execute()
            })
    }

    /// Checks that there is enough memory for the training, its checkpoints and its evaluation.
    private func checkMemory(_ data: ImageTrainingData, teacher: Teacher?) throws(MemoryShortage) {
        let model = options.model(for: data.train)
        let engine = EngineMemory(
            model, optimizer: options.chosenOptimizer, batchSize: options.batchSize,
            hasAverage: options.ema != nil, isAugmented: options.augmentation != .none,
            teacher: teacher?.checkpoint.model, threads: options.usedThreads)
        // The test set is usually no larger than the training set.
        let images = Double(
            data.train.count * (data.train.rows * data.train.columns + model.output.count * 8))
        try engine.checkTraining(
            threads: options.usedThreads, hasAverage: options.ema != nil,
            evaluatesBest: data.validation != nil, data: images)
    }

    /// Returns the teacher; a resumed run has a copy of it.
    private func teacher() throws -> Teacher? {
        let isKept = resumption.map { $0.options.teacher == options.teacher } ?? false
        return try Teacher(options, copy: isKept ? resumption?.lock.run.teacher : nil)
    }
}

extension ImageTraining {
    /// The content of `config.json`.
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

    /// The optimizer, with its hyperparameters.
    package struct OptimizerDescription: Encodable {
        let optimizer: any Optimizer

        package func encode(to encoder: any Encoder) throws { try optimizer.encode(to: encoder) }
    }
}
