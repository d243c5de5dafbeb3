import Datasets
import NeuralNetworks
import Platform
import Training

extension TrainedModel {
    /// Evaluates the model. Writes no file.
    ///
    /// - Parameters:
    ///   - samples: The samples, which the model can read.
    ///   - split: The name of their split.
    ///   - classNames: The names of the classes; numbers if nil.
    ///   - engine: The engine with the model's weights.
    /// - Throws: ``CheckpointError`` if the scores are not finite.
    package func evaluate(
        _ samples: some SequenceDataset, split: EvaluationSplit, classNames: [String]?,
        by engine: SequenceEngine
    ) throws -> (score: Score, result: EvaluationResult) {
        let (score, outputs) = withExtendedLifetime(samples) {
            engine.evaluateWithOutputs(samples.sequences)
        }
        try check(outputs)
        let evaluation = Evaluation(
            score, outputs, of: samples, classCount: engine.model.classCount, split: split.rawValue,
            classNames: classNames, mistakeCount: 0)
        return (score, EvaluationResult(self, score: score, evaluation: evaluation))
    }

    /// Returns the training set or the validation set of the data on which the model was trained.
    ///
    /// - Throws: ``RunError/otherData(run:expected:found:)`` if the model was trained on other data; ``OptionError`` if
    ///   there is no validation set.
    package func samples<Data: ClassifierData>(
        _ split: EvaluationSplit, of data: Data
    ) throws -> Data.Samples {
        let expected = checkpoint.details.data
        guard expected.isEmpty || expected == data.fingerprint else {
            throw RunError.otherData(run: path, expected: expected, found: data.fingerprint)
        }
        switch split {
        case .train: return data.train
        case .validation:
            if let validation = data.validation { return validation }
            throw OptionError(
                "--split validation: the run of \(path) has no validation set; choose train, or test if it has a test set."
            )
        case .test:
            if let test = try data.test() { return test }
            let others = data.validation == nil ? "train" : "validation or train"
            throw OptionError(
                "--split test: the run of \(path) has no test set; choose \(others), or give --data.")
        }
    }

    /// Returns what the checkpoint contains besides the weights; nil if it contains nothing.
    ///
    /// - Parameter isPossible: Returns whether the values fit the model.
    /// - Throws: ``CheckpointError`` for other content.
    package func preparation<Content: Decodable>(
        _ isPossible: (Content) -> Bool
    ) throws -> Content? {
        guard let text = checkpoint.details.preparation else { return nil }
        let stored: Content
        do {
            stored = try JSON.value(from: text)
        } catch let error as DecodingError {
            throw CheckpointError(path: path, problem: .invalid("preparation", JSON.reason(error)))
        }
        guard isPossible(stored) else {
            throw CheckpointError(path: path, problem: .invalid("preparation", "numbers out of range"))
        }
        return stored
    }

    /// A sample's predicted class: the class with the highest score, and the probabilities of all classes.
    package typealias Prediction = (predicted: Int, probabilities: [Double])

    /// Returns the predictions for scores before softmax, (N, C).
    ///
    /// - Throws: ``CheckpointError`` if a score is not finite.
    package func predictions(_ scores: [Float]) throws -> [Prediction] {
        try check(scores)
        let classes = checkpoint.model.classCount
        return stride(from: 0, to: scores.count, by: classes).map { start in
            let row = Array(scores[start..<start + classes])
            return (row.argmax(), Softmax.probabilities(row))
        }
    }

    private func check(_ scores: [Float]) throws {
        guard scores.allSatisfy(\.isFinite) else {
            throw CheckpointError(path: path, problem: .scoresNotFinite)
        }
    }
}
