import ArgumentParser
import Runs

/// The options of the command `evaluate`, without the options of the data.
package struct EvaluationArguments<Tool: RunTool>: ParsableArguments {
    package init() {}

    @OptionGroup package var chosen: TrainedRunArgument<Tool>

    @Option(
        help: """
            \(Tool.Options.sample.capitalized) to evaluate on: the test set, the training set or the validation set (default: \
            \(EvaluationSplit.test.rawValue))
            """)
    package var split: EvaluationSplit?

    @OptionGroup package var choice: CheckpointArguments<Tool.Options>

    @Flag(help: "Use the averaged weights of a run trained with --ema")
    package var averaged = false

    @Flag(help: "Print one JSON object instead of tables")
    package var json = false

    /// Evaluates the chosen model and prints the result.
    ///
    /// - Parameters:
    ///   - runs: The directory of the runs; the default if nil.
    ///   - evaluate: Evaluates a model, and returns the result and the name of the data.
    package func run(
        runs: String?,
        _ evaluate: (TrainedModel<Tool.Options>, EvaluationSplit) throws -> (EvaluationResult, data: String)
    ) throws {
        try explained { console in
            let model = try choice.model(chosen.name, root: runs, averaged: averaged)
            let (result, data) = try evaluate(model, split ?? .test)
            if json { return console.print(result: try result.json()) }
            console.print(
                "Checkpoint: \(model.title)\nData: \(data)\n\(result.text(width: console.terminal.width))")
        }
    }
}

extension EvaluationSplit: ExpressibleByArgument {}
