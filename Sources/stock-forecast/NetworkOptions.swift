import ArgumentParser
import Commands
import Forecasting
import NeuralNetworks

/// What is trained, and how.
struct NetworkOptions: RunArguments {
    typealias Options = ForecastTraining.Options

    private static let defaults = Options()

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

    @Flag(
        inversion: .prefixedNo,
        help:
            "Sigmoid after the RNN, as in the tutorials; it forecasts no price outside of the scaled range (default: --sigmoid)."
    )
    var sigmoid: Bool?

}

extension ForecastTraining.ModelChoice: ExpressibleByArgument {}
