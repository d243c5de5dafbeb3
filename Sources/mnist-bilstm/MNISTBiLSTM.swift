import ArgumentParser
import Datasets
import Platform

@main
struct MNISTBiLSTM: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mnist-bilstm",
        abstract: "Recurrent networks that classify images, each read as a sequence of rows.",
        discussion: """
            Without a command, it trains. Examples:
              mnist-bilstm --epochs 50
              mnist-bilstm --recipe best
              mnist-bilstm --resume latest
              mnist-bilstm evaluate latest
              mnist-bilstm predict --index 7
            """,
        version: PackageVersion.current,
        groupedSubcommands: [
            CommandGroup(name: "Training", subcommands: [Train.self, Sweep.self]),
            CommandGroup(name: "Model", subcommands: [Evaluate.self, Predict.self, Summary.self]),
            CommandGroup(name: "Run", subcommands: [Runs.self, Report.self]),
            CommandGroup(name: "Data", subcommands: [DatasetCommands.self, Augment.self]),
        ],
        defaultSubcommand: Train.self)

    static func main() { mainOfProgram() }
}
