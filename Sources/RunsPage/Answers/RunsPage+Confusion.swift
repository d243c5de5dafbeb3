import Datasets
import ImageClassification
import NeuralNetworks
import Platform
import Runs
import Synchronization
import Training

/// The images behind a cell of the confusion matrix: `/api/confusion`.
extension RunsPage {
    func confusionAnswer(_ request: PageRequest) throws -> PageAnswer {
        try Self.explained {
            let run = try self.run(request).directory
            let model = try imageModel(of: run, choice: nil)
            let classes = 0...model.checkpoint.model.classCount - 1
            let label = try Self.number(request, "label", classes)
            let predicted = try Self.number(request, "predicted", classes)
            guard model.isScored(in: try? RunSummary.read(run)) else {
                throw PageError(
                    .conflict, "the weights of the evaluation are not among the run's checkpoints any more")
            }
            let images = try self.images.images(.test, of: model)
            let answers = try evaluations.answers(of: model, on: images)
            let cell = answers.indices.filter {
                answers[$0].predicted == predicted && images[$0].label == label
            }.sorted { (answers[$1].probability, $0) < (answers[$0].probability, $1) }
            return try .json(
                ConfusionContent(
                    label: label, predicted: predicted, count: cell.count,
                    images: cell.prefix(ConfusionContent.most).map {
                        .init(index: $0, probability: answers[$0].probability, PixelImage(images[$0]))
                    }))
        }
    }
}

private struct ConfusionContent: Encodable {
    static let most = 60

    struct Image: Encodable {
        let index: Int
        let probability: Double
        let rows: Int
        let columns: Int
        let pixels: String

        init(index: Int, probability: Double, _ image: PixelImage) {
            (self.index, self.probability) = (index, probability)
            (rows, columns, pixels) = (image.rows, image.columns, image.pixels)
        }
    }

    let label: Int
    let predicted: Int
    let count: Int
    let images: [Image]
}

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
