import Console
import Datasets
import NeuralNetworks
import Pictures
import Platform
import Runs

/// A picture of an image and its augmented versions in the first epochs, on one sheet, row by row.
package enum AugmentationSheet {
    /// The colour of the frame around the original image.
    private static let frame = ImageSheet.Color(red: 255, green: 255, blue: 255)

    /// Draws the sheet: the original image, framed, and then one augmented image for each epoch.
    ///
    /// - Parameters:
    ///   - image: The image, whose index in the data set affects its augmentation.
    ///   - augmentation: The ranges of the augmentation.
    ///   - seed: The seed of the training.
    ///   - epochs: The number of epochs, from the first.
    ///   - layout: The layout of the sheet.
    package static func draw(
        _ image: LabeledImage, _ augmentation: ImageAugmentation, seed: UInt64, epochs: Int,
        layout: ImageSheet = ImageSheet()
    ) -> Bitmap {
        precondition(epochs >= 0, "AugmentationSheet.epochs: expected at least 0, received \(epochs)")
        let original = image.pixels
        var pixels = original
        for epoch in 0..<epochs {
            pixels += augmentation.augmented(
                original, rows: image.rows, columns: image.columns, seed: seed, epoch: epoch,
                index: image.index)
        }
        return layout.draw(pixels, rows: image.rows, columns: image.columns, frames: [frame])
    }
}

extension AugmentationSheet {
    /// Draws the sheet of a training image into a PNG file.
    ///
    /// - Parameters:
    ///   - index: The index of the image in the training set.
    ///   - epochs: The number of epochs, from the first.
    ///   - options: The options of the training.
    ///   - path: The path of the file, which is replaced.
    /// - Returns: The name of the image's class.
    /// - Throws: `DatasetError`, ``OptionError`` for an index out of range, ``FileError``.
    package static func write(
        index: Int, epochs: Int, _ options: ImageTraining.Options, to path: String
    ) throws -> String {
        let files = try options.files()
        let images = try files.train()
        guard images.count > 0 else { throw try IDXFileHeader(path: files[.trainImages]).noImages() }
        guard (0..<images.count).contains(index) else {
            throw OptionError(
                "--index must be 0 to \(images.count - 1), one of the \(TextFormat.grouped(images.count)) images in "
                    + "\(files[.trainImages]), not \(index).")
        }
        var augmentation = options.augmentation
        augmentation.background = ImagePreparation(of: images).grey
        let sheet = draw(images[index], augmentation, seed: options.seed, epochs: epochs)
        try AtomicFile.writeOutput(sheet.png(), to: path)
        return options.dataset.classNames(count: images.classCount)[images[index].label]
    }
}
