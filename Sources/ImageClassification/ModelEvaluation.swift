import Datasets
import NeuralNetworks
import Platform
import Runs
import Training

/// Evaluates a trained model on a split of the data: accuracy and loss as in the run's summary, and the scores of each
/// class. Writes no file.
package struct ModelEvaluation: Sendable {
    package typealias Split = EvaluationSplit

    package let model: ImageModel
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
        _ model: ImageModel, split: Split = .test, dataset: ImageDataset? = nil, data: String? = nil,
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
        return try model.evaluate(images, split: split, classNames: model.classNames, by: engine)
    }

    private func images() throws -> LabeledImages {
        try model.check(options.dataset)
        guard split != .test else { return try model.test(options).images }
        let data = try ImageTrainingData(options)
        try model.check(data.train, file: data.files[.trainImages], labels: data.files[.trainLabels])
        let input = ImageTrainingInput(
            data: data, teacher: nil, initial: nil, evaluatesTest: false, classNames: nil)
        return try model.samples(split, of: input)
    }
}

extension ImageModel {
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

extension ImageTraining.Options {
    package static func test(
        _ model: ImageModel, on options: Self, threads: Int
    ) throws -> (score: Score, result: EvaluationResult) {
        try ModelEvaluation(model, dataset: options.dataset, data: options.data, threads: threads).evaluated()
    }
}
