import ArgumentParser

/// The run that a command reads: `evaluate RUN` and `evaluate --run RUN` are the same. Every command that reads a run
/// accepts both.
package protocol RunArgument: ParsableArguments {
    /// The run as the command's argument.
    var runArgument: String? { get }
    /// The run as the value of `--run`.
    var runOption: String? { get }
}

extension RunArgument {
    package func validate() throws {
        guard runArgument == nil || runOption == nil else {
            throw ValidationError("Give the run once: as an argument or with --run.")
        }
    }

    /// The run; nil if the command line gives none.
    package var given: String? { runArgument ?? runOption }

    package var name: String { given ?? "latest" }
}

/// The run that a command reads.
package struct TrainedRunArgument<Tool: RunTool>: RunArgument {
    package init() {}

    @Argument(
        help: ArgumentHelp(
            "Run: \(Tool.modelNames) (default: latest)",
            valueName: "run"),
        completion: .runOrSweep)
    package var runArgument: String?

    @Option(
        name: .customLong("run"), help: ArgumentHelp("The same as the argument <run>", valueName: "run"),
        completion: .runOrSweep)
    package var runOption: String?
}

/// The run whose files a command reads or writes; a checkpoint without a run has none.
package struct WholeRunArgument<Tool: RunTool>: RunArgument {
    package init() {}

    @Argument(
        help: ArgumentHelp(
            "Run: \(Tool.runNames) (default: latest)", valueName: "run"),
        completion: .runOrSweep)
    package var runArgument: String?

    @Option(
        name: .customLong("run"), help: ArgumentHelp("The same as the argument <run>", valueName: "run"),
        completion: .runOrSweep)
    package var runOption: String?
}

/// The run that a command reads if the command line gives one.
package struct OptionalRunArgument<Tool: RunTool>: RunArgument {
    package init() {}

    @Argument(
        help: ArgumentHelp(
            "Run: \(Tool.modelNames)", valueName: "run"),
        completion: .runOrSweep)
    package var runArgument: String?

    @Option(
        name: .customLong("run"), help: ArgumentHelp("The same as the argument <run>", valueName: "run"),
        completion: .runOrSweep)
    package var runOption: String?
}
