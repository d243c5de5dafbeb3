import Datasets
import NeuralNetworks

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The main job: trains a recurrent classifier on MNIST, prints and keeps what happens, evaluates at the end.
public struct MNISTTraining: Sendable {
    /// `config.json`
    struct Configuration: Encodable {
        var options: Options
        var optimizer: OptimizerDescription
        var schedule: LearningRateSchedule
        var parameters: Int
        var instructionSet: InstructionSet
        var commandLine: [String]
        var environment: RunEnvironment
    }

    /// The optimizer with its own numbers, whichever it is.
    struct OptimizerDescription: Encodable {
        let optimizer: any Optimizer

        func encode(to encoder: any Encoder) throws { try optimizer.encode(to: encoder) }
    }

    /// `summary.json`
    struct Summary: Codable {
        /// "finished", "interrupted" or "diverged".
        var ending: String
        var epochs: Int
        var steps: Int
        var trainingSeconds: Double
        var imagesPerSecond: Double
        /// Percent, over all images with the final parameters; absent if training did not finish.
        var trainAccuracy: Double?
        var trainLoss: Double?
        var testAccuracy: Double?
        var testLoss: Double?
        var peakMemoryBytes: Int
    }

    public let options: Options

    public init(_ options: Options) { self.options = options }

    /// Trains. Ctrl-C and SIGTERM end it after the running step, with everything written.
    ///
    /// Bad options and bad training images are found before the run's directory is made. The test images are
    /// read at the end; if that fails, the run is complete but for the test accuracy.
    ///
    /// - Returns: the exit code of the program: 0, 130 or 143 after a signal.
    /// - Throws: `DatasetError`, `FileError`, `RunNameError`, `Divergence`.
    public func run(
        commandLine: [String] = CommandLine.arguments, terminal: Terminal = .standardOutput
    ) throws -> Int32 {
        let signal = InterruptSignal.install()
        defer { signal.uninstall() }
        let mnist = try MNIST(directory: options.data)
        let images = try mnist.train()
        guard images.count > 0 else { throw Self.noImages(mnist.trainImagesPath) }
        let trainer = Trainer(
            model: options.model(for: images), optimizer: options.chosenOptimizer,
            schedule: options.chosenSchedule, clipping: options.clipping,
            labelSmoothing: options.labelSmoothing, seed: options.seed, threads: options.threads)
        let directory = try RunDirectory.create(root: options.runs, name: options.name)
        do {
            try writeConfiguration(of: trainer, to: directory, commandLine)
            let console = try Console(terminal: terminal, log: directory.log)
            defer { console.eraseBar() }
            printHeader(console, mnist, images, trainer, directory)
            return try train(trainer, images, mnist, signal, console, directory)
        } catch {
            // The caller prints the error; the log is to have it too.
            try? LineFile(directory.log, .appending).append("Error: \(error)")
            throw error
        }
    }

    private func train(
        _ trainer: Trainer, _ images: LabeledImages, _ mnist: MNIST, _ signal: InterruptSignal,
        _ console: Console,
        _ directory: RunDirectory
    ) throws -> Int32 {
        let clock = TrainingClock()
        var ending = try trainer.fit(
            images, epochs: options.epochs, batchSize: options.batchSize,
            callbacks: [StopOnSignal(signal), RunRecorder(directory), EpochPrinter(console), clock])

        var summary = clock.summary(ending)
        let evaluation = Result {
            if ending == .finished { try evaluate(trainer, images, mnist, signal, console, &summary) }
        }
        if ending == .finished, let number = signal.received {
            ending = .interrupted(signal: number)
            summary.ending = ending.name
        }
        summary.peakMemoryBytes = CurrentProcess.peakResidentBytes
        try Self.write(summary, to: directory.summary)
        try evaluation.get()
        switch ending {
        case .finished:
            return 0
        case .interrupted(let signal):
            console.print(
                "Stopped by signal \(signal) after a whole step; weights are in \(directory.lastCheckpoint)")
            return InterruptSignal.exitCode(for: signal)
        case .diverged(let epoch, let step):
            throw Divergence(epoch: epoch, step: step, checkpoint: epoch > 0 ? directory.lastCheckpoint : nil)
        }
    }

