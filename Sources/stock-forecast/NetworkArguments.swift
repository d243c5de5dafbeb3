import ArgumentParser
import Commands
import Forecasting
import NeuralNetworks

/// The options of the networks and their training.
struct NetworkArguments: RunArguments {
    typealias Options = ForecastTraining.Options

    private static let defaults = Options()

    @Option(help: "Network to train, or all three to compare them (default: \(defaults.model.rawValue))")
    var model: ForecastTraining.ModelChoice?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of seeds; one network of each model is trained for each seed (default: \(defaults.seeds))",
            valueName: "count"))
    var seeds: Int?

    @Option(
        parsing: .unconditional,
        help: """
            First random seed; it determines initial weights and the order of the windows (default: \(defaults.seed))
            """)
    var seed: UInt64?

    @Option(
        parsing: .unconditional,
        help: "Passes over the training set, 1 or more (default: \(defaults.epochs))")
    var epochs: Int?

    @Option(
        parsing: .unconditional,
        help: "Windows per optimizer step, 1 or more (default: \(defaults.batchSize))")
    var batchSize: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Learning rate of Adam, the optimizer, above 0 (default: \(defaults.learningRate))",
            valueName: "rate"))
    var learningRate: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Hidden units of each layer, 1 to 2048 (default: \(defaults.hiddenSize))", valueName: "units"))
    var hiddenSize: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of stacked recurrent layers, 1 to 16 (default: \(defaults.layers))", valueName: "count"))
    var layers: Int?

    @Flag(
        inversion: .prefixedNo,
        help:
            "Sigmoid after the RNN, as in the tutorials; it limits forecasts to the scaled range (default: --sigmoid)"
    )
    var sigmoid: Bool?

}

extension ForecastTraining.ModelChoice: ExpressibleByArgument {}
