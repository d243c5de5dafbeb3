import Platform

/// A file in the [safetensors](https://github.com/huggingface/safetensors#format) format: named tensors, and texts
/// as metadata.
///
/// ```swift
/// let file = try SafetensorsFile(path: "model.safetensors")
/// for tensor in file.tensors { print(tensor.name, tensor.type, tensor.shape) }
/// let weights: [Float] = try file.values(of: "fc.weight", shape: [10, 672])
/// ```
///
/// The file has the length of the header in 8 bytes, the header in JSON, then the elements of the tensors. The whole
/// header is checked before memory is allocated for the tensors: types, shapes, and that the tensors fill the file
/// without gaps and overlaps. The names of tensors are never used as paths.
public struct SafetensorsFile: Sendable {
    /// The name, the type and the shape of a tensor in a file.
    public struct Tensor: Hashable, Sendable {
        /// The name, unique in the file.
        public let name: String
        /// The type of the elements.
        public let type: SafetensorsType
        /// The size of each dimension, outermost first; empty for a single number.
        public let shape: [Int]
        /// The place of the elements in the file.
        package let bytes: Range<Int>
    }

    /// The path of the file.
    package let path: String
    /// The texts of the file's `__metadata__`, by their keys.
    public let metadata: [String: String]
    /// The tensors, in the order of their elements in the file.
    public let tensors: [Tensor]
    /// The index of each tensor, by the bytes of its name.
    private let indices: [[UInt8]: Int]
    /// The content of the whole file.
    package let bytes: [UInt8]

    package var tensorNames: [String] { tensors.map(\.name) }

    /// Reads a file.
    ///
    /// - Throws: ``FileError`` if the file cannot be read; ``SafetensorsError`` if it is invalid.
    public init(path: String) throws { try self.init(path: path, copies: 2) }

    /// - Parameters:
    ///   - copies: The maximum number of copies of the content in memory at the same time. ``MemoryShortage`` is thrown
    ///     if there is not enough memory for them.
    ///   - check: Checks the metadata before the tensors are read.
    package init(
        path: String, copies: Int, checking check: (_ metadata: [String: String]) throws -> Void = { _ in }
    ) throws {
        let file: OpenFile
        do throws(FileError) {
            file = try OpenFile(path, .readingInput)
        } catch {
            guard let misfit = error.misfit else { throw error }
            throw SafetensorsError(
                path: path, offset: 0, reason: .fileKind, expected: "\(misfit.expected)",
                found: "\(misfit.found)")
        }
        try self.init(file, copies: copies, checking: check)
    }

    /// Reads an open file.
    ///
    /// - Parameters:
    ///   - copies: The maximum number of copies of the content in memory at the same time.
    ///   - check: Checks the metadata before the tensors are read.
    package init(
        _ file: OpenFile, copies: Int,
        checking check: (_ metadata: [String: String]) throws -> Void = { _ in }
    ) throws {
        let path = file.path
        let fileLength = try file.status().size
        if let content = try Self.foreignContent(of: file, fileLength: fileLength) {
            throw SafetensorsError(
                path: path, offset: 0, reason: .otherFile, expected: "a safetensors file",
                found: content.explanation)
        }
        let prefix = try file.read(min(8, fileLength))
        let length = try SafetensorsHeader.length(prefix: prefix, fileLength: fileLength, path: path)
        let headerBytes = try file.read(length)
        let header = try SafetensorsHeader(headerBytes, fileLength: fileLength, path: path)
        try check(header.metadata)
        try MemoryShortage.check(Double(copies) * Double(fileLength), for: path.printableLine)
        let beginning = prefix + headerBytes
        let bytes = try file.read(fileLength - beginning.count, after: beginning)
        guard bytes.count == fileLength else {
            throw SafetensorsError(
                path: path, offset: bytes.count, reason: .changedWhileReading,
                expected: "\(fileLength) bytes", found: "\(bytes.count)")
        }
        self.init(header, bytes: bytes, path: path)
    }

