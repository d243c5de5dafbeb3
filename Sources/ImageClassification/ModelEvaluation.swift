import Datasets
import NeuralNetworks
import Platform
import Runs
import Training

/// Evaluates a trained model on a split of the data: accuracy and loss as in the run's summary, and the scores of each
/// class. Writes no file.
package struct ModelEvaluation: Sendable {
    package enum Split: String, Codable, CaseIterable, Sendable {
        case test
        /// The run's training set.
        case train
        /// The run's validation set.
        case validation
    }

    package let model: TrainedModel
    package let split: Split
    private let options: ImageTraining.Options
    package let threads: Int

    /// - Parameters:
    ///   - model: The model.
    ///   - split: The split of the data.
    ///   - dataset: The data set; the run's if nil.
    ///   - data: The directory of its files; if nil, the run's, or the default directory of another `dataset`.
    ///   - threads: The number of compute threads.
    package init(
        _ model: TrainedModel, split: Split = .test, dataset: ImageDataset? = nil, data: String? = nil,
        threads: Int = UsableCores.count
    ) {
        self.model = model
        self.split = split
        options = model.options(dataset, data: data)
        self.threads = threads
    }

    /// The data set, unless it is MNIST, and the directory of its files.
    package var data: String {
        options.dataset.title(in: (try? options.files())?.directory ?? options.data)
    }

    /// - Throws: `DatasetError` for data that are missing, damaged, or of a form that the model cannot read;
    ///   ``RunError/otherData(run:expected:found:)`` if the model was trained on other data; ``OptionError`` if there
    ///   is no validation set.
    package func run() throws -> EvaluationResult { try evaluated().result }

    /// Returns the result, and the score on which it is based, for other metrics.
    package func evaluated() throws -> (score: Score, result: EvaluationResult) {
        let images = try images()
        let engine = try model.engine(threads: threads, images: images.count)
        let (score, outputs) = withExtendedLifetime(images) {
            engine.evaluateWithOutputs(SequenceSamples(images))
        }
        guard outputs.allSatisfy(\.isFinite) else {
            throw CheckpointError(path: model.path, problem: .scoresNotFinite)
        }
        let result = EvaluationResult(
            model, score: score,
            evaluation: Evaluation(
                score, outputs, of: images, classCount: engine.model.classCount, split: split.rawValue,
                classNames: model.classNames, mistakeCount: 0))
        return (score, result)
    }

    private func images() throws -> LabeledImages {
        try model.check(options.dataset)
        guard split != .test else { return try model.test(options).images }
        let images = try ImageTrainingData(options)
        try model.check(
            images.train, file: images.files[.trainImages], labels: images.files[.trainLabels])
        let expected = model.checkpoint.details.data
        guard expected.isEmpty || expected == images.fingerprint else {
            throw RunError.otherData(run: model.path, expected: expected, found: images.fingerprint)
        }
        guard split == .validation else { return images.train }
        guard let validation = images.validation else {
            throw OptionError(
                "--split validation: the run of \(model.path) has no validation set; choose test or train.")
        }
        return validation
    }
}

extension TrainedModel {
    /// Reads the test set of some options, which must have a form that the model can read.
    package func test(
        _ options: ImageTraining.Options
    ) throws -> (images: LabeledImages, files: ImageDatasetFiles) {
        let files = try options.files()
        let images = try ImageTrainingData.test(of: files, classCount: checkpoint.model.classCount)
        try check(images, file: files[.testImages], labels: files[.testLabels])
        return (images, files)
    }
}
