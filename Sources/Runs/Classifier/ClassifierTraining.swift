import Console
import Datasets
import NeuralNetworks
import Platform
import TensorBoard
import Training

/// The data of a classifier's training.
package protocol ClassifierData {
    associatedtype Samples: SequenceDataset

    var train: Samples { get }
    var validation: Samples? { get }
    /// A text that identifies the data.
    var fingerprint: String { get }
    /// A description for people: "datasets/mnist, 60,000 training images of 28 × 28, 10 classes".
    var title: String { get }
    /// The names of the classes; numbers if nil.
    var classNames: [String]? { get }
    /// Information that the model needs besides its weights, as JSON, for checkpoints.
    var preparation: String { get throws }

    /// The number of steps of the longest sample, for a model of any length.
    var longest: Int { get }

    /// Reads the test set; returns nil if there is none.
    func test() throws -> Samples?

    /// The content of the training set and the validation set, for receipts.
    var contents: [Receipt.Content] { get }
    /// Returns the content of the test set, for receipts; empty if it is a part of ``contents``.
    func contents(ofTest samples: Samples) -> [Receipt.Content]
}

extension ClassifierData {
    package var longest: Int { 1 }
}

/// The training of a classifier, new or resumed: its options, its data and what is special about its samples.
/// ``run(commandLine:terminal:)`` does the rest.
package protocol ClassifierTraining: Sendable {
    associatedtype Options: ClassifierOptions
    associatedtype Data: ClassifierData

    var options: Options { get }
    var resumption: Resumption<Options>? { get }
    /// A line about the origin of the options; nil for none.
    var origin: String? { get }

    /// Creates a training whose options were checked.
    init(options: Options, resumption: Resumption<Options>?)

    /// Returns the training of an existing run, to repeat it: with the run's copies of other models, and without a test set.
    /// Nothing is written to the run.
    static func replaying(_ options: Options, of run: RunDirectory) -> Self

    /// Returns the training of a receipt, to repeat it. Nothing is written.
    ///
    /// - Parameters:
    ///   - options: The options of the receipt, with the places of data and of other models.
    ///   - run: The run whose copies of other models are used; nil to read the models of the options.
    ///   - evaluatesTest: Whether the test set is read.
    static func verifying(_ options: Options, of run: RunDirectory?, evaluatesTest: Bool) -> Self

    /// Returns the training that a process computes for the one that has the run's files.
    ///
    /// - Parameters:
    ///   - options: The options of the training.
    ///   - copies: The other models that the training reads, as ``copies(_:)`` returns them.
    static func helping(_ options: Options, with copies: [RunCopy]) -> Self

    /// The name of what the logs count: the samples, or the characters of a text.
    static var sample: SampleName { get }
    /// Whether the test set is evaluated with a confusion matrix and mistakes.
    static var hasConfusion: Bool { get }
    /// Returns the figure of a split's final score, without the name of the split.
    static func figure(_ score: Score, isTest: Bool) -> String
    /// Returns a text that is printed after the final scores; nil for none.
    func closing(_ engine: SequenceEngine, _ data: Data) -> String?
    /// The maximum number of mistakes in `evaluation.json` and the report.
    static var mistakeCount: Int { get }
    /// Reads and checks all data, except the content of the test set.
    func data() throws -> Data
    /// Returns the model for the data.
    func model(_ data: Data) -> SequenceModel
    /// The metrics of each epoch.
    var metrics: [Metric] { get }
    /// Returns the trainer, with initial weights.
    func trainer(_ data: Data) -> Trainer
    /// Returns the file of the trained weights with which the run begins; nil for random ones.
    func initialWeights(_ data: Data) -> WeightOrigin?
    /// Returns the other models that the training reads, for receipts.
    func models(_ data: Data) -> [Receipt.Content]
    /// Returns warnings that are special to this training.
    func warnings(_ data: Data) -> [String]
    /// Returns the copies of other models that the run keeps, as checkpoint files.
    func copies(_ data: Data) throws -> [RunCopy]
    /// Returns what is kept of the mistakes: a picture for TensorBoard, and a file that a function writes.
    func keep(
        mistakes evaluation: Evaluation, of samples: Data.Samples, data: Data
    ) -> (picture: PNGImage?, write: (RunDirectory) throws(FileError) -> Void)
    /// Draws the run's report.
    func drawReport(_ record: RunRecord) throws(FileError)
    /// Returns the memory of the engine, and the number of bytes of the data that are read or computed after training.
    func memory(_ data: Data) -> (engine: EngineMemory, data: Int)
}

extension ClassifierTraining {
    /// Creates the training of a new run or, with a resumption, the remaining training of a run.
    ///
    /// - Parameters:
    ///   - options: The options, of a resumed run its own or changed ones.
    ///   - resumption: The run and the checkpoint to start from; nil for a new run.
    ///   - allowsChanges: Whether options that affect weights and logs may differ from the run's.
    /// - Throws: As ``Resumption/check(_:allowsChanges:)``.
    package init(
        _ options: Options, resuming resumption: Resumption<Options>?, allowsChanges: Bool
    ) throws {
        try resumption?.check(options, allowsChanges: allowsChanges)
        self.init(options: options, resumption: resumption)
    }

    package static func helping(_ options: Options, with copies: [RunCopy]) -> Self {
        verifying(options, of: nil, evaluatesTest: false)
    }

