import ArgumentParser
import Commands

/// The run that a command reads.
struct ForecastRunArgument: RunArgument {
    @Argument(
        help: ArgumentHelp(
            """
            Run: latest, a run's name, or the path of a run, of a network's directory in it, or of a checkpoint \
            (default: latest)
            """, valueName: "run"), completion: .run)
    var runArgument: String?

    @Option(
        name: .customLong("run"), help: ArgumentHelp("The same as the argument <run>", valueName: "run"),
        completion: .run)
    var runOption: String?
}
