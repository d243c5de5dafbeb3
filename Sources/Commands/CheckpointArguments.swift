import ArgumentParser
import Runs

/// The option that chooses a checkpoint of a run.
package struct CheckpointArguments<Options: ClassifierOptions>: ParsableArguments {
    package init() {}

    @Option(
        help: ArgumentHelp(
            "Checkpoint of the run: last or best (default: best if the run has a validation set, else last)",
            valueName: "which"))
    package var checkpoint: CheckpointChoice?

    /// Returns the model of a run or checkpoint, and prints the warnings of reading it.
    ///
    /// - Parameters:
    ///   - run: The run or checkpoint: `latest`, a name or a path.
    ///   - root: The directory of the runs; the default if nil.
    ///   - averaged: Whether to use the exponential moving average of the weights.
    package func model(
        _ run: String, root: String?, averaged: Bool = false
    ) throws -> TrainedModel<Options> {
        let model = try TrainedModel<Options>(
            run, root: root ?? RunDirectory.defaultRoot, choice: checkpoint, averaged: averaged)
        try warn(model.notices)
        return model
    }
}

extension CheckpointChoice: ExpressibleByArgument {}