    package var origin: String? { nil }
    package static var mistakeCount: Int { 48 }
    package static var sample: SampleName { Options.sample }
    package static var hasConfusion: Bool { true }
    package var metrics: [Metric] { Options.program.metrics }
    package func closing(_ engine: SequenceEngine, _ data: Data) -> String? { nil }

    package static func figure(_ score: Score, isTest: Bool) -> String {
        func percent(_ share: Double) -> String { TextFormat.fixed(100 * share, decimals: 2) }
        return "Acc: \(percent(score.accuracy))" + (isTest ? " ± \(percent(score.standardError))" : "")
    }

    package func warnings(_ data: Data) -> [String] { [] }
    package func initialWeights(_ data: Data) -> WeightOrigin? { nil }
    package func models(_ data: Data) -> [Receipt.Content] { [] }
    package func copies(_ data: Data) throws -> [RunCopy] { [] }

    package func memory(_ data: Data) -> (engine: EngineMemory, data: Int) {
        let model = model(data)
        let engine = EngineMemory(
            model, optimizer: options.chosenOptimizer, batchSize: options.batchSize,
            hasAverage: options.ema != nil, longest: data.longest, threads: options.usedThreads)
        // The test set is usually no larger than the training set.
        return (engine, data.train.count * model.output.count * 8)
    }

    package func trainer(_ data: Data) -> Trainer {
        Trainer(
            model: model(data), optimizer: options.chosenOptimizer, schedule: options.chosenSchedule,
            clipping: options.clipping, labelSmoothing: options.labelSmoothing, averageDecay: options.ema,
            metrics: metrics, seed: options.seed, threads: options.usedThreads)
    }

    /// Returns the receipt of a new run before its first step.
    private func receipt(_ data: Data) -> Receipt {
        Receipt(
            program: Options.program.name,
            segments: [.init(firstStep: 0, options: options.receiptOptions, models: models(data))],
            data: data.contents.sorted { $0.role < $1.role })
    }

    /// Throws an error if the memory is too small for the training.
    func checkMemory(_ data: Data) throws {
        let memory = memory(data)
        try memory.engine.checkTraining(
            threads: options.usedThreads, hasAverage: options.ema != nil,
            evaluatesBest: data.validation != nil, data: Double(memory.data))
    }

    /// Trains. Ctrl-C, SIGTERM, the time limit and a request end training after the current step, and everything is saved.
    ///
    /// Invalid options, invalid training data and test files of another form are found before the run's directory is
    /// created. The test set is read at the end; if that fails, the run is marked as failed, and a resume evaluates it.
    ///
    /// - Parameters:
    ///   - opensPage: Whether to start the page of the runs beside the training.
    ///   - isKnown: Called with the receipt of a new run before its directory is created; if it returns true, the result is
    ///     known, and nothing is trained.
    ///   - processes: The processes that compute with this one, which is the first; nil for none.
    ///   - commandLine: The words of the command line.
    ///   - terminal: The terminal where lines are shown.
    /// - Returns: Success, or the status for an unwritten file, the time limit, a request or a signal.
    /// - Throws: ``ReportedError``
    package func run(
        opensPage: Bool = false, unless isKnown: ((Receipt) throws -> Bool)? = nil,
        with processes: TrainingProcesses? = nil,
        commandLine: [String] = CommandLine.arguments, terminal: Terminal = .standardOutput
    ) throws -> ExitStatus {
        try Job.run(
            of: Options.program, isQuiet: options.quiet, terminal: terminal, commandLine: commandLine,
            prepare: { () throws -> Data? in
                let data = try data()
                try resumption?.check(data: data.fingerprint)
                try checkMemory(data)
                try processes?.prepare(self, data)
                if resumption == nil, let isKnown, try isKnown(receipt(data)) { return nil }
                return data
            },
            lock: { try resumption?.lock ?? RunDirectory.create(root: options.runs, name: options.name) },
            body: { data, job in
                if let resumption, resumption.isFinished(options) {
                    let more =
                        resumption.isOutOfPatience(options) ? "a larger --early-stopping" : "more --epochs"
                    job.console.print(
                        "\(job.run.path) is finished; to continue, give \(more) and --allow-changes.")
                    return .success
                }
                let session = try ClassifierSession(self, data: data, job: job, processes: processes)
                let page = opensPage ? TrainingPage(of: job) : nil
                defer { page?.waitUntilTold() }
                return try session.execute()
            })
    }
}

/// The content of a classifier's `config.json`.
package struct ClassifierConfiguration<Options: ClassifierOptions>: Encodable {
    package var program = Options.program.name
    package var options: Options
    package var optimizer: OptimizerDescription
    package var schedule: LearningRateSchedule
    package var model: SequenceModel
    package var parameters: Int
    /// The file from which all weights were imported; nil for a run that trains.
    package var imported: WeightOrigin?
    /// The file of the weights with which training began; nil for random ones.
    package var initialWeights: WeightOrigin?
    package var instructionSet: InstructionSet
    /// The steps after which the run was resumed by another version, or with options that lead to other weights; nil for none.
    package var changedAfterSteps: [Int]?
    package var commandLine: [String]
    package var environment: ExecutionEnvironment

    package init(
        options: Options, trainer: Trainer, initialWeights: WeightOrigin? = nil,
        imported: WeightOrigin? = nil, changedAfterSteps: [Int]? = nil, commandLine: [String]
    ) {
        self.changedAfterSteps = changedAfterSteps
        self.initialWeights = initialWeights
        self.imported = imported
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
