import ArgumentParser
import Training

@main
struct MNISTBiLSTM: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mnist-bilstm",
        abstract: "Recurrent networks on MNIST, each image read as a sequence of its rows.",
        discussion: """
            Without a command it trains. Examples:
              mnist-bilstm --epochs 50
              mnist-bilstm --resume latest
              mnist-bilstm evaluate latest
              mnist-bilstm predict --index 7

            Every command has a help of its own: mnist-bilstm help train
            """,
        version: packageVersion,
        subcommands: [
            Train.self, Evaluate.self, Predict.self, Summary.self, Runs.self, Report.self, Benchmark.self,
        ],
        defaultSubcommand: Train.self)

    /// A word that is no command would be taken for an argument of the default one, with a puzzling message.
    static func main() {
        let commands = configuration.subcommands.map { "\($0)".lowercased() } + ["help"]
        if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !commands.contains(word)
        {
            let error = ValidationError(
                "There is no command \(word.debugDescription). There are: \(commands.joined(separator: ", "))."
            )
            exit(withError: error)
        }
        main(nil)
    }
}
