import ArgumentParser
import NeuralNetworks
import Training

/// What is trained.
struct ModelOptions: ParsableArguments {
    private static let defaults = MNISTTraining.Options()

    @Option(help: "What a layer computes at each step.")
    var cell = defaults.cell

    @Option(parsing: .unconditional, help: "How many units each direction of each layer has.")
    var hiddenSize = defaults.hiddenSize

    @Option(parsing: .unconditional, help: "How many recurrent layers are on top of each other.")
    var layers = defaults.layers

    @Flag(inversion: .prefixedNo, help: "Whether to read each image from the bottom up, too.")
    var bidirectional = defaults.bidirectional

    @Option(
        help: """
            What the linear layer reads: the outputs of all steps, the output of the last step, the final states \
            of both directions, or the mean of all outputs.
            """)
    var readout = defaults.readout

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Share of the outputs dropped between layers, in training.", valueName: "share"))
    var dropout = defaults.dropout

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Share of the features dropped before the linear layer, in training.", valueName: "share"))
    var readoutDropout = defaults.readoutDropout

    func validate() throws {
        try check("--hidden-size", hiddenSize, 1...2048)
        try check("--layers", layers, 1...16)
        try checkShare("--dropout", dropout)
        try checkShare("--readout-dropout", readoutDropout)
    }

    func apply(to options: inout MNISTTraining.Options) {
        options.cell = cell
        options.hiddenSize = hiddenSize
        options.layers = layers
        options.bidirectional = bidirectional
        options.readout = readout
        options.dropout = dropout
        options.readoutDropout = readoutDropout
    }
}

extension RecurrentCell: ExpressibleByArgument {}
extension Readout: ExpressibleByArgument {}
