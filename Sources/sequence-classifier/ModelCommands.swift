import ArgumentParser
import Commands
import Runs
import SequenceClassification

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate a run: accuracy, macro F1, confusion matrix, or perplexity.",
        discussion: """
            Example: sequence-classifier evaluate
                     sequence-classifier evaluate wider --split validation
                     sequence-classifier evaluate latest --data other.ts --json

            It writes no file. The data are the run's, unless --data gives others.

            \(HelpText.modelExitCodes)
            """)

    @OptionGroup var evaluation: EvaluationArguments<SequenceClassifierTool>

    @Option(
        help: ArgumentHelp(
            "File or folder of sequences with classes, or a text, in place of the run's", valueName: "path"),
        completion: .file())
    var data: String?

    @OptionGroup(title: "Paths and threads") var process: ProcessArguments<SequenceTraining.Options>

    func validate() throws {
        try checkUse("--split", evaluation.split != nil, of: "the run's data; remove --data", data == nil)
    }

    func run() throws {
        try evaluation.run(runs: process.runs) { model, split in
            try model.evaluate(split, on: data, threads: process.usedThreads())
        }
    }
}

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Classify the sequences of a file or a folder.",
        discussion: """
            Example: sequence-classifier predict new.ts
                     sequence-classifier predict walk.csv --run latest --json

            The file has the form of training files, but needs no classes; a CSV file without a column of ids is one \
            sequence, and a folder may have no subfolders. The channels must be the model's; in a CSV file, they are found \
            by their names.

            --json prints one object per sequence and line, with the keys label, name, predicted, probabilities (0 to 1, by \
            class), probability and source. A sequence without a known class has no label.

            \(HelpText.modelExitCodes)
            """)

    @Argument(help: "File or folder of sequences to classify", completion: .file())
    var path: String

    @OptionGroup var prediction: PredictionArguments<SequenceClassifierTool>

    @OptionGroup(title: "Paths and threads") var process: ProcessArguments<SequenceTraining.Options>

    func run() throws {
        try explained { console in
            let model = try prediction.model(in: process.runs)
            guard !model.isOfTexts else {
                throw OptionError("\(model.path) predicts characters of texts; use the command sample.")
            }
            let predictions = try model.classify(path, threads: process.usedThreads())
            if prediction.json { return try predictions.forEach { console.print(result: try $0.json()) } }
            console.print("Checkpoint: \(model.title)")
            for one in predictions {
                console.print(
                    PredictionLine.text(
                        one.name, predicted: one.predicted, probability: one.probability, label: one.label))
            }
            if let tally = PredictionLine.tally(predictions.map(\.isRight)) { console.print(tally) }
        }
    }
}

extension SequenceClassifierTool: DescribingTool {
    typealias ModelOptions = ModelArguments
    typealias DataOptions = DataArguments

    static var summaryExamples: [String] { ["--cell gru --hidden-size 64", "latest"] }
    static var modelSize: String { "the channels and classes of --data" }

    static func description(of model: SequenceClassifier) throws -> ModelDescription<Options> {
        try ModelDescription(model, steps: model.isOfTexts ? model.options?.window ?? 1 : model.form.longest)
    }

    static func description(of options: Options) throws -> ModelDescription<Options> {
        guard options.text == nil else {
            let training = TextTraining(options: options)
            let data = try training.data()
            return ModelDescription(training.model(data), steps: data.longest)
        }
        let training = SequenceTraining(options: options)
        let data = try training.data()
        return ModelDescription(training.model(data), steps: data.train.longest)
    }
}
