import Console
import Datasets
import NeuralNetworks
import Platform
import Runs

/// The images of the main job: those to train on, those held out of them, and where those to test on are.
package struct ImageTrainingData {
    let files: ImageDatasetFiles
    let train: LabeledImages
    let validation: LabeledImages?
    /// What tells these data from others.
    let fingerprint: String
    /// How the images are prepared, those held out included.
    let preparation: ImagePreparation

    /// - Throws: ``DatasetError``; ``OptionError`` if nothing would be left to train on.
    init(_ options: ImageTraining.Options) throws {
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
            // The parts, and one more copy of the larger one while it is made.
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

    /// Checks that a model can read the images: a checkpoint of a larger one could not be read back.
    private static func checkSize(_ images: LabeledImages, of file: String) throws(DatasetError) {
        guard ModelLimits.steps.contains(images.rows), ModelLimits.sizes.contains(images.columns) else {
            throw try IDXFileHeader(path: file).invalid(
                .wrongShape, at: 8, expected: "images of at most 65,536 rows and 65,536 columns",
                found: "\(images.rows) × \(images.columns); make them smaller")
        }
    }

    /// Checks what can be known of the test set without reading it, so that no training is lost to a bad one.
    func checkTest() throws(DatasetError) { try files.checkTest(like: train) }

    /// Reads the test set, whose images must have the size of those to train on.
    func test() throws -> LabeledImages {
        try checkTest()
        return try Self.test(of: files, classCount: train.classCount)
    }

    /// - Parameter classCount: the greatest that there may be, of a data set that does not tell.
    static func test(of files: ImageDatasetFiles, classCount: Int) throws -> LabeledImages {
        let images = try files.test(classCount: files.dataset.classCount ?? classCount)
        guard images.count > 0 else { throw try IDXFileHeader(path: files[.testImages]).noImages() }
        return images
    }

    /// "datasets/mnist, 60,000 training images of 28 × 28, 10 classes".
    var title: String {
        let held = validation.map { ", \(TextFormat.grouped($0.count)) validation images" } ?? ""
        return
            "\(files.dataset.title(in: files.directory)), \(TextFormat.grouped(train.count)) training images of "
            + "\(train.rows) × \(train.columns)\(held), "
            + (train.classCount == 1 ? "1 class" : "\(train.classCount) classes")
    }
}

extension ImageTraining.Options {
    /// Reads the images to train on, without those held out, and to test on: at least one each, of one size; from the
    /// directory told.
    ///
    /// - Throws: `DatasetError`; ``OptionError`` if nothing would be left to train on.
    package func images() throws -> (train: LabeledImages, test: LabeledImages, directory: String) {
        let data = try ImageTrainingData(self)
        return (data.train, try data.test(), data.files.directory)
    }
}
