import Datasets
import NeuralNetworks
import Platform
import Runs
import SequenceFiles
import Training

/// A trained classifier of sequences.
package typealias SequenceClassifier = TrainedModel<SequenceTraining.Options>

extension SequenceClassifier {
    /// The names of the classes and channels, which the checkpoint contains.
    package var form: SequenceForm {
        get throws {
            let model = checkpoint.model
            let form: SequenceForm? = try preparation {
                $0.isPossible && $0.classes.count == model.classCount && $0.channels == model.stack.inputSize
            }
            if let form { return form }
            throw CheckpointError(path: path, problem: .missing("preparation"))
        }
    }

    private func engine(_ sequences: LabeledSequences, threads: Int) throws -> SequenceEngine {
        try engine(threads: threads, samples: sequences.count, ofSize: 0, longest: sequences.longest)
    }

    /// Evaluates the model on a split of its run's data, or on a file.
    ///
    /// - Parameter data: A file or folder of sequences with classes, or for a model of texts a text, which is evaluated as a whole; the run's data if nil.
    /// - Returns: The result, and the name of the data.
    /// - Throws: `DatasetError`, and as ``TrainedModel/samples(_:of:)``.
    package func evaluate(
        _ split: EvaluationSplit, on data: String?, threads: Int
    ) throws -> (EvaluationResult, data: String) {
        let options = options ?? SequenceTraining.Options()
        if isOfTexts {
            let result = try evaluateText(split, on: data, options, threads: threads).result
            return (result, data ?? options.text ?? "")
        }
        let file = try data.map { try options.read($0, form).sequences }
        let result = try evaluate(split, on: file, options, threads: threads).result
        return (result, data ?? (split == .test ? options.testPath : nil) ?? options.data)
    }

    fileprivate func evaluate(
        _ split: EvaluationSplit, on sequences: LabeledSequences?, _ options: SequenceTraining.Options,
        threads: Int
    ) throws -> (score: Score, result: EvaluationResult) {
        var options = options
        options.noTest = false
        let sequences = try sequences ?? samples(split, of: SequenceTrainingData(options))
        return try evaluate(
            sequences, split: split, classNames: form.classes, by: engine(sequences, threads: threads))
    }

    /// Classifies all sequences of a file or a folder, with or without classes. Writes no file.
    ///
    /// - Throws: `DatasetError`; ``CheckpointError`` if the model's scores are not finite.
    package func classify(_ path: String, threads: Int) throws -> [ClassifiedSequence] {
        let form = try form
        let file = try (options ?? SequenceTraining.Options()).read(path, form, classesAreOptional: true)
        let engine = try engine(file.sequences, threads: threads)
        let scores = withExtendedLifetime(file) {
            engine.evaluateWithOutputs(file.sequences.sequences).outputs
        }
        return try predictions(scores).enumerated().map { index, prediction in
            ClassifiedSequence(
                source: path, name: file.names[index], label: file.labels[index].map { form.classes[$0] },
                predicted: form.classes[prediction.predicted],
                probability: prediction.probabilities[prediction.predicted],
                probabilities: Dictionary(uniqueKeysWithValues: zip(form.classes, prediction.probabilities)))
        }
    }
}

extension SequenceTraining.Options {
    package static func test(
        _ model: SequenceClassifier, on options: Self, threads: Int
    ) throws -> (score: Score, result: EvaluationResult) {
        try model.isOfTexts
            ? model.evaluateText(.test, on: nil, options, threads: threads)
            : model.evaluate(.test, on: nil, options, threads: threads)
    }
}

/// A sequence of a file with a model's prediction.
package struct ClassifiedSequence: Encodable, Sendable {
    /// The file, and the name of the sequence in it: "line 17", "id 3" or "walk/a.csv".
    package let source: String
    package let name: String
    /// The true class; nil if the file does not have it.
    package let label: String?
    package let predicted: String
    /// Whether the prediction is right; nil if the label is not known.
    package var isRight: Bool? { label.map { $0 == predicted } }
    /// The probability of the predicted class, 0...1, and of each class by its name.
    package let probability: Double
    package let probabilities: [String: Double]

    package func json() throws -> String { try JSON.text(self, pretty: false) }
}
