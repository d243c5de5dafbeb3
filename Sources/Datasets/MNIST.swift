/// The files of MNIST, the handwritten digits: 60,000 training images and 10,000 test images of 28 × 28 pixels in
/// ten classes (LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998).
public struct MNIST: Sendable, Hashable {
    package let files: ImageDatasetFiles

    package static let classCount = 10

    /// Finds the four IDX files, unpacked or as `.gz`, in `directory` or in torchvision's `<directory>/MNIST/raw`. It
    /// reads none of them yet and downloads nothing.
    ///
    /// - Throws: ``DatasetError/missing(names:lookedFor:remedy:)`` with the searched paths and the addresses to
    ///   download the files from.
    public init(directory: String) throws(DatasetError) {
        files = try ImageDataset.mnist.files(in: directory)
    }

    /// The directory in which the files were found: the given one, or `MNIST/raw` in it.
    package var directory: String { files.directory }
    package var trainImagesPath: String { files[.trainImages] }
    package var trainLabelsPath: String { files[.trainLabels] }
    package var testImagesPath: String { files[.testImages] }
    package var testLabelsPath: String { files[.testLabels] }

    /// Reads the training set: 60,000 images, 47 MB in memory.
    ///
    /// - Throws: ``DatasetError`` if a file cannot be read or is invalid.
    public func train() throws(DatasetError) -> LabeledImages { try files.train() }

    /// Reads the test set: 10,000 images, 8 MB in memory.
    ///
    /// - Throws: ``DatasetError`` if a file cannot be read or is invalid.
    public func test() throws(DatasetError) -> LabeledImages { try files.test() }
}
