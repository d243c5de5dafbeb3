import ArgumentParser
import Commands
import ImageClassification

/// Which checkpoint is evaluated or predicted with.
struct CheckpointOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Which checkpoint of a run, last or best (default: best where the run held out images, else last).",
            valueName: "which"))
    var checkpoint: TrainedModel.Choice?

    /// The model that a name means; what was passed over is told.
    func model(_ run: String, root: String?, averaged: Bool = false) throws -> TrainedModel {
        let model = try TrainedModel(
            run, root: root ?? ImageTraining.Options().runs, choice: checkpoint, averaged: averaged)
        try warn(model.notices)
        return model
    }
}

extension TrainedModel.Choice: ExpressibleByArgument {}
