import ArgumentParser
import NeuralNetworks
import Runs

/// The options of the recurrent layers. An option that is not given has its default or the value of the resumed run.
package struct StackArguments<Options: ClassifierOptions>: RunArguments {
    private static var defaults: Options { Options() }

    package init() {}

    @Option(help: "Recurrent cell (default: \(defaults.cell.rawValue))")
    var cell: RecurrentCell?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Hidden units of each layer and direction, 1 to 2048 (default: \(defaults.hiddenSize))",
            valueName: "units"))
    var hiddenSize: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of stacked recurrent layers, 1 to 16 (default: \(defaults.layers))", valueName: "count"))
    var layers: Int?
}

/// The options of dropout.
package struct DropoutArguments<Options: ClassifierOptions>: RunArguments {
    private static var defaults: Options { Options() }

    package init() {}

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Dropout between layers, 0 to below 1 (default: \(defaults.dropout))", valueName: "probability"))
    var dropout: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Dropout before the final linear layer, 0 to below 1 (default: \(defaults.readoutDropout))",
            valueName: "probability"))
    var readoutDropout: Double?
}

extension RecurrentCell: ExpressibleByArgument {}
