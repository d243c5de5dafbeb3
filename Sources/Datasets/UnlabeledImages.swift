import Platform

/// The grey images of an IDX file without labels.
package struct UnlabeledImages: Sendable {
    package let count: Int
    package let rows: Int
    package let columns: Int
    private let bytes: ByteView

    /// - Parameters:
    ///   - file: A file of images: uint8, of shape [count, rows, columns].
    ///   - isTransposed: Whether rows and columns are exchanged in the file, as in EMNIST; they are exchanged back.
    /// - Throws: `DatasetError.invalid` for a file with other content.
    package init(_ file: IDXFile, isTransposed: Bool = false) throws(DatasetError) {
        let shape = try file.header.imageShape()
        count = shape.count
        rows = isTransposed ? shape.columns : shape.rows
        columns = isTransposed ? shape.rows : shape.columns
        bytes = ByteView(
            isTransposed ? try file.transposedImages(rows: shape.rows, columns: shape.columns) : file.storage)
    }

    /// Returns the pixels of one image, of shape [rows, columns], 0 to 255.
    package func pixels(_ index: Int) -> [UInt8] {
        precondition(
            index >= 0 && index < count, "image index: expected 0 to \(count - 1), received \(index)")
        return Array(bytes.view(from: index * rows * columns, count: rows * columns))
    }
}