    private func writeConfiguration(of trainer: Trainer, to directory: RunDirectory, _ commandLine: [String])
        throws
    {
        try Self.write(
            Configuration(
                options: options, optimizer: OptimizerDescription(optimizer: trainer.engine.optimizer),
                schedule: options.chosenSchedule,
                parameters: trainer.engine.parameters.count,
                instructionSet: trainer.engine.instructionSet, commandLine: commandLine,
                environment: .current()),
            to: directory.configuration)
    }

    private func printHeader(
        _ console: Console, _ mnist: MNIST, _ images: LabeledImages, _ trainer: Trainer,
        _ directory: RunDirectory
    ) {
        let engine = trainer.engine
        console.print(
            "Data: \(mnist.directory), \(TextFormat.grouped(images.count)) images of "
                + "\(images.rows) × \(images.columns), \(images.classCount) classes")
        console.print(engine.model.summary())
        console.print(
            "Parameters: \(TextFormat.grouped(engine.parameters.count)) · batch \(options.batchSize) · "
                + "\(options.recipe) · seed \(options.seed)")
        if let warning = engine.model.stack.idleDropoutWarning { console.print("Warning: \(warning)") }
        console.print("Threads: \(engine.threads) · instruction set: \(engine.instructionSet)")
        console.print("Run: \(directory.path)")
    }

    private func evaluate(
        _ trainer: Trainer, _ images: LabeledImages, _ mnist: MNIST, _ signal: InterruptSignal,
        _ console: Console,
        _ summary: inout Summary
    ) throws {
        let train = trainer.evaluate(images)
        summary.trainAccuracy = 100 * train.accuracy
        summary.trainLoss = train.loss
        guard signal.received == nil else { return }
        let testImages = try mnist.test()
        guard testImages.count > 0 else { throw Self.noImages(mnist.testImagesPath) }
        guard testImages.rows == images.rows, testImages.columns == images.columns else {
            throw DatasetError.invalid(
                file: mnist.testImagesPath, problem: .wrongShape, at: .unpackedByte(8),
                expected: "images of \(images.rows) × \(images.columns), as those to train on",
                found: "\(testImages.rows) × \(testImages.columns)")
        }
        let test = trainer.evaluate(testImages)
        summary.testAccuracy = 100 * test.accuracy
        summary.testLoss = test.loss
        console.print(
            "Train Acc: \(TextFormat.fixed(100 * train.accuracy, decimals: 2)), "
                + "Test Acc: \(TextFormat.fixed(100 * test.accuracy, decimals: 2))")
    }

    private static func noImages(_ path: String) -> DatasetError {
        .invalid(
            file: path, problem: .wrongShape, at: .unpackedByte(4), expected: "at least one image",
            found: "none")
    }

    private static func write(_ value: some Encodable, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        // As in metrics.csv.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        try AtomicFile.write([UInt8](encoder.encode(value)) + [UInt8(ascii: "\n")], to: path)
    }
}

/// Training that had to stop because a loss, a gradient or a parameter was not a finite number any more.
public struct Divergence: Error, Hashable, CustomStringConvertible {
    public let epoch: Int
    /// From the epoch's beginning.
    public let step: Int
    /// The weights of the epoch before; nil if there was none.
    public let checkpoint: String?

    public var description: String {
        "the loss or its gradient was not a finite number at step \(step) of epoch \(epoch); "
            + (checkpoint.map { "the weights of epoch \(epoch - 1) are in \($0)" } ?? "no epoch was completed")
            + ". A lower learning rate may help."
    }
}

/// Counts what training took.
private final class TrainingClock: Callback {
    private var epochs = 0
    private var seconds = 0.0
    private var samples = 0
    private var steps = 0

    func epochEnded(_ record: EpochRecord, trainer: Trainer) {
        epochs += 1
        seconds += record.seconds
        samples += record.samples
    }

    func trainingEnded(_ ending: Trainer.Ending, trainer: Trainer) {
        steps = trainer.engine.optimizerState.stepCount
    }

    func summary(_ ending: Trainer.Ending) -> MNISTTraining.Summary {
        MNISTTraining.Summary(
            ending: ending.name, epochs: epochs, steps: steps, trainingSeconds: seconds,
            imagesPerSecond: seconds > 0 ? Double(samples) / seconds : 0,
            peakMemoryBytes: 0)
    }
}

extension Trainer.Ending {
    /// As `summary.json` has it.
    fileprivate var name: String {
        switch self {
        case .finished: "finished"
        case .interrupted: "interrupted"
        case .diverged: "diverged"
        }
    }
}
