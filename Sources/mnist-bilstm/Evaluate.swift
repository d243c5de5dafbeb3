import ArgumentParser
import Commands
import ImageClassification
import ImageCommands

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate a run: accuracy, loss, confusion matrix.",
        discussion: """
            Example: mnist-bilstm evaluate
                     mnist-bilstm evaluate wider --split validation --checkpoint last
                     mnist-bilstm evaluate --run latest --averaged
                     mnist-bilstm evaluate weights.safetensors --json

            It writes no file. The data set is the run's, unless --dataset or --data gives another one.

            \(HelpText.modelExitCodes)
            """)

    @OptionGroup var evaluation: EvaluationArguments<MNISTBiLSTM>

    @OptionGroup(title: "Paths and threads") var places: RunLocationArguments

    func run() throws {
        try evaluation.run(runs: places.runs) { model, split in
            let evaluation = try ModelEvaluation(
                model, split: split, dataset: places.dataset, data: places.data, threads: places.usedThreads()
            )
            return (try evaluation.run(), evaluation.data)
        }
    }
}
