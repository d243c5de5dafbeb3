import Datasets
import NeuralNetworks
import Platform
import Runs
import SequenceFiles
import Training

extension SequenceClassifier {
    /// Whether the model predicts the next characters of texts.
    package var isOfTexts: Bool { checkpoint.model.readsSymbols }

    /// Returns a generator of texts.
    ///
    /// - Throws: ``OptionError`` for a model of sequences; ``CheckpointError``.
    package func generator(temperature: Double, seed: UInt64) throws -> TextGenerator {
        guard isOfTexts else {
            throw OptionError(
                "\(path.printableLine) classifies sequences; only runs of train --text write texts. Use predict."
            )
        }
        return try TextGenerator(predictor, vocabulary: vocabulary, temperature: temperature, seed: seed)
    }

    private var vocabulary: Vocabulary { get throws { try checkpoint.vocabulary(path: path) } }

    private var predictor: SequencePredictor {
        let engine = checkpoint.engine(threads: 1, averaged: isAveraged)
        return SequencePredictor(model: engine.model, parameters: engine.parameters)
    }

    /// Evaluates the model on a part of its run's text, or on another text as a whole.
    ///
    /// - Throws: `DatasetError`, ``OptionError``, and as ``TrainedModel/samples(_:of:)``.
    func evaluateText(
        _ split: EvaluationSplit, on path: String?, _ options: SequenceTraining.Options, threads: Int
    ) throws -> (score: Score, result: EvaluationResult) {
        var options = options
        options.noTest = false
        let text =
            try path.map { try read($0, length: options.window) }
            ?? samples(split, of: TextTrainingData(options, vocabulary: vocabulary))
        let engine = try engine(
            threads: threads, samples: text.count, ofSize: 16, longest: min(text.length, text.stepCount),
            keepsOutputs: false)
        let score = engine.evaluate(text)
        guard score.loss.isFinite else { throw CheckpointError(path: self.path, problem: .scoresNotFinite) }
        return (score, EvaluationResult(self, score: score, split: split))
    }

    private func read(_ path: String, length: Int) throws -> TextWindows {
        let (text, vocabulary) = (try TextFile.read(path: path), try vocabulary)
        do throws(TextError) {
            return try TextWindows(text, vocabulary: vocabulary, length: length)
        } catch {
            throw error.inFile(path)
        }
    }
}
