import ArgumentParser
import Runs

/// The options of the command `predict` that choose the model and the form of the output.
package struct PredictionArguments<Tool: RunTool>: ParsableArguments {
    package init() {}

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Run: \(Tool.modelNames)", valueName: "run"), completion: .runOrSweep)
    package var name = "latest"

    @OptionGroup var choice: CheckpointArguments<Tool.Options>

    @Flag(help: "Use the averaged weights of a run trained with --ema")
    var averaged = false

    @Flag(help: "Print one JSON object per \(Tool.Options.sample.rawValue) and line")
    package var json = false

    /// Returns the chosen model, and prints the warnings of reading it.
    ///
    /// - Parameter runs: The directory of the runs; the default if nil.
    package func model(in runs: String?) throws -> TrainedModel<Tool.Options> {
        try choice.model(name, root: runs, averaged: averaged)
    }
}
