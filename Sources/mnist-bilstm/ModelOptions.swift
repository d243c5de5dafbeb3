import ArgumentParser
import Commands
import ImageClassification
import NeuralNetworks

/// What is trained. What is not given is the default's, or that of the run that is resumed.
struct ModelOptions: RunArguments {
    typealias Options = ImageTraining.Options

    private static let defaults = Options()

    @Option(help: "What a layer computes at each step (default: \(defaults.cell.rawValue)).")
    var cell: RecurrentCell?

    @Option(
        parsing: .unconditional,
        help: "How many units each direction of each layer has (default: \(defaults.hiddenSize)).")
    var hiddenSize: Int?

    @Option(
        parsing: .unconditional,
        help: "How many recurrent layers are on top of each other (default: \(defaults.layers)).")
    var layers: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Whether to read each image from the bottom up, too (default: --bidirectional).")
    var bidirectional: Bool?

    @Option(
        help: """
            What the linear layer reads: the outputs of all steps, the output of the last step, the final states \
            of both directions, or the mean of all outputs (default: \(defaults.readout.rawValue)).
            """)
    var readout: Readout?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Share of the outputs dropped between layers, in training (default: \(defaults.dropout)).",
            valueName: "share"))
    var dropout: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Share of the features dropped before the linear layer, in training (default: \
            \(defaults.readoutDropout)).
            """, valueName: "share"))
    var readoutDropout: Double?
}

extension RecurrentCell: ExpressibleByArgument {}
extension Readout: ExpressibleByArgument {}
