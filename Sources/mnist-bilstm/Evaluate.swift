import ArgumentParser
import Commands
import ImageClassification
import Platform
import Training

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate a run: accuracy, loss, confusion matrix.",
        discussion: """
            Example: mnist-bilstm evaluate
                     mnist-bilstm evaluate wider --split validation --checkpoint last
                     mnist-bilstm evaluate --run latest --averaged
                     mnist-bilstm evaluate weights.safetensors --json

            It writes no file. The data set is the run's, unless --dataset or --data gives another one.

            Exit codes: 0 done, 64 bad option, 65 bad data or checkpoint, 66 missing data, run or checkpoint, 71 not \
            enough memory.
            """)

    @OptionGroup var chosen: ImageRunArgument

    @Option(
        help: """
            Images to evaluate on: the test set, the training set or the validation set (default: \
            \(ModelEvaluation.Split.test.rawValue))
            """)
    var split: ModelEvaluation.Split?

    @OptionGroup var choice: CheckpointArguments

    @Flag(help: "Use the averaged weights of a run trained with --ema")
    var averaged = false

    @Flag(help: "Print one JSON object instead of tables")
    var json = false

    @OptionGroup(title: "Paths and threads") var places: RunLocationArguments

    func run() throws {
        try explained { console in
            let model = try choice.model(chosen.name, root: places.runs, averaged: averaged)
            let evaluation = try ModelEvaluation(
                model, split: split ?? .test, dataset: places.dataset, data: places.data,
                threads: places.usedThreads())
            let result = try evaluation.run()
            if json { return console.print(result: try result.json()) }
            console.print(
                "Checkpoint: \(model.title)\nData: \(evaluation.data)\n\(result.text(width: console.terminal.width))"
            )
        }
    }
}

extension ModelEvaluation.Split: ExpressibleByArgument {}
