import ArgumentParser
import Datasets
import Platform

@main
struct MNISTBiLSTM: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mnist-bilstm",
        abstract: "Recurrent networks on MNIST, each image read as a sequence of its rows.",
        discussion: """
            Without a command it trains. Examples:
              mnist-bilstm --epochs 50
              mnist-bilstm --recipe best
              mnist-bilstm --resume latest
              mnist-bilstm evaluate latest
              mnist-bilstm predict --index 7

            Every command has a help of its own: mnist-bilstm help train
            """,
        version: PackageVersion.current,
        subcommands: [
            Train.self, Sweep.self, Evaluate.self, Predict.self, Summary.self, Runs.self, Report.self,
            Augment.self, DatasetCommands.self,
        ],
        defaultSubcommand: Train.self)

    static func main() { mainOfProgram() }
}
