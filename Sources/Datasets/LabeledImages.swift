/// Grey images of one size, each with a class: `count` × `rows` × `columns` bytes in one piece of
/// memory, row-major, and one byte per label. Immutable, so any number of threads may read it.
public final class LabeledImages: Dataset {
    public let count: Int
    public let rows: Int
    public let columns: Int
    /// Every label is in 0 ..< classCount.
    public let classCount: Int
    /// All pixels, of shape [count, rows, columns].
    public let pixels: ByteView
    /// All labels, of shape [count].
    public let labels: ByteView
    /// [count] Where each image was in the data set that it was held out of or left in; nil of a whole one.
    public var origins: UnsafeBufferPointer<Int32>? { originStorage?.elements(of: Int32.self) }

    private let originStorage: ByteStorage?

    /// Takes over the memory of two IDX files, without a copy as far as they are as this type wants them.
    ///
    /// - Parameters:
    ///   - images: uint8, of shape [count, rows, columns], rows and columns at least 1; of shape
    ///     [count, columns, rows] if transposed.
    ///   - labels: uint8, of shape [count]; or int32, of shape [count] or [count, n] with the class in the
    ///     first column, as QMNIST has them.
    ///   - classCount: The number of classes, 1 to 256; nil for the greatest label to tell.
    ///   - firstLabel: The label in the file that becomes 0.
    ///   - isTransposed: Whether the images lie on their side, as EMNIST's do, and are to be put upright: rows
    ///     and columns exchanged.
    /// - Throws: `DatasetError.invalid` for another element type or rank, for images of no pixels, for
    ///   different counts and for a label that is of no class.
    public init(
        images: IDXFile, labels: IDXFile, classCount: Int? = 10, firstLabel: Int = 0,
        isTransposed: Bool = false
    ) throws(DatasetError) {
        precondition(
            (1...256).contains(classCount ?? 1), "classCount: expected 1 to 256, received \(classCount ?? 0)")
        let shape = try images.imageShape()
        let classes = try labels.labels(of: images, classCount: classCount, firstLabel: firstLabel)
        count = shape.count
        rows = isTransposed ? shape.columns : shape.rows
        columns = isTransposed ? shape.rows : shape.columns
        self.classCount = classes.classCount
        originStorage = nil
        self.labels = ByteView(classes.storage)
        pixels = ByteView(
            isTransposed
                ? try images.transposedImages(rows: shape.rows, columns: shape.columns) : images.storage)
    }

    /// Copies images and labels from arrays. Sizes and labels that do not fit together trap.
    ///
    /// - Parameters:
    ///   - pixels: `labels.count` × `rows` × `columns` values.
    ///   - labels: Values below `classCount`.
    ///   - rows: of an image.
    ///   - columns: of an image.
    ///   - classCount: 1 to 256.
    public convenience init(
        pixels: [UInt8], labels: [UInt8], rows: Int, columns: Int, classCount: Int = 10
    ) {
        self.init(
            pixels: pixels, labels: labels, rows: rows, columns: columns, classCount: classCount, origins: nil
        )
    }

    /// - Parameter origins: As ``origins`` has them.
    package init(
        pixels: [UInt8], labels: [UInt8], rows: Int, columns: Int, classCount: Int, origins: [Int32]?
    ) {
        precondition(
            (1...256).contains(classCount), "classCount: expected 1 to 256, received \(classCount)")
        precondition(
            rows > 0 && columns > 0, "image size: expected at least 1 x 1, received \(rows) x \(columns)")
        precondition(
            pixels.count == labels.count * rows * columns,
            "pixels: expected \(labels.count) x \(rows) x \(columns) values, received \(pixels.count)")
        count = labels.count
        self.rows = rows
        self.columns = columns
        self.classCount = classCount
        originStorage = origins.map { origins in origins.withUnsafeBytes { ByteStorage(copying: Array($0)) } }
        self.pixels = ByteView(ByteStorage(copying: pixels))
        self.labels = ByteView(ByteStorage(copying: labels))
        if let index = Self.firstIndex(in: self.labels, notBelow: classCount) {
            preconditionFailure(
                "labels: expected values below \(classCount), received \(labels[index]) at \(index)")
        }
    }

    public subscript(index: Int) -> LabeledImage {
        precondition(
            index >= 0 && index < count, "image index: expected 0 to \(count - 1), received \(index)")
        return LabeledImage(source: self, index: index)
    }

    private static func firstIndex(in labels: ByteView, notBelow classCount: Int) -> Int? {
        labels.withUnsafeBufferPointer { labels in
            // A plain loop: generic algorithms are slow in debug builds, and this runs before training.
            for index in 0..<labels.count where Int(labels[index]) >= classCount { return index }
            return nil
        }
    }
}

extension IDXFile {
    /// The sizes of a file of images: uint8, of shape [count, rows, columns], rows and columns at least 1.
    ///
    /// - Throws: `DatasetError.invalid` for a file of something else.
    public func imageShape() throws(DatasetError) -> (count: Int, rows: Int, columns: Int) {
        try require(.uint8)
        guard shape.count == 3, shape[1] > 0, shape[2] > 0 else {
            throw invalid(
                .wrongShape, at: shape.count == 3 ? 8 : 3,
                expected: "rank 3 (images, rows, columns) with at least one row and column",
                found: "the shape \(shape)")
        }
        return (shape[0], shape[1], shape[2])
    }
}

/// One sample of `LabeledImages`: a view that keeps the images alive and copies nothing.
public struct LabeledImage: Sendable {
    package let source: LabeledImages
    /// The position of the sample in the data set.
    public let index: Int

    public var rows: Int { source.rows }
    public var columns: Int { source.columns }
    public var label: Int { Int(source.labels[index]) }

    /// The pixels, of shape [rows, columns], 0 to 255.
    public var pixels: ByteView {
        source.pixels.view(from: index * rows * columns, count: rows * columns)
    }

    public subscript(row: Int, column: Int) -> UInt8 {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns,
            "pixel: expected a place in \(rows) x \(columns), received (\(row), \(column))")
        return source.pixels[(index * rows + row) * columns + column]
    }
}
