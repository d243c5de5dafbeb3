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
                throw PageError(.conflict, .noEvaluatedWeights)
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
