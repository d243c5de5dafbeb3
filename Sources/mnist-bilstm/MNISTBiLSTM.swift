import ArgumentParser
import Datasets
import NeuralNetworks
import Training

@main
struct MNISTBiLSTM: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mnist-bilstm",
        abstract: "Trains a recurrent network on MNIST, each image read as a sequence of its rows.",
        discussion: """
            Example: mnist-bilstm --epochs 10 --cell gru --hidden-size 64 --name wider

            Metrics, log and checkpoints go to a directory of their own in runs/; runs/latest points to it. \
            The same seed gives the same weights, to the last bit, for any number of threads. Ctrl-C ends \
            training after the running step, with everything written.

            Exit codes: 0 done, 1 the loss was not finite, 64 bad option, 65 bad data, 66 missing data, \
            69 processor not supported, 74 a file of the run could not be written, 130 Ctrl-C, 143 SIGTERM.
            """,
        version: packageVersion)

    private static let defaults = MNISTTraining.Options()

    @Option(parsing: .unconditional, help: "How often to go through the training images.")
    var epochs = defaults.epochs

    @Option(parsing: .unconditional, help: "How many images each step of the optimizer takes.")
    var batchSize = defaults.batchSize

    @OptionGroup(title: "Model") var model: ModelOptions

    @OptionGroup(title: "Optimization") var optimization: OptimizationOptions

    @Option(
        parsing: .unconditional,
        help: "Decides the initial weights, the order of the images and what is dropped.")
    var seed = defaults.seed

    @Option(
        parsing: .unconditional,
        help: "How many threads compute; by default, as many as the cores this process may use.")
    var threads = defaults.threads

    @Option(
        help: ArgumentHelp(
            "Where the four MNIST files are, unpacked or as .gz, or torchvision's MNIST/raw with them.",
            valueName: "directory"))
    var data = defaults.data

    @Option(help: ArgumentHelp("Where to make the directory of this run.", valueName: "directory"))
    var runs = defaults.runs

    @Option(help: "What to call this run: its directory is <UTC time>-<name>.")
    var name = defaults.name

    func validate() throws {
        try check("--epochs", epochs, 1...1_000_000)
        try check("--batch-size", batchSize, 1...60_000)
        try check("--threads", threads, 1...1024)
        try optimization.validate(epochs: epochs)
        guard !data.isEmpty else { throw ValidationError("--data must name a directory, not be empty.") }
        guard !runs.isEmpty else { throw ValidationError("--runs must name a directory, not be empty.") }
        do { try RunDirectory.validate(name: name) } catch { throw ValidationError("--name: \(error)") }
    }

    private var options: MNISTTraining.Options {
        var options = MNISTTraining.Options()
        options.epochs = epochs
        options.batchSize = batchSize
        model.apply(to: &options)
        optimization.apply(to: &options)
        options.seed = seed
        options.threads = threads
        options.data = data
        options.runs = runs
        options.name = name
        return options
    }

    func run() throws {
        let code = try Failure.explained { try MNISTTraining(options).run() }
        if code != 0 { throw ExitCode(code) }
    }
}
