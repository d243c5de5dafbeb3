import Datasets
import NeuralNetworks

/// Scores a trained model on a part of the data: accuracy and loss as the run's summary has them, and how each
/// class fares. Writes no file.
public struct ModelEvaluation: Sendable {
    public enum Split: String, Codable, CaseIterable, Sendable {
        case test
        /// What the run trained on.
        case train
        /// What the run held out.
        case validation
    }

    public let model: TrainedModel
    public let split: Split
    public let data: String
    public let threads: Int

    /// - Parameters:
    ///   - model: what is evaluated.
    ///   - split: which images.
    ///   - data: the directory of the MNIST files; the run's own if nil.
    ///   - threads: how many compute.
    public init(
        _ model: TrainedModel, split: Split = .test, data: String? = nil, threads: Int = UsableCores.count
    ) {
        self.model = model
        self.split = split
        self.data = data ?? model.data
        self.threads = threads
    }

    /// - Throws: `DatasetError` for data that are missing, damaged, or not such as the model reads;
    ///   ``RunError/otherData(run:expected:found:)`` if it was trained on others; ``OptionError`` if no images were
    ///   held out.
    public func run() throws -> EvaluationReport {
        let images = try images()
        let engine = model.checkpoint.engine(threads: threads)
        return withExtendedLifetime(images) {
            EvaluationReport(
                model, score: engine.evaluate(SequenceSamples(images)),
                evaluation: Evaluation(engine, on: images, split: split.rawValue, mistakeCount: 0))
        }
    }

    private func images() throws -> LabeledImages {
        let mnist = try MNIST(directory: data)
        guard split != .test else {
            let images = try MNISTData.test(of: mnist)
            try model.check(images, file: mnist.testImagesPath, labels: mnist.testLabelsPath)
            return images
        }
        var options = model.options ?? MNISTTraining.Options()
        options.data = data
        let images = try MNISTData(options)
        try model.check(images.train, file: mnist.trainImagesPath, labels: mnist.trainLabelsPath)
        let expected = model.checkpoint.details.data
        guard expected.isEmpty || expected == images.fingerprint else {
            throw RunError.otherData(run: model.path, expected: expected, found: images.fingerprint)
        }
        guard split == .validation else { return images.train }
        guard let validation = images.validation else {
            throw OptionError("--split validation: \(model.path) held out no images; choose test or train.")
        }
        return validation
    }
}
