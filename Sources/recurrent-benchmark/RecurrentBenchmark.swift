import ArgumentParser
import Commands
import Platform

@main
struct RecurrentBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recurrent-benchmark",
        abstract: "Measures how fast this package trains and classifies on this machine.",
        discussion: """
            Without a subcommand it prints the whole table, in a little over two minutes. Run it on a machine that does \
            nothing else. Its options, --quick and --json among them: recurrent-benchmark table --help
            """,
        version: PackageVersion.current,
        subcommands: [
            TableCommand.self, MeasureCommand.self, SequencesCommand.self, ForecastCommand.self,
            FirstStepCommand.self, PeakMemoryCommand.self,
        ],
        defaultSubcommand: TableCommand.self)

    static func main() { mainWithPlainErrors() }
}
