import Datasets
import ImageClassification
import Platform
import Runs
import Training

/// The worst mistakes of a run on its test set, with the samples: `/api/mistakes`.
extension RunsPage {
    func mistakes(_ request: PageRequest) throws -> PageAnswer {
        let (_, run) = try run(request)
        return try Self.explained {
            let model = try imageModel(of: run, choice: nil)
            let images = try self.images.images(.test, of: model)
            return try .json(ImageMistakes(Self.evaluation(of: run).mistakes, images))
        }
    }

    private static func evaluation(of run: RunDirectory) throws -> Evaluation {
        do {
            let evaluation: Evaluation = try RunFile.read(from: run.evaluation)
            guard evaluation.isPossible, evaluation.count > 0 else {
                throw RunError.invalidFile(path: run.evaluation, reason: "numbers out of range")
            }
            return evaluation
        } catch let error as FileError where error.isMissing {
            throw PageError(.notFound, .noMistakes, ["run": run.name.quotedInAnswer])
        }
    }
}

private struct ImageMistakes: Encodable {
    struct Image: Encodable {
        let index: Int
        let label: Int
        let predicted: Int
        let probability: Double
        let rows: Int
        let columns: Int
        let pixels: String
    }

    let images: [Image]

    /// - Throws: ``PageError`` if the test set is another than the one that was evaluated.
    init(_ mistakes: [Evaluation.Mistake], _ test: LabeledImages) throws(PageError) {
        images = try mistakes.map { mistake throws(PageError) in
            guard mistake.index < test.count, test[mistake.index].label == mistake.label else {
                throw PageError(
                    .conflict, .otherImage, ["index": "\(mistake.index)", "label": "\(mistake.label)"])
            }
            let image = PixelImage(test[mistake.index])
            return Image(
                index: mistake.index, label: mistake.label, predicted: mistake.predicted,
                probability: mistake.probability, rows: image.rows, columns: image.columns,
                pixels: image.pixels)
        }
    }
}
