import Console
import Datasets
import NeuralNetworks
import Platform
import Runs

/// The data of the main job: the training set, the validation set, and the location of the test set.
package struct ImageTrainingData: Sendable {
    let files: ImageDatasetFiles
    package let train: LabeledImages
    let validation: LabeledImages?
    /// A text that identifies the data.
    package let fingerprint: String
    /// How the images are prepared, measured on the training and validation images.
    let preparation: ImagePreparation

    /// - Throws: ``DatasetError``; ``OptionError`` if no training images would remain.
    package init(_ options: ImageTraining.Options) throws {
        files = try options.files()
        let images = try files.train()
        guard images.count > 0 else { throw try IDXFileHeader(path: files[.trainImages]).noImages() }
        try Self.checkSize(images, of: files[.trainImages])
        guard options.validation < images.count else {
            throw OptionError(
                "--validation must be below \(images.count), the number of training images, not \(options.validation)."
            )
        }
        fingerprint =
            (options.dataset == .mnist ? "" : "\(options.dataset.name), ")
            + "\(images.count) images of \(images.rows) × \(images.columns), CRC-32 "
            + String(images.checksum, radix: 16)
        preparation = ImagePreparation(of: images)
        if options.validation > 0 {
            // Both parts, and a copy of the larger one while it is made.
            try MemoryShortage.check(
                2 * Double(images.count * images.rows * images.columns),
                for: "setting aside a validation set of these images")
            let parts = images.holdingOut(options.validation, seed: options.seed)
            train = parts.train
            validation = parts.validation
        } else {
            train = images
            validation = nil
        }
    }

    /// Checks that a model can read the images; the checkpoint of a model for larger images could not be loaded.
    private static func checkSize(_ images: LabeledImages, of file: String) throws(DatasetError) {
        guard ModelLimits.steps.contains(images.rows), ModelLimits.sizes.contains(images.columns) else {
            throw try IDXFileHeader(path: file).invalid(
                .wrongShape, at: 8, expected: "images of at most 65,536 rows and 65,536 columns",
                found: "\(images.rows) × \(images.columns); make them smaller")
        }
    }

    /// Checks everything about the test set that can be checked without reading it, so that no training is lost because
    /// of an invalid test set.
    func checkTest() throws(DatasetError) { try files.checkTest(like: train) }

    /// Reads the test set, whose images must have the size of the training images.
    func test() throws -> LabeledImages {
        try checkTest()
        return try Self.test(of: files, classCount: train.classCount)
    }

    /// - Parameter classCount: The maximum number of classes, if the data set does not determine it.
    static func test(of files: ImageDatasetFiles, classCount: Int) throws -> LabeledImages {
        let images = try files.test(classCount: files.dataset.classCount ?? classCount)
        guard images.count > 0 else { throw try IDXFileHeader(path: files[.testImages]).noImages() }
        return images
    }

    /// A description of the data: "datasets/mnist, 60,000 training images of 28 × 28, 10 classes".
    var title: String {
        let held = validation.map { ", \(TextFormat.grouped($0.count)) validation images" } ?? ""
        return
            "\(files.dataset.title(in: files.directory)), \(TextFormat.grouped(train.count)) training images of "
            + "\(train.rows) × \(train.columns)\(held), "
            + (train.classCount == 1 ? "1 class" : "\(train.classCount) classes")
    }
}

extension ImageTraining.Options {
    /// Reads the training set, without validation images, and the test set: at least one image each, of one size; and
    /// returns their directory.
    ///
    /// - Throws: `DatasetError`; ``OptionError`` if no training images would remain.
    package func images() throws -> (train: LabeledImages, test: LabeledImages, directory: String) {
        let data = try ImageTrainingData(self)
        return (data.train, try data.test(), data.files.directory)
    }
}
