import Platform

/// Writes named tensors as a file in the [safetensors](https://github.com/huggingface/safetensors#format) format. The
/// bytes are those that the reference implementation writes and do not depend on the order in which tensors are added.
///
/// ```swift
/// var writer = SafetensorsWriter(metadata: ["format": "pt"])
/// writer.add("fc.bias", shape: [10], bias)
/// try writer.write(to: "model.safetensors")
/// ```
public struct SafetensorsWriter: Sendable {
    private struct Tensor {
        let name: String
        let type: SafetensorsType
        let shape: [Int]
        let bytes: [UInt8]
    }

    /// Texts that are saved with the tensors, by their keys.
    package var metadata: [String: String]
    private var tensors: [Tensor] = []

    /// Creates a writer without tensors.
    public init(metadata: [String: String] = [:]) {
        self.metadata = metadata
    }

    /// Adds a copy of a tensor.
    ///
    /// - Parameters:
    ///   - name: The name. A name that was added before, or `__metadata__`, traps.
    ///   - shape: The size of each dimension, outermost first; empty for a single number.
    ///   - values: The elements in row-major order: the last index varies fastest. A number of elements other than the
    ///     product of `shape` traps.
    public mutating func add<Element: SafetensorsElement>(_ name: String, shape: [Int], _ values: [Element]) {
        precondition(
            name != "__metadata__" && !tensors.contains { $0.name.utf8.elementsEqual(name.utf8) },
            "SafetensorsWriter: expected a new name, received \(name.debugDescription)")
        precondition(
            shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
            "SafetensorsWriter: expected as many values as the shape of \(name.debugDescription) holds, "
                + "received shape \(shape) and \(values.count) values")
        let bytes = values.withUnsafeBytes { [UInt8]($0) }
        tensors.append(Tensor(name: name, type: Element.safetensorsType, shape: shape, bytes: bytes))
    }

    /// Returns the content of the whole file.
    public func serialized() -> [UInt8] {
        let sorted = tensors.sorted { first, second in
            let (order, otherOrder) = (first.type.writingOrder, second.type.writingOrder)
            return order == otherOrder
                ? first.name.utf8.lexicographicallyPrecedes(second.name.utf8) : order < otherOrder
        }
        let header = Array(header(of: sorted).utf8)
        var file: [UInt8] = []
        file.reserveCapacity(8 + header.count + sorted.reduce(0) { $0 + $1.bytes.count })
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { file += $0 }
        file += header
        for tensor in sorted { file += tensor.bytes }
        return file
    }

    /// Writes the file at `path`. An existing file is replaced atomically; after an error it is unchanged.
    ///
    /// - Throws: ``FileError`` if the file cannot be written.
    public func write(to path: String) throws(FileError) {
        try AtomicFile.write(serialized(), to: path)
    }

    /// Returns the header in JSON, padded with spaces to a multiple of eight bytes.
    private func header(of tensors: [Tensor]) -> String {
        var members: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { "\(JSON.quoted($0.key)):\(JSON.quoted($0.value))" }
            members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for tensor in tensors {
            let shape = tensor.shape.map(\.description).joined(separator: ",")
            let end = offset + tensor.bytes.count
            members.append(
                "\(JSON.quoted(tensor.name)):{\"dtype\":\"\(tensor.type)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        let json = "{\(members.joined(separator: ","))}"
        return json + String(repeating: " ", count: (8 - json.utf8.count % 8) % 8)
    }
}
