import Datasets
import ImageClassification
import NeuralNetworks
import Runs
import Synchronization

/// The predictions of a run's evaluated model for each image of its test set. The answers of the last runs are kept.
final class TestAnswers: Sendable {
    struct Answer: Sendable {
        let predicted: Int
        /// The probability of the predicted class.
        let probability: Double
    }

    private let kept = Mutex<[(key: String, answers: [Answer])]>([])

    /// - Throws: `MemoryShortage`; `CheckpointError` for scores that are not finite.
    func answers(of model: ImageModel, on images: LabeledImages) throws -> [Answer] {
        // Two models with the same parameters give the same answers.
        let key = "\(ReplayedState.sha256(of: model.checkpoint.parameters)) \(images.checksum)"
        return try kept.withLock { kept in
            if let known = kept.first(where: { $0.key == key }) { return known.answers }
            // One thread, so that a training beside it is hardly slowed.
            let engine = try model.engine(threads: 1, images: images.count)
            let outputs = withExtendedLifetime(images) {
                engine.evaluateWithOutputs(images.sequences).outputs
            }
            let answers = try model.predictions(outputs).map {
                Answer(predicted: $0.predicted, probability: $0.probabilities[$0.predicted])
            }
            kept = kept.suffix(3) + [(key, answers)]
            return answers
        }
    }
}
