import Datasets
import NeuralNetworks
import Platform
import Runs
import Training

/// Scores a trained model on a part of the data: accuracy and loss as the run's summary has them, and how each
/// class fares. Writes no file.
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
    ///   - model: what is evaluated.
    ///   - split: which images.
    ///   - dataset: from which data set; the run's own if nil.
    ///   - data: the directory of its files; the run's own if nil, that of `dataset` if it is another.
    ///   - threads: how many compute.
    package init(
        _ model: TrainedModel, split: Split = .test, dataset: ImageDataset? = nil, data: String? = nil,
        threads: Int = UsableCores.count
    ) {
        self.model = model
        self.split = split
        options = model.options(dataset, data: data)
        self.threads = threads
    }

    /// The data set, unless it is MNIST, and where its files are.
    package var data: String {
        options.dataset.title(in: (try? options.files())?.directory ?? options.data)
    }

    /// - Throws: `DatasetError` for data that are missing, damaged, or not such as the model reads;
    ///   ``RunError/otherData(run:expected:found:)`` if it was trained on others; ``OptionError`` if no images were
    ///   held out.
    package func run() throws -> EvaluationReport { try scored().report }

    /// The same, with the score that the report is made of, for other metrics.
    package func scored() throws -> (score: Score, report: EvaluationReport) {
        let images = try images()
        let engine = try model.engine(threads: threads, images: images.count)
        let (score, outputs) = withExtendedLifetime(images) {
            engine.evaluateWithOutputs(SequenceSamples(images))
        }
        guard outputs.allSatisfy(\.isFinite) else {
            throw CheckpointError(path: model.path, problem: .scoresNotFinite)
        }
        let report = EvaluationReport(
            model, score: score,
            evaluation: Evaluation(
                score, outputs, of: images, classCount: engine.model.classCount, split: split.rawValue,
                classNames: model.classNames, mistakeCount: 0))
        return (score, report)
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
    /// The images to test on of some options, which must be such as the model reads.
    package func test(
        _ options: ImageTraining.Options
    ) throws -> (images: LabeledImages, files: ImageDatasetFiles) {
        let files = try options.files()
        let images = try ImageTrainingData.test(of: files, classCount: checkpoint.model.classCount)
        try check(images, file: files[.testImages], labels: files[.testLabels])
        return (images, files)
    }
}
