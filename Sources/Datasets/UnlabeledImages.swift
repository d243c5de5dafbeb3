/// The grey images of an IDX file, of which nothing is known.
public struct UnlabeledImages: Sendable {
    public let count: Int
    public let rows: Int
    public let columns: Int
    private let bytes: ByteView

    /// - Parameters:
    ///   - file: of images, uint8 [count, rows, columns].
    ///   - isTransposed: whether the images lie on their side and are to be put upright, as those of
    ///     `LabeledImages`.
    /// - Throws: `DatasetError.invalid` for a file of something else.
    public init(_ file: IDXFile, isTransposed: Bool = false) throws(DatasetError) {
        let shape = try file.imageShape()
        count = shape.count
        rows = isTransposed ? shape.columns : shape.rows
        columns = isTransposed ? shape.rows : shape.columns
        bytes = ByteView(
            isTransposed ? try file.transposedImages(rows: shape.rows, columns: shape.columns) : file.storage)
    }

    /// One image, of shape [rows, columns], 0 to 255.
    public func pixels(_ index: Int) -> [UInt8] {
        precondition(
            index >= 0 && index < count, "image index: expected 0 to \(count - 1), received \(index)")
        return Array(bytes.view(from: index * rows * columns, count: rows * columns))
    }
}
