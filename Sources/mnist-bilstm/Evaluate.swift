import ArgumentParser
import Commands
import ImageClassification
import Platform
import Training

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Scores a run or a checkpoint: accuracy, loss, every class, confusion matrix.",
        discussion: """
            Example: mnist-bilstm evaluate
                     mnist-bilstm evaluate runs/20260131-235959-wider --split validation --checkpoint last
                     mnist-bilstm evaluate --run latest --averaged
                     mnist-bilstm evaluate weights.safetensors --json

            Nothing is written. Shares are in percent; the accuracy is that of the run's summary.json. The data are \
            those of the run unless --dataset or --data says otherwise.

            Exit codes: 0 done, 64 bad option, 65 bad data or checkpoint, 66 missing data, run or checkpoint, 71 not \
            enough memory.
            """)

    @OptionGroup var chosen: ImageRunArgument

    @Option(
        help: "Which images: those to test on, those it was trained on, or those held out (validation).")
    var split = ModelEvaluation.Split.test

    @OptionGroup var choice: CheckpointOption

    @Flag(help: "Take the averaged weights of a training with --ema.")
    var averaged = false

    @Flag(help: "Print one JSON object instead of tables.")
    var json = false

    @OptionGroup(title: "Places and threads") var places: PlaceOptions

    func run() throws {
        try explained { console in
            let model = try choice.model(chosen.name, root: places.runs, averaged: averaged)
            let evaluation = try ModelEvaluation(
                model, split: split, dataset: places.dataset, data: places.data,
                threads: places.usedThreads())
            let report = try evaluation.run()
            if json { return console.print(result: try report.json()) }
            console.print(
                "Checkpoint: \(model.title)\nData: \(evaluation.data)\n\(report.text(width: console.terminal.width))"
            )
        }
    }
}

extension ModelEvaluation.Split: ExpressibleByArgument {}