    private static func foreignContent(
        of file: OpenFile, fileLength: Int
    ) throws(FileError) -> ForeignContent? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(ForeignContent.recognisedBytes, fileLength), alignment: 1)
        defer { buffer.deallocate() }
        return ForeignContent.recognise(buffer.prefix(try file.read(into: buffer, at: 0)))
    }

    /// Reads the content of a file that is already in memory.
    ///
    /// - Parameters:
    ///   - bytes: The content of the whole file.
    ///   - path: The path of the file, for errors.
    /// - Throws: ``SafetensorsError`` if the content is invalid.
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
        indices = Dictionary(
            uniqueKeysWithValues: header.tensors.enumerated().map { (Array($1.name.utf8), $0) })
        self.bytes = bytes
    }

    /// The tensor with a name, compared as bytes; nil if there is none.
    public subscript(name: String) -> Tensor? { indices[Array(name.utf8)].map { tensors[$0] } }

    /// Returns a copy of the elements of a tensor in row-major order: the last index varies fastest.
    ///
    /// - Parameters:
    ///   - name: The name of the tensor.
    ///   - shape: The shape that the tensor must have; nil for any.
    ///   - type: The type that the elements must have. Nothing is converted.
    /// - Throws: ``SafetensorsError`` with the reason `missingTensor`, `elementType` or `shape`.
    public func values<Element: SafetensorsElement>(
        of name: String, shape: [Int]? = nil, as type: Element.Type = Element.self
    ) throws(SafetensorsError) -> [Element] {
        let range = try tensor(name, of: [Element.safetensorsType], shape: shape).bytes
        // The elements are copied as bytes, because in the file they are not aligned.
        let count = range.count / MemoryLayout<Element>.size
        return [Element](unsafeUninitializedCapacity: count) { elements, filled in
            bytes[range].withUnsafeBytes { UnsafeMutableRawBufferPointer(elements).copyMemory(from: $0) }
            filled = count
        }
    }

    /// Returns the elements of a tensor of float32, float16, bfloat16 or float64 as `Float`, in row-major order.
    ///
    /// - Parameters:
    ///   - name: The name of the tensor.
    ///   - shape: The shape that the tensor must have; nil for any.
    /// - Throws: ``SafetensorsError`` with the reason `missingTensor`, `elementType` or `shape`.
    package func floats(of name: String, shape: [Int]? = nil) throws(SafetensorsError) -> [Float] {
        let tensor = try tensor(name, of: SafetensorsType.floats, shape: shape)
        return tensor.type.floats(from: bytes[tensor.bytes]) ?? []
    }

    /// Returns the tensor with a name, after checking its type and shape.
    private func tensor(
        _ name: String, of types: [SafetensorsType], shape: [Int]?
    ) throws(SafetensorsError) -> Tensor {
        guard let tensor = self[name] else {
            throw error(
                .missingTensor, at: SafetensorsScanner.start, expected: name.quoted,
                found:
                    "\(tensors.count) tensors: \(tensorNames.prefix(50).map(\.quoted).joined(separator: ", "))"
            )
        }
        guard types.contains(tensor.type) else {
            throw error(
                .elementType, at: tensor.bytes.lowerBound,
                expected: "\(name.quoted) of \(types.map(\.rawValue).joined(separator: ", "))",
                found: tensor.type.rawValue.quoted)
        }
        guard shape == nil || shape == tensor.shape else {
            throw error(
                .shape, at: tensor.bytes.lowerBound, expected: "\(name.quoted) of shape \(shape!)",
                found: "\(tensor.shape)")
        }
        return tensor
    }

    private func error(
        _ reason: SafetensorsError.Reason, at offset: Int, expected: String, found: String
    ) -> SafetensorsError {
        SafetensorsError(path: path, offset: offset, reason: reason, expected: expected, found: found)
    }
}
