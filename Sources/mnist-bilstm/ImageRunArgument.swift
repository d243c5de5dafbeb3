import ArgumentParser
import Commands

/// The run that a command reads.
struct ImageRunArgument: RunArgument {
    @Argument(
        help: ArgumentHelp(
            "Run: latest, the name of a run or sweep, or the path of a run, sweep or checkpoint (default: latest)",
            valueName: "run"),
        completion: .run)
    var runArgument: String?

    @Option(
        name: .customLong("run"), help: ArgumentHelp("The same as the argument <run>", valueName: "run"),
        completion: .run)
    var runOption: String?
}

/// The run whose files a command reads or writes; a checkpoint without a run has none.
struct WholeRunArgument: RunArgument {
    @Argument(
        help: ArgumentHelp(
            "Run: latest, the name of a run or sweep, or its path (default: latest)", valueName: "run"),
        completion: .run)
    var runArgument: String?

    @Option(
        name: .customLong("run"), help: ArgumentHelp("The same as the argument <run>", valueName: "run"),
        completion: .run)
    var runOption: String?
}

/// The run that a command reads if the command line gives one.
struct OptionalRunArgument: RunArgument {
    @Argument(
        help: ArgumentHelp(
            "Run: latest, the name of a run or sweep, or the path of a run, sweep or checkpoint",
            valueName: "run"),
        completion: .run)
    var runArgument: String?

    @Option(
        name: .customLong("run"), help: ArgumentHelp("The same as the argument <run>", valueName: "run"),
        completion: .run)
    var runOption: String?
}
