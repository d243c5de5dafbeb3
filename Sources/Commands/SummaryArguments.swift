import ArgumentParser
import Runs

/// The options of the command `summary` that choose a trained model.
package struct SummaryArguments<Tool: RunTool>: ParsableArguments {
    package init() {}

    @OptionGroup var chosen: OptionalRunArgument<Tool>

    @OptionGroup var choice: CheckpointArguments<Tool.Options>

    @Option(
        help: ArgumentHelp(
            "Directory of the runs (default: \(RunDirectory.defaultRoot))",
            valueName: "directory"), completion: .directory)
    var runs: String?

    package func validate() throws {
        try checkUse("--checkpoint", choice.checkpoint != nil, of: "a run", chosen.given != nil)
        try checkUse("--runs", runs != nil, of: "a run", chosen.given != nil)
    }

    /// Refuses options of a model beside a run.
    ///
    /// - Parameter options: The names of the given options.
    package func check(_ options: [String]) throws {
        guard let name = chosen.given, let option = options.first else { return }
        throw ValidationError("\(option) has no effect with a run: \(name) already has a model.")
    }

    /// Prints the description of the chosen model, or of the model that options describe.
    package func run(
        trained: (TrainedModel<Tool.Options>) throws -> ModelDescription<Tool.Options>,
        described: () throws -> ModelDescription<Tool.Options>
    ) throws {
        try explained { console in
            let description =
                try chosen.given.map { try trained(choice.model($0, root: runs)) } ?? described()
            console.print(try description.text())
        }
    }
}
