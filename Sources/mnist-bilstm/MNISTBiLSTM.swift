import ArgumentParser
import Commands
import Datasets
import ImageCommands
import Platform

@main
struct MNISTBiLSTM: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mnist-bilstm",
        abstract: "Recurrent networks that read images row by row and classify them.",
        discussion: """
            Without a command, it trains. Example:
              mnist-bilstm --recipe best
            """,
        version: PackageVersion.current,
        groupedSubcommands: [
            CommandGroup(name: "Training", subcommands: [Train.self, SweepCommand<MNISTBiLSTM>.self]),
            CommandGroup(
                name: "Model and data",
                subcommands: [
                    Evaluate.self, Predict.self, SummaryCommand<MNISTBiLSTM>.self,
                    ExportCommand<MNISTBiLSTM>.self, Import.self, RunsCommand<MNISTBiLSTM>.self,
                    ReportCommand<MNISTBiLSTM>.self, Verify.self, DatasetCommands.self, Augment.self,
                ]),
        ],
        defaultSubcommand: Train.self)
}
