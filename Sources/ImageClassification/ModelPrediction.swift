import Console
import Datasets
import NeuralNetworks
import Pictures
import Platform
import Runs
import Training

/// Classifies images with a trained model, by the same arithmetic as ``ModelEvaluation``. Writes no file.
package struct ModelPrediction: Sendable {
    package enum Input: Sendable {
        /// Images of the test set, by index, from the files in a directory; the run's directory if nil.
        case test(indices: [Int], data: String?)
        /// Images of an IDX file, all or some of them, with a file of their labels if there is one.
        case file(images: String, labels: String?, indices: [Int])
        /// PNG files of any size, converted to the form of the training images.
        case pictures([String], DigitNormalizer.Polarity)
        /// PNG files that already have this form and are only scaled.
        case preparedPictures([String])
    }

    package let model: ImageModel
    package let input: Input
    package let threads: Int
    /// The directory of the runs, for the error that a run is given as a picture.
    private let runs: String
    private let options: ImageTraining.Options

    /// - Parameters:
    ///   - model: The model.
    ///   - input: The images.
    ///   - dataset: The data set of the images, which determines the orientation and the labels of a file's images; the
    ///     run's if nil.
    ///   - threads: The number of compute threads.
    ///   - runs: The directory of the runs.
    package init(
        _ model: ImageModel, of input: Input, dataset: ImageDataset? = nil,
        threads: Int = UsableCores.count, runs: String = RunDirectory.defaultRoot
    ) {
        self.model = model
        self.runs = runs
        self.input = input
        if case .test(_, let data) = input {
            options = model.options(dataset, data: data)
        } else {
            options = model.options(dataset, data: nil)
        }
        self.threads = threads
    }

    /// - Returns: A prediction for each index and for each readable picture, in their order; and the errors of the
    ///   other pictures.
    /// - Throws: `DatasetError`; ``OptionError`` for an index out of range. Then nothing is classified.
    package func run() throws -> (images: [ClassifiedImage], failures: PictureFailures?) {
        try model.check(options.dataset)
        var (images, failures) = try read()
        try classify(&images)
        return (images, failures)
    }

    private func classify(_ images: inout [ClassifiedImage]) throws {
        guard !images.isEmpty else { return }
        let classNames = model.namesOtherThanNumbers
        let engine = try self.model.engine(threads: threads, images: images.count)
        let pixels = images.flatMap(\.pixels)
        // Scores do not depend on labels, but the sequences need some.
        let labels = [UInt8](repeating: 0, count: images.count)
        let scores = pixels.withUnsafeBufferPointer { pixels in
            labels.withUnsafeBufferPointer { labels in
                engine.outputs(
                    SequenceSamples(
                        bytes: pixels.baseAddress!, labels: labels.baseAddress!, count: images.count),
                    indices: images.indices.map(Int32.init))
            }
        }
        for (index, prediction) in try self.model.predictions(scores).enumerated() {
            (images[index].predicted, images[index].probabilities) = prediction
            images[index].classNames = classNames
        }
    }

    private func read() throws -> (images: [ClassifiedImage], failures: PictureFailures?) {
        let paths: [String]
        let prepared: (PNGPicture, String) throws -> NormalizedDigit
        switch input {
        case .pictures(let pictures, let polarity):
            let normalizer = try normalizer(polarity)
            paths = pictures
            prepared = { picture, path in
                try normalizer.normalize(
                    width: picture.bitmap.width, height: picture.bitmap.height, grey: picture.bitmap.grey(),
                    path: path)
            }
        case .preparedPictures(let pictures):
            let normalizer = try normalizer(.automatic)
            paths = pictures
            prepared = { picture, _ in
                normalizer.scale(
                    width: picture.bitmap.width, height: picture.bitmap.height, grey: picture.bitmap.grey())
            }
        default: return (try readImages(), nil)
        }
        var images: [ClassifiedImage] = []
        var errors: [any ReportedError] = []
        for path in paths {
            do {
                if let error = NotAPictureError(path, runs: runs) { throw error }
                let picture = try PictureFile.read(path)
                let digit = try prepared(picture, path)
                images.append(
                    ClassifiedImage(
                        source: path, polarity: digit.polarity, rows: digit.rows, columns: digit.columns,
                        pixels: digit.pixels, notes: picture.notes.map(\.description) + digit.notes))
            } catch let error as any ReportedError {
                errors.append(error)
            }
        }
        return (images, errors.isEmpty ? nil : PictureFailures(errors: errors))
    }

    private func normalizer(_ polarity: DigitNormalizer.Polarity) throws -> DigitNormalizer {
        let size = model.checkpoint.model
        return DigitNormalizer(
            rows: model.rows, columns: size.stack.inputSize, polarity: polarity,
            preparation: try model.preparation)
    }

    private func readImages() throws -> [ClassifiedImage] {
        switch input {
        case .test(let indices, _):
            let (images, files) = try model.test(options)
            return try labeled(images, of: files[.testImages], indices)
        case .file(let path, let labels?, let indices):
            let images = try LabeledImages(
                images: IDXFile(path: path), labels: IDXFile(path: labels),
                classCount: model.checkpoint.model.classCount, firstLabel: options.dataset.firstLabel,
                isTransposed: options.dataset.isTransposed)
            try model.check(rows: images.rows, columns: images.columns, file: path)
            return try labeled(images, of: path, indices)
        case .file(let path, nil, let indices):
            let images = try UnlabeledImages(
                IDXFile(path: path), isTransposed: options.dataset.isTransposed)
            try model.check(rows: images.rows, columns: images.columns, file: path)
            return try chosen(indices, of: images.count, in: path).map { index in
                ClassifiedImage(
                    source: path, index: index, rows: images.rows, columns: images.columns,
                    pixels: images.pixels(index))
            }
        case .pictures, .preparedPictures: preconditionFailure("readImages: received pictures")
        }
    }

    private func labeled(
        _ images: LabeledImages, of path: String, _ indices: [Int]
    ) throws -> [ClassifiedImage] {
        try chosen(indices, of: images.count, in: path).map { index in
            let image = images[index]
            return ClassifiedImage(
                source: path, index: index, label: image.label, rows: image.rows, columns: image.columns,
                pixels: image.pixels)
        }
    }

    private func chosen(_ indices: [Int], of count: Int, in path: String) throws -> [Int] {
        guard count > 0 else { throw try IDXFileHeader(path: path).noImages() }
        if let index = indices.first(where: { !(0..<count).contains($0) }) {
            throw OptionError(
                "--index must be 0 to \(count - 1), one of the \(TextFormat.grouped(count)) images in \(path), not \(index)."
            )
        }
        return indices.isEmpty ? Array(0..<count) : indices
    }
}
