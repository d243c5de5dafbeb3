import ArgumentParser
import Commands
import ImageClassification
import NeuralNetworks

/// The options of the model. An option that is not given has its default or the value of the resumed run.
package struct ModelArguments: ImageArguments {
    package init() {}

    private static let defaults = Options()

    @OptionGroup var stack: StackArguments<Options>

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

    @OptionGroup var dropout: DropoutArguments<Options>
}

extension ImageTraining.ReadoutName: ExpressibleByArgument {}
