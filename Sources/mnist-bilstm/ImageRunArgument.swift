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
