import ArgumentParser
import Commands
import Forecasting
import NeuralNetworks

/// What is trained, and how.
struct NetworkOptions: ParsableArguments {
    private static let defaults = ForecastTraining.Options()

    @Option(help: "Which network, or all three, compared (default: \(defaults.model.rawValue)).")
    var model: ForecastTraining.ModelChoice?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many networks of each model, from as many seeds (default: \(defaults.seeds)).",
            valueName: "count"))
    var seeds: Int?

    @Option(
        parsing: .unconditional,
        help: """
            The first seed, which decides initial weights and the order of the windows (default: \(defaults.seed)).
            """)
    var seed: UInt64?

    @Option(
        parsing: .unconditional,
        help: "How often to go through the windows to train on (default: \(defaults.epochs)).")
    var epochs: Int?

    @Option(
        parsing: .unconditional,
        help: "How many windows each step of the optimizer takes (default: \(defaults.batchSize)).")
    var batchSize: Int?

    @Option(
        parsing: .unconditional, help: "Of Adam, the optimizer (default: \(defaults.learningRate)).")
    var learningRate: Double?

    @Option(
        parsing: .unconditional,
        help: "How many units each layer has (default: \(defaults.hiddenSize)).")
    var hiddenSize: Int?

    @Option(
        parsing: .unconditional,
        help: "How many recurrent layers are on top of each other (default: \(defaults.layers)).")
    var layers: Int?

    func validate() throws {
        try check("--seeds", seeds, 1...1000)
        try check("--epochs", epochs, 1...1_000_000)
        try check("--batch-size", batchSize, 1...1_000_000)
        try checkPositive("--learning-rate", learningRate)
        try check("--hidden-size", hiddenSize, ForecastTraining.Options.hiddenSizes)
        try check("--layers", layers, ForecastTraining.Options.layerCounts)
    }

    func apply(to options: inout ForecastTraining.Options) {
        options.model = model ?? options.model
        options.seeds = seeds ?? options.seeds
        options.seed = seed ?? options.seed
        options.epochs = epochs ?? options.epochs
        options.batchSize = batchSize ?? options.batchSize
        options.learningRate = learningRate ?? options.learningRate
        options.hiddenSize = hiddenSize ?? options.hiddenSize
        options.layers = layers ?? options.layers
    }
}

extension ForecastTraining.ModelChoice: ExpressibleByArgument {}
