import Console
import ImageClassification
import NeuralNetworks
import Platform
import Runs
import Training

/// An HTML file in which one draws a digit, and a trained model classifies it while one draws. It works offline: the file
/// contains the weights, and no part of it opens a connection.
///
/// `Page` has its JavaScript. `normalizer.js`, `picture.js` and `preparation.js` prepare a drawing as ``DigitNormalizer``
/// prepares a picture, to the same bytes. `network.js` computes the layers. `make page-proof` compares both with the
/// program in a browser.
package struct DigitPage: Sendable {
    /// The configuration of the model, a classifier of images.
    package var network: SequenceModel
    /// The parameters in the order of the model's layout.
    package var parameters: [Float]
    /// The form of the training images.
    package var preparation: ImagePreparation
    package var classNames: [String]
    /// The name of the run or of the checkpoint.
    package var name: String
    /// The accuracy in the run's evaluation, 0...1, and the number of evaluated images; nil without an evaluation.
    package var accuracy: (share: Double, count: Int)?
    /// The misclassified images, the worst first.
    package var mistakes: [Mistake] = []
    /// The number of training steps of the weights; nil if the page does not show it.
    package var step: Int?
    /// The language in which the page opens; the page has a switch.
    package var language = Language.english

    /// A misclassified image of the run's evaluation.
    package struct Mistake: Sendable {
        /// The index of the image in the test set.
        package var index: Int
        package var label: Int
        package var predicted: Int
        /// The probability of the predicted class, 0...1.
        package var probability: Double
        /// The pixels, of shape [rows, columns].
        package var pixels: [UInt8]

        package init(index: Int, label: Int, predicted: Int, probability: Double, pixels: [UInt8]) {
            self.index = index
            self.label = label
            self.predicted = predicted
            self.probability = probability
            self.pixels = pixels
        }
    }

    /// Creates a page of a model. Numbers of parameters and class names that do not fit the model trap.
    package init(
        network: SequenceModel, parameters: [Float], preparation: ImagePreparation, classNames: [String],
        name: String
    ) {
        precondition(
            parameters.count == network.layout.count,
            "parameters: expected \(network.layout.count), received \(parameters.count)")
        precondition(
            classNames.count == network.classCount,
            "classNames: expected \(network.classCount), received \(classNames.count)")
        precondition(network.sequenceLength != nil, "network: expected a number of rows, received none")
        self.network = network
        self.parameters = parameters
        self.preparation = preparation
        self.classNames = classNames
        self.name = name
    }

    /// Creates a page of a trained model, with the mistakes and the accuracy of its run, if they belong to its
    /// weights.
    ///
    /// - Parameters:
    ///   - model: The model with its weights.
    ///   - language: The language in which the page opens; the run's if nil.
    /// - Throws: `CheckpointError` for an invalid preparation in the checkpoint.
    package init(_ model: ImageModel, language: Language? = nil) throws {
        let checkpoint = model.checkpoint
        self.init(
            network: checkpoint.model,
            parameters: model.isAveraged ? checkpoint.average ?? [] : checkpoint.parameters,
            preparation: try model.preparation, classNames: model.classNames,
            name: model.run?.name ?? FilePath.name(of: model.path))
        self.language = language ?? model.options?.language ?? .english
        guard let run = model.run else { return }
        let report = ImageRunReport(run: run)
        // The run's evaluation is about other weights if another checkpoint was chosen.
        guard !model.isAveraged, model.isScored(in: report.record.summary) else { return }
        guard let evaluation = report.record.evaluation, evaluation.classes.count == classNames.count else {
            return
        }
        accuracy = (evaluation.accuracy, evaluation.count)
        let pictures = report.mistakePictures().pictures ?? []
        mistakes = zip(evaluation.mistakes, pictures).compactMap { mistake, picture in
            guard picture.width == columns, picture.height == rows else { return nil }
            return Mistake(
                index: mistake.index, label: mistake.label, predicted: mistake.predicted,
                probability: mistake.probability, pixels: picture.samples)
        }
    }

    var rows: Int { network.sequenceLength ?? 0 }
    var columns: Int { network.stack.inputSize }
}
