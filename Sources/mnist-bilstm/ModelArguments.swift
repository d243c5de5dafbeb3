import ArgumentParser
import Commands
import ImageClassification
import NeuralNetworks

/// The options of the model. An option that is not given has its default or the value of the resumed run.
struct ModelArguments: RunArguments {
    typealias Options = ImageTraining.Options

    private static let defaults = Options()

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

    @Flag(
        inversion: .prefixedNo,
        help: "Also read each image from the last row to the first (default: --bidirectional)")
    var bidirectional: Bool?

    @Option(
        help: """
            Input of the final linear layer: the outputs of all time steps, the output of the last time step, the \
            final hidden states, or the mean of all outputs (default: \(defaults.readout.rawValue))
            """)
    var readout: ImageTraining.ReadoutName?

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
extension ImageTraining.ReadoutName: ExpressibleByArgument {}
