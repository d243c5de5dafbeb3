/// The content of an IDX file, the format of the MNIST family (http://yann.lecun.com/exdb/mnist/): an array of any rank
/// with one of six element types. The file has four bytes (0, 0, element type, rank), then a big-endian `UInt32` for
/// each dimension, then the elements in row-major order, big-endian.
///
/// A file of rank 0 has a single element, because the empty product is one. A dimension may be 0; then the file has no
/// elements.
package struct IDXFile: Sendable {
    package let header: IDXFileHeader
    /// The elements in this machine's byte order.
    let storage: ByteStorage

    package var path: String { header.path }
    package var elementType: IDXElementType { header.elementType }
    /// The dimensions, outermost first.
    package var shape: [Int] { header.shape }

    /// Reads the file at `path`, raw or gzip; its first bytes decide which.
    ///
    /// The size that the header declares is compared with the size of the file before memory is allocated: a raw file
    /// must have exactly that size, and a gzip file must be able to unpack to it.
    ///
    /// - Throws: `DatasetError` if there is no such file, if it cannot be read, or if its content is not exactly one
    ///   complete IDX file.
    package init(path: String) throws(DatasetError) {
        try self.init(InputFile.content(ofFile: path, expecting: IDXHeader.fileTitle))
    }

    private init(_ source: some ByteSource) throws(DatasetError) {
        let header = try IDXHeader(source)
        let byteCount = try header.payloadByteCount(in: source)
        guard let storage = ByteStorage(byteCount: byteCount) else {
            throw .noMemory(file: source.path, bytes: byteCount)
        }
        let count = try source.read(into: storage.bytes)
        guard count == byteCount else { throw header.truncated(source, payload: byteCount, found: count) }
        guard try source.readBytes(1).isEmpty else { throw header.tooLong(source, payload: byteCount) }
        header.elementType.convertFromBigEndian(storage.bytes)
        self.header = IDXFileHeader(header, of: source)
        self.storage = storage
    }

    /// The number of elements.
    package var count: Int { storage.bytes.count / elementType.size }

    /// Calls `body` with all elements, in row-major order and this machine's byte order. The buffer is valid only
    /// until `body` returns.
    ///
    /// - Throws: `DatasetError` if the elements have another type; errors that `body` throws.
    package func withElements<Element: IDXElement, Output>(
        as type: Element.Type, _ body: (UnsafeBufferPointer<Element>) throws -> Output
    ) throws -> Output {
        try header.require(Element.idxType)
        return try withExtendedLifetime(storage) { try body(storage.elements(of: type)) }
    }

    /// Returns a copy of all elements, in row-major order.
    ///
    /// - Throws: `DatasetError` if the elements have another type.
    package func elements<Element: IDXElement>(of type: Element.Type) throws(DatasetError) -> [Element] {
        try header.require(Element.idxType)
        return withExtendedLifetime(storage) { Array(storage.elements(of: type)) }
    }
}
