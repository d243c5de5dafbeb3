import Datasets
import NeuralNetworks
import Pictures
import Platform
import Runs
import Training

/// Classifies images with a trained model, by the same arithmetic as ``ModelEvaluation``. Writes no file.
package struct ModelPrediction: Sendable {
    package enum Input: Sendable {
        /// Images to test on, by their places; of the files in a directory, the run's own if nil.
        case test(indices: [Int], data: String?)
        /// Images of an IDX file, all of them or some, with a file of their labels if there is one.
        case file(images: String, labels: String?, indices: [Int])
        /// PNG files of any size.
        case pictures([String], DigitNormalizer.Polarity)
    }

    package let model: TrainedModel
    package let input: Input
    package let threads: Int
    private let options: ImageTraining.Options

    /// - Parameters:
    ///   - model: what predicts.
    ///   - input: the images.
    ///   - dataset: whose images, or how those of a file lie and are labelled; the run's own if nil.
    ///   - threads: how many compute.
    package init(
        _ model: TrainedModel, of input: Input, dataset: ImageDataset? = nil,
        threads: Int = UsableCores.count
    ) {
        self.model = model
        self.input = input
        if case .test(_, let data) = input {
            options = model.options(dataset, data: data)
        } else {
            options = model.options(dataset, data: nil)
        }
        self.threads = threads
    }

    /// - Returns: an image for each index or path, in their order.
    /// - Throws: `DatasetError`, `PNGError`, `BlankPictureError`; ``OptionError`` for an index that there is
    ///   not. Then nothing was classified.
    package func run() throws -> [ClassifiedImage] {
        try model.check(options.dataset)
        var images = try read()
        let classNames = model.namesOtherThanNumbers
        let model = model.checkpoint.model
        let engine = try self.model.engine(threads: threads, images: images.count)
        let pixels = images.flatMap(\.pixels)
        // Scores do not depend on labels, but sequences have some.
        let labels = [UInt8](repeating: 0, count: images.count)
        let scores = pixels.withUnsafeBufferPointer { pixels in
            labels.withUnsafeBufferPointer { labels in
                engine.outputs(
                    SequenceSamples(
                        bytes: pixels.baseAddress!, labels: labels.baseAddress!, count: images.count),
                    indices: images.indices.map(Int32.init))
            }
        }
        for index in images.indices {
            let row = Array(scores[index * model.classCount..<(index + 1) * model.classCount])
            images[index].probabilities = Softmax.probabilities(row)
            images[index].predicted = row.argmax()
            images[index].classNames = classNames
        }
        return images
    }

    private func read() throws -> [ClassifiedImage] {
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
        case .pictures(let paths, let polarity):
            return try paths.map { try picture($0, polarity) }
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
                "--index must be 0 to \(count - 1), one of the \(count) images in \(path), not \(index).")
        }
        return indices.isEmpty ? Array(0..<count) : indices
    }

    private func picture(_ path: String, _ polarity: DigitNormalizer.Polarity) throws -> ClassifiedImage {
        let bitmap = try Bitmap(png: Self.content(of: path), path: path)
        let size = model.checkpoint.model
        let normalizer = DigitNormalizer(
            rows: size.sequenceLength, columns: size.stack.inputSize, polarity: polarity)
        let digit = try normalizer.normalize(
            width: bitmap.width, height: bitmap.height, grey: bitmap.grey(), path: path)
        return ClassifiedImage(
            source: path, polarity: digit.polarity, rows: digit.rows, columns: digit.columns,
            pixels: digit.pixels)
    }

    /// A picture is input, as data sets are, and no file of a run.
    private static func content(of path: String) throws(DatasetError) -> [UInt8] {
        do throws(FileError) {
            return try RecordFile.content(of: path, .readingInput)
        } catch {
            guard error.isMissing else { throw .unreadable(file: path, reason: error.reason) }
            throw .missing(names: [path], lookedFor: [path], remedy: "check the path")
        }
    }
}
