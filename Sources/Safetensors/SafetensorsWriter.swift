import Platform

/// Collects named tensors and writes them as one file in the safetensors format, the same bytes as the
/// reference implementation and whatever the order they were given in.
public struct SafetensorsWriter: Sendable {
    private struct Tensor {
        let name: String
        let type: SafetensorsType
        let shape: [Int]
        let bytes: [UInt8]
    }

    /// Text kept with the tensors.
    public var metadata: [String: String]
    private var tensors: [Tensor] = []

    public init(metadata: [String: String] = [:]) {
        self.metadata = metadata
    }

    /// Adds a copy of a tensor.
    ///
    /// - Parameters:
    ///   - name: not used before, and not `__metadata__`.
    ///   - shape: sizes whose product is the number of values; empty for a single one.
    ///   - values: the last index varying fastest.
    public mutating func add<Element: SafetensorsElement>(
        _ name: String, shape: [Int], _ values: UnsafeBufferPointer<Element>
    ) {
        precondition(
            name != "__metadata__" && !tensors.contains { $0.name == name },
            "SafetensorsWriter: expected a new name, received \(name.debugDescription)")
        precondition(
            shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
            "SafetensorsWriter: expected as many values as the shape of \(name.debugDescription) holds, "
                + "received shape \(shape) and \(values.count) values")
        let bytes = [UInt8](UnsafeRawBufferPointer(values))
        tensors.append(Tensor(name: name, type: Element.safetensorsType, shape: shape, bytes: bytes))
    }

    /// Adds a copy of a tensor, as above.
    public mutating func add<Element: SafetensorsElement>(_ name: String, shape: [Int], _ values: [Element]) {
        values.withUnsafeBufferPointer { add(name, shape: shape, $0) }
    }

    /// The whole file.
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

    /// Replaces the file at `path`, or leaves the former one intact; see ``AtomicFile``.
    public func write(to path: String) throws(FileError) {
        try AtomicFile.write(serialized(), to: path)
    }

    /// The JSON, padded with spaces so that the tensors begin at a multiple of eight.
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
