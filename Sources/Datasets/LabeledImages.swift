import Platform

/// Grey images of one size, each with a class: `count` × `rows` × `columns` bytes in contiguous memory, row-major, and
/// one byte for each label. They are immutable, so any number of threads may read them.
public final class LabeledImages: Dataset {
    /// The number of images.
    public let count: Int
    /// The number of pixel rows of an image.
    public let rows: Int
    /// The number of pixel columns of an image.
    public let columns: Int
    /// The number of classes, 1 to 256. Every label is in 0 ..< classCount.
    public let classCount: Int
    /// All pixels, of shape [count, rows, columns], 0 to 255.
    package let pixels: ByteView
    /// All labels, of shape [count].
    package let labels: ByteView
    /// The index of each image in the data set before the split, of shape [count]; nil if the images are not part of a
    /// split.
    package var origins: UnsafeBufferPointer<Int32>? { originStorage?.elements(of: Int32.self) }

    private let originStorage: ByteStorage?

    /// Creates labeled images from two IDX files. Their memory is shared, not copied, unless it must be converted.
    ///
    /// - Parameters:
    ///   - images: uint8, of shape [count, rows, columns], rows and columns at least 1; of shape [count, columns, rows]
    ///     if transposed.
    ///   - labels: uint8, of shape [count]; or int32, of shape [count] or [count, n] with the class in the first
    ///     column, as in QMNIST.
    ///   - classCount: The number of classes, 1 to 256; if nil, it is the greatest label + 1.
    ///   - firstLabel: The label of class 0 in the file.
    ///   - isTransposed: Whether rows and columns are exchanged in the file, as in EMNIST; they are exchanged back.
    /// - Throws: `DatasetError.invalid` for another element type or rank, for images without pixels, for different
    ///   counts, and for a label outside the classes.
    package init(
        images: IDXFile, labels: IDXFile, classCount: Int? = 10, firstLabel: Int = 0,
        isTransposed: Bool = false
    ) throws(DatasetError) {
        precondition(
            (1...256).contains(classCount ?? 1), "classCount: expected 1 to 256, received \(classCount ?? 0)")
        let shape = try images.header.imageShape()
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

    /// Creates labeled images from arrays, which are copied. Sizes and labels that do not match trap.
    ///
    /// - Parameters:
    ///   - pixels: The pixels, of shape [`labels.count`, `rows`, `columns`], 0 (black) to 255 (white).
    ///   - labels: The class of each image, below `classCount`.
    ///   - rows: The number of pixel rows of an image, at least 1.
    ///   - columns: The number of pixel columns of an image, at least 1.
    ///   - classCount: The number of classes, 1 to 256.
    public convenience init(
        pixels: [UInt8], labels: [UInt8], rows: Int, columns: Int, classCount: Int = 10
    ) {
        self.init(
            pixels: pixels, labels: labels, rows: rows, columns: columns, classCount: classCount, origins: nil
        )
    }

    /// - Parameter origins: The value of ``origins``.
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

    /// The image at `index`. An index outside 0 ..< count traps.
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

/// One image of ``LabeledImages`` with its label: a view that keeps the images alive and copies nothing.
public struct LabeledImage: Sendable {
    package let source: LabeledImages
    /// The index of the image in the data set.
    package let index: Int

    /// The number of pixel rows.
    package var rows: Int { source.rows }
    /// The number of pixel columns.
    package var columns: Int { source.columns }
    /// The class, from 0.
    public var label: Int { Int(source.labels[index]) }

    /// A copy of the pixels, of shape [rows, columns], 0 to 255.
    public var pixels: [UInt8] {
        Array(source.pixels.view(from: index * rows * columns, count: rows * columns))
    }

    /// The pixel at a row and a column, both from 0. A place outside the image traps.
    package subscript(row: Int, column: Int) -> UInt8 {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns,
            "pixel: expected a place in \(rows) x \(columns), received (\(row), \(column))")
        return source.pixels[(index * rows + row) * columns + column]
    }
}
