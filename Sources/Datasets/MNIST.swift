/// The files of the MNIST handwritten digits: 60,000 images to train on and 10,000 to test on, of
/// 28 × 28 pixels, in ten classes (LeCun, Cortes and Burges).
public struct MNIST: Sendable, Hashable {
    public let files: ImageDatasetFiles

    public static let classCount = 10

    /// Finds the four files, all of them in `directory` or all of them in torchvision's
    /// `<directory>/MNIST/raw`, as `ImageDataset.files(in:)` does.
    ///
    /// - Throws: `DatasetError.missing`, which tells every path looked for and where to get the files.
    public init(directory: String) throws(DatasetError) {
        files = try ImageDataset.mnist.files(in: directory)
    }

    /// Where the files were found: the directory given, or `MNIST/raw` in it.
    public var directory: String { files.directory }
    public var trainImagesPath: String { files[.trainImages] }
    public var trainLabelsPath: String { files[.trainLabels] }
    public var testImagesPath: String { files[.testImages] }
    public var testLabelsPath: String { files[.testLabels] }

    /// Reads the 60,000 images to train on; 47 MB in memory.
    public func train() throws(DatasetError) -> LabeledImages { try files.train() }

    /// Reads the 10,000 images to test on; 8 MB in memory.
    public func test() throws(DatasetError) -> LabeledImages { try files.test() }
}
