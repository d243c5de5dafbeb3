import ArgumentParser
import Commands
import Datasets
import Platform

@main
struct MNISTBiLSTM: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mnist-bilstm",
        abstract: "Recurrent networks that read images row by row and classify them.",
        discussion: """
            Without a command, it trains. Examples:
              mnist-bilstm --recipe best
              mnist-bilstm predict --index 7
            """,
        version: PackageVersion.current,
        groupedSubcommands: [
            CommandGroup(name: "Training", subcommands: [Train.self, SweepCommand<MNISTBiLSTM>.self]),
            CommandGroup(
                name: "Model",
                subcommands: [
                    Evaluate.self, Predict.self, SummaryCommand<MNISTBiLSTM>.self, Import.self,
                ]),
            CommandGroup(
                name: "Run", subcommands: [RunsCommand<MNISTBiLSTM>.self, ReportCommand<MNISTBiLSTM>.self]),
            CommandGroup(name: "Data", subcommands: [DatasetCommands.self, Augment.self]),
        ],
        defaultSubcommand: Train.self)
}
