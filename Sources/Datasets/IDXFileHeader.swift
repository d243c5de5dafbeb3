import Console
/// The header of an IDX file, which describes its content and is read before the elements.
package struct IDXFileHeader: Sendable {
    package let path: String
    package let elementType: IDXElementType
    /// The dimensions, outermost first.
    package let shape: [Int]
    private let isCompressed: Bool

    /// Reads the header of the file at `path`, raw or gzip, and compares the size that it declares with the size of the
    /// file: a raw file must have exactly that size, and a gzip file must be able to unpack to it.
    ///
    /// - Throws: `DatasetError` if there is no such file, if it cannot be read, or if it is not an IDX file.
    package init(path: String) throws(DatasetError) {
        try self.init(InputFile.content(ofFile: path, expecting: IDXHeader.fileTitle))
    }

    private init(_ source: some ByteSource) throws(DatasetError) {
        let header = try IDXHeader(source)
        _ = try header.payloadByteCount(in: source)
        self.init(header, of: source)
    }

    init(_ header: IDXHeader, of source: some ByteSource) {
        path = source.path
        elementType = header.elementType
        shape = header.shape
        isCompressed = source is GzipReader
    }

    package func require(_ type: IDXElementType) throws(DatasetError) {
        guard elementType == type else {
            throw invalid(
                .wrongElementType, at: 2, expected: IDXHeader.describe(type),
                found: IDXHeader.describe(elementType))
        }
    }

    /// Returns the error of a file of images that contains none.
    package func noImages() -> DatasetError {
        invalid(.wrongShape, at: 4, expected: "at least one image", found: "none")
    }

    /// Returns the place of a byte of the content of a file, which may be compressed.
    package static func location(_ offset: Int, in path: String) -> DatasetError.Location {
        (try? IDXFileHeader(path: path).isCompressed) ?? false ? .unpackedByte(offset) : .byte(offset)
    }

    /// - Parameter offset: The offset of a byte in the content, including the header.
    package func invalid(
        _ problem: DatasetError.Problem, at offset: Int, expected: String, found: String
    ) -> DatasetError {
        .invalid(
            file: path, problem: problem, at: isCompressed ? .unpackedByte(offset) : .byte(offset),
            expected: expected, found: found)
    }
}

extension IDXFileHeader {
    /// Returns the sizes of a file of images: uint8, of shape [count, rows, columns], rows and columns at least 1.
    ///
    /// - Throws: `DatasetError.invalid` for a file with other content.
    package func imageShape() throws(DatasetError) -> (count: Int, rows: Int, columns: Int) {
        try require(.uint8)
        guard shape.count == 3, shape[1] > 0, shape[2] > 0 else {
            throw invalid(
                .wrongShape, at: shape.count == 3 ? 8 : 3,
                expected: "rank 3 (images, rows, columns) with at least one row and column",
                found: "the shape \(shape)")
        }
        return (shape[0], shape[1], shape[2])
    }

    /// Checks that a file can contain the labels of images: uint8 of shape [count], as in most of the MNIST family, or
    /// int32 of shape [count] or [count, columns], as in QMNIST.
    ///
    /// - Throws: `DatasetError.invalid` for a file with other content.
    func checkLabels(of images: IDXFileHeader) throws(DatasetError) {
        switch elementType {
        case .uint8: try requireLabelShape(shape.count == 1, "rank 1 (one label for each image)")
        case .int32:
            try requireLabelShape(
                shape.count == 1 || shape.count == 2,
                "rank 1 (one label for each image) or 2 (one row for each)")
        default:
            throw invalid(
                .wrongElementType, at: 2,
                expected: "\(IDXHeader.describe(.uint8)) or \(IDXHeader.describe(.int32))",
                found: IDXHeader.describe(elementType))
        }
        guard shape[0] == images.shape[0] else {
            throw invalid(
                .countMismatch, at: 4,
                expected: "\(TextFormat.grouped(images.shape[0])) labels for the images in \(images.path)",
                found: TextFormat.grouped(shape[0]))
        }
        guard shape.count == 1 || shape[1] > 0 else {
            throw invalid(
                .wrongShape, at: 8, expected: "at least one column (the class)", found: "the shape \(shape)")
        }
    }

    private func requireLabelShape(_ isRight: Bool, _ expected: String) throws(DatasetError) {
        guard isRight else {
            throw invalid(.wrongShape, at: 3, expected: expected, found: "the shape \(shape)")
        }
    }
}
