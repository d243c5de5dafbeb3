import ArgumentParser
import Datasets
import NeuralNetworks
import Training

@main
struct MNISTBiLSTM: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mnist-bilstm",
        abstract: "Trains a bidirectional LSTM on MNIST, each image read as a sequence of its rows.",
        discussion: """
            Example: mnist-bilstm --epochs 50 --hidden-size 12

            Metrics, log and checkpoints go to a directory of their own in runs/; runs/latest points to it. \
            The same seed gives the same weights, to the last bit, for any number of threads.
            """,
        version: packageVersion)

    private static let defaults = MNISTTraining.Options()

    @Option(help: "How often to go through the training images.")
    var epochs = defaults.epochs

    @Option(help: "Images a step.")
    var batchSize = defaults.batchSize

    @Option(help: "Adam's learning rate.")
    var learningRate = defaults.learningRate

    @Option(help: "Hidden units of each layer and direction.")
    var hiddenSize = defaults.hiddenSize

    @Option(help: "LSTM layers on top of each other.")
    var layers = defaults.layers

    @Flag(inversion: .prefixedNo, help: "Read each image from both ends.")
    var bidirectional = defaults.bidirectional

    @Option(help: "Of the initial weights and of each epoch's order.")
    var seed = defaults.seed

    @Option(help: "Threads that compute; the default is the cores this process may use.")
    var threads = defaults.threads

    @Option(help: ArgumentHelp("The directory of the four MNIST files, packed or not.", valueName: "directory"))
    var data = defaults.data

    @Option(help: ArgumentHelp("Where runs are kept.", valueName: "directory"))
    var runs = defaults.runs

    @Option(help: "What to call this run.")
    var name = defaults.name

    func validate() throws {
        try check("--epochs", epochs, 1...1_000_000)
        try check("--batch-size", batchSize, 1...60_000)
        try check("--hidden-size", hiddenSize, 1...2048)
        try check("--layers", layers, 1...16)
        try check("--threads", threads, 1...1024)
        guard learningRate > 0, learningRate.isFinite else {
            throw ValidationError("--learning-rate must be a positive number, not \(learningRate).")
        }
        do { try RunDirectory.validate(name: name) } catch { throw ValidationError("--name: \(error)") }
    }

    private func check(_ option: String, _ value: Int, _ range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ValidationError("\(option) must be \(range.lowerBound) to \(range.upperBound), not \(value).")
        }
    }

    private var options: MNISTTraining.Options {
        var options = MNISTTraining.Options()
        options.epochs = epochs
        options.batchSize = batchSize
        options.learningRate = learningRate
        options.hiddenSize = hiddenSize
        options.layers = layers
        options.bidirectional = bidirectional
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
