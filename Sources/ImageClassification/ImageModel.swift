import Datasets
import NeuralNetworks
import Platform
import Runs
import Training

/// A trained classifier of images.
package typealias ImageModel = TrainedModel<ImageTraining.Options>

extension ImageModel {
    /// The number of pixel rows of an image, each of which is a time step.
    package var rows: Int { checkpoint.model.sequenceLength ?? 0 }

    /// Returns the model with its weights, for evaluation and prediction.
    ///
    /// - Parameters:
    ///   - threads: The number of compute threads, at most one for each core.
    ///   - images: The number of images.
    package func engine(threads: Int, images: Int) throws(MemoryShortage) -> SequenceEngine {
        try engine(threads: threads, samples: images, ofSize: rows * checkpoint.model.stack.inputSize)
    }

    /// The names of the classes.
    package var classNames: [String] {
        (options?.dataset ?? .mnist).classNames(count: checkpoint.model.classCount)
    }

    /// The preparation of the training images. A checkpoint of an older version does not contain it; then it is the one of
    /// MNIST or of the data sets similar to it.
    ///
    /// - Throws: ``CheckpointError`` for an invalid preparation.
    package var preparation: ImagePreparation {
        get throws {
            let columns = checkpoint.model.stack.inputSize
            return try preparation { (stored: ImagePreparation) in
                stored.isPossible(rows: rows, columns: columns)
            } ?? (options?.dataset ?? .mnist).usualPreparation(rows: rows, columns: columns)
        }
    }

    /// The names of the classes; empty if they are only numbers.
    var namesOtherThanNumbers: [String] {
        classNames == classNames.indices.map(\.description) ? [] : classNames
    }

    /// Returns the training options with another data set or directory, if these are given.
    package func options(_ dataset: ImageDataset?, data: String?) -> ImageTraining.Options {
        var options = options ?? ImageTraining.Options()
        options.choose(dataset, data: data)
        return options
    }

    /// Checks that the model has as many classes as a data set.
    package func check(_ dataset: ImageDataset) throws(OptionError) {
        let known = checkpoint.model.classCount
        guard let count = dataset.classCount, count > known, dataset != options?.dataset ?? .mnist else {
            return
        }
        throw OptionError(
            "--dataset \(dataset.name) has \(count) classes, more than the \(known) of the model in \(path).")
    }

    /// Checks that the model can read images of a size.
    ///
    /// - Parameter file: The path of the images, for the error.
    package func check(rows: Int, columns: Int, file: String) throws(DatasetError) {
        let model = checkpoint.model
        guard rows == model.sequenceLength, columns == model.stack.inputSize else {
            throw .invalid(
                file: file, problem: .wrongShape, at: IDXFileHeader.location(8, in: file),
                expected:
                    "images of \(self.rows) × \(model.stack.inputSize), the input size of the model in \(path)",
                found: "\(rows) × \(columns)")
        }
    }

    /// Checks that the model can read images and knows their classes.
    package func check(_ images: LabeledImages, file: String, labels: String) throws(DatasetError) {
        try check(rows: images.rows, columns: images.columns, file: file)
        let classes = checkpoint.model.classCount
        if classes >= images.classCount { return }
        if let index = (0..<images.count).first(where: { Int(images.labels[$0]) >= classes }) {
            throw .invalid(
                file: labels, problem: .labelOutOfRange, at: IDXFileHeader.location(8 + index, in: labels),
                expected: "a label below \(classes), the number of classes of the model in \(path)",
                found: "\(images.labels[index])")
        }
    }
}
