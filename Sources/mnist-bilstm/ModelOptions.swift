import ArgumentParser
import Commands
import ImageClassification
import NeuralNetworks

/// What is trained. What is not given is the default's, or that of the run that is resumed.
struct ModelOptions: ParsableArguments {
    private static let defaults = MNISTTraining.Options()

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

    func validate() throws {
        try check("--hidden-size", hiddenSize, 1...2048)
        try check("--layers", layers, 1...16)
        try checkShare("--dropout", dropout)
        try checkShare("--readout-dropout", readoutDropout)
    }

    /// The names of those that were given.
    var given: [String] {
        let options: [(name: String, isGiven: Bool)] = [
            ("--cell", cell != nil), ("--hidden-size", hiddenSize != nil), ("--layers", layers != nil),
            ("--bidirectional", bidirectional != nil), ("--readout", readout != nil),
            ("--dropout", dropout != nil), ("--readout-dropout", readoutDropout != nil),
        ]
        return options.filter(\.isGiven).map(\.name)
    }

    func apply(to options: inout MNISTTraining.Options) {
        options.cell = cell ?? options.cell
        options.hiddenSize = hiddenSize ?? options.hiddenSize
        options.layers = layers ?? options.layers
        options.bidirectional = bidirectional ?? options.bidirectional
        options.readout = readout ?? options.readout
        options.dropout = dropout ?? options.dropout
        options.readoutDropout = readoutDropout ?? options.readoutDropout
    }
}

extension RecurrentCell: ExpressibleByArgument {}
extension Readout: ExpressibleByArgument {}
