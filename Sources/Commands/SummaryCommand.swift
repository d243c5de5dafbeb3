import ArgumentParser
import Runs

/// A tool that describes models.
package protocol DescribingTool: RunTool {
    associatedtype ModelOptions: RunArguments where ModelOptions.Options == Options
    associatedtype DataOptions: RunArguments where DataOptions.Options == Options

    /// The arguments of calls of `summary`, for the help.
    static var summaryExamples: [String] { get }
    /// The origin of the size of the model's input and output, for the help: "the channels and classes of --data".
    static var modelSize: String { get }

    /// Returns the description of a trained model.
    static func description(of model: TrainedModel<Options>) throws -> ModelDescription<Options>
    /// Returns the description of the model of some options.
    static func description(of options: Options) throws -> ModelDescription<Options>
}

/// The command `summary`: shows a model.
package struct SummaryCommand<Tool: DescribingTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        let examples = Tool.summaryExamples.map { "\(Tool.program.name) summary \($0)" }
        return CommandConfiguration(
            commandName: "summary",
            abstract: "Show a model: layers, parameters and multiply-adds.",
            discussion: """
                Example: \(examples.joined(separator: "\n         "))

                Without a run, it shows the model that the options describe, for \(Tool.modelSize). With a run, it shows \
                the model of its checkpoint and the options of its training.

                Exit codes: 0 done, 64 bad option, 65 bad data or checkpoint, 66 missing data, run or checkpoint.
                """)
    }

    @OptionGroup var summary: SummaryArguments<Tool>

    @OptionGroup(title: "Model") var model: Tool.ModelOptions

    @OptionGroup(title: "Data") var data: Tool.DataOptions

    package init() {}

    package func validate() throws { try summary.check(model.givenNames + data.givenNames) }

    package func run() throws {
        try summary.run(
            trained: { try Tool.description(of: $0) },
            described: { try Tool.description(of: data.applied(to: model.applied(to: .init()))) })
    }
}
