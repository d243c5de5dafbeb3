import ArgumentParser
import Commands
import Datasets
import Forecasting
import ImageClassification
import NeuralNetworks
import Platform

@main
struct RecurrentBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recurrent-benchmark",
        abstract: "Measures how fast this package trains and classifies on this machine.",
        discussion: """
            Without a subcommand it prints the whole table, in a little over two minutes. Run it on a machine that does \
            nothing else. Its options, --quick and --json among them: recurrent-benchmark report --help
            """,
        version: PackageVersion.current,
        subcommands: [
            ReportCommand.self, MeasureCommand.self, ForecastCommand.self, FirstStepCommand.self,
            PeakMemoryCommand.self,
        ],
        defaultSubcommand: ReportCommand.self)
}

/// What every command asks for.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The directory of the four MNIST files, packed or not.", valueName: "directory"))
    var data = MNISTTraining.Options().data

    @Option(help: "Threads that compute; the default is the cores this process may use.")
    var threads = UsableCores.count

    func validate() throws { try check("--threads", threads, 1...1024) }
}

extension ForecastModel: ExpressibleByArgument {}
extension InstructionSet: ExpressibleByArgument {}
extension RecurrentCell: ExpressibleByArgument {}
