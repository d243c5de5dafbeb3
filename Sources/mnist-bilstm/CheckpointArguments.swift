import ArgumentParser
import Commands
import ImageClassification

/// The option that chooses a checkpoint of a run.
struct CheckpointArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Checkpoint of the run: last or best (default: best if the run has a validation set, else last)",
            valueName: "which"))
    var checkpoint: TrainedModel.Choice?

    /// Returns the model of a run or checkpoint, and prints the warnings of reading it.
    ///
    /// - Parameters:
    ///   - run: The run or checkpoint: `latest`, a name or a path.
    ///   - root: The directory of the runs; the default if nil.
    ///   - averaged: Whether to use the exponential moving average of the weights.
    func model(_ run: String, root: String?, averaged: Bool = false) throws -> TrainedModel {
        let model = try TrainedModel(
            run, root: root ?? ImageTraining.Options().runs, choice: checkpoint, averaged: averaged)
        try warn(model.notices)
        return model
    }
}

extension TrainedModel.Choice: ExpressibleByArgument {}
