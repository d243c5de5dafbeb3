import Platform

/// Named tensors read from a file in the safetensors format
/// (https://github.com/huggingface/safetensors): an 8-byte length, a JSON header, the tensors' bytes.
///
/// Everything the file says is checked before memory is taken for it. Names are data and nothing else:
/// no path is ever made of one.
public struct SafetensorsFile: Sendable {
    public struct Tensor: Hashable, Sendable {
        public let name: String
        public let type: SafetensorsType
        /// Sizes, the last one varying fastest; empty for a single number.
        public let shape: [Int]
        /// Where its bytes stand in the file.
        package let bytes: Range<Int>
    }

    public let path: String
    public let metadata: [String: String]
    /// In the order of their bytes.
    public let tensors: [Tensor]
    private let indices: [String: Int]
    /// The whole file.
    package let bytes: [UInt8]

    public var tensorNames: [String] { tensors.map(\.name) }

    /// Reads a file.
    ///
    /// - Throws: ``FileError`` if it cannot be read, ``SafetensorsError`` if it is not what it should be.
    public init(path: String) throws {
        let file = try OpenFile(path, .reading)
        let (kind, fileLength) = try file.status()
        guard kind == .regular else {
            throw SafetensorsError(
                path: path, offset: 0, reason: .fileKind, expected: "a regular file",
                found: "another kind")
        }
        var bytes = try file.read(min(8, fileLength))
        let length = try SafetensorsHeader.length(prefix: bytes, fileLength: fileLength, path: path)
        let headerBytes = try file.read(length)
        let header = try SafetensorsHeader(headerBytes, fileLength: fileLength, path: path)
        bytes += headerBytes
        bytes += try file.read(fileLength - bytes.count)
        guard bytes.count == fileLength else {
            throw SafetensorsError(
                path: path, offset: bytes.count, reason: .changedWhileReading,
                expected: "\(fileLength) bytes", found: "\(bytes.count)")
        }
        self.init(header, bytes: bytes, path: path)
    }

    /// Reads a file's content that is in memory already.
    ///
    /// - Parameters:
    ///   - bytes: of the whole file.
    ///   - path: what to call it in errors.
    public init(bytes: [UInt8], path: String) throws(SafetensorsError) {
        let length = try SafetensorsHeader.length(
            prefix: Array(bytes.prefix(8)), fileLength: bytes.count, path: path)
        let header = try SafetensorsHeader(Array(bytes[8..<8 + length]), fileLength: bytes.count, path: path)
        self.init(header, bytes: bytes, path: path)
    }

    private init(_ header: SafetensorsHeader, bytes: [UInt8], path: String) {
        self.path = path
        metadata = header.metadata
        tensors = header.tensors
        indices = Dictionary(uniqueKeysWithValues: header.tensors.enumerated().map { ($1.name, $0) })
        self.bytes = bytes
    }

    /// The tensor of that name, if there is one.
    public subscript(name: String) -> Tensor? { indices[name].map { tensors[$0] } }

    /// The elements of a tensor, the last index varying fastest.
    ///
    /// - Parameters:
    ///   - name: the tensor's.
    ///   - shape: what its shape must be; any if nil.
    ///   - type: the type of its elements; nothing is converted.
    /// - Throws: a ``SafetensorsError`` if there is no such tensor, or one of another type or shape.
    public func values<Element: SafetensorsElement>(
        of name: String, shape: [Int]? = nil, as type: Element.Type = Element.self
    ) throws(SafetensorsError) -> [Element] {
        guard let tensor = self[name] else {
            throw error(
                .missingTensor, at: SafetensorsScanner.start, expected: name.quoted,
                found:
                    "\(tensors.count) tensors: \(tensorNames.prefix(50).map(\.quoted).joined(separator: ", "))"
            )
        }
        let range = tensor.bytes
        guard tensor.type == Element.safetensorsType else {
            throw error(
                .elementType, at: range.lowerBound, expected: "\(name.quoted) of \(Element.safetensorsType)",
                found: tensor.type.rawValue.quoted)
        }
        guard shape == nil || shape == tensor.shape else {
            throw error(
                .shape, at: range.lowerBound, expected: "\(name.quoted) of shape \(shape!)",
                found: "\(tensor.shape)")
        }
        // Copied as bytes: in the file nothing is aligned.
        let count = range.count / MemoryLayout<Element>.size
        return [Element](unsafeUninitializedCapacity: count) { elements, filled in
            bytes[range].withUnsafeBytes { UnsafeMutableRawBufferPointer(elements).copyMemory(from: $0) }
            filled = count
        }
    }

    private func error(
        _ reason: SafetensorsError.Reason, at offset: Int, expected: String, found: String
    ) -> SafetensorsError {
        SafetensorsError(path: path, offset: offset, reason: reason, expected: expected, found: found)
    }
}
