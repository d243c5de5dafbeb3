import Protobuf

extension ONNXModel {
    /// Returns the content of a file. The same model gives the same bytes.
    package func encoded() -> [UInt8] {
        var writer = ProtobufWriter()
        writer.integer(1, irVersion)
        writer.string(2, producer)
        writer.string(3, producerVersion)
        writer.message(7) { graph.write(to: &$0) }
        for (domain, version) in opsets.sorted(by: { $0.key < $1.key }) {
            writer.message(8) {
                $0.string(1, domain)
                $0.integer(2, version)
            }
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            writer.message(14) {
                $0.string(1, key)
                $0.string(2, value)
            }
        }
        return writer.bytes
    }
}

extension ONNXGraph {
    fileprivate func write(to writer: inout ProtobufWriter) {
        for node in nodes { writer.message(1) { node.write(to: &$0) } }
        writer.string(2, name)
        for tensor in initializers { writer.message(5) { tensor.write(to: &$0) } }
        for value in inputs { writer.message(11) { value.write(to: &$0) } }
        for value in outputs { writer.message(12) { value.write(to: &$0) } }
    }
}

extension ONNXNode {
    fileprivate func write(to writer: inout ProtobufWriter) {
        for input in inputs { writer.string(1, input) }
        for output in outputs { writer.string(2, output) }
        writer.string(3, name)
        writer.string(4, operation)
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            writer.message(5) {
                $0.string(1, name)
                value.write(to: &$0)
            }
        }
        if !domain.isEmpty { writer.string(7, domain) }
    }
}

extension ONNXAttribute {
    fileprivate func write(to writer: inout ProtobufWriter) {
        switch self {
        case .float(let value): writer.float(2, value)
        case .integer(let value): writer.integer(3, value)
        case .string(let value): writer.string(4, value)
        case .tensor(let value): writer.message(5) { value.write(to: &$0) }
        case .floats(let values): for value in values { writer.float(7, value) }
        case .integers(let values): writer.integers(8, values)
        case .strings(let values): for value in values { writer.string(9, value) }
        case .other: break
        }
        writer.integer(20, typeNumber)
    }

    /// The number of the type in `AttributeProto.AttributeType`.
    var typeNumber: Int {
        switch self {
        case .float: 1
        case .integer: 2
        case .string: 3
        case .tensor: 4
        case .floats: 6
        case .integers: 7
        case .strings: 8
        case .other(let number): number
        }
    }
}

extension ONNXTensor {
    fileprivate func write(to writer: inout ProtobufWriter) {
        writer.integers(1, shape)
        writer.integer(2, elementType.number)
        writer.string(8, name)
        switch elements {
        case .floats(let values): writer.bytes(9, littleEndian(values.map(\.bitPattern)))
        case .integers(let values): writer.bytes(9, littleEndian(values))
        case .other: break
        }
    }

    /// The type of the elements as they are written; integers have 64 bits.
    package var elementType: ONNXElementType {
        switch elements {
        case .floats: .float
        case .integers: .int64
        case .other(let type): type
        }
    }

    private func littleEndian(_ values: [some FixedWidthInteger]) -> [UInt8] {
        values.map(\.littleEndian).withUnsafeBytes { [UInt8]($0) }
    }
}

extension ONNXValue {
    fileprivate func write(to writer: inout ProtobufWriter) {
        writer.string(1, name)
        writer.message(2) {
            $0.message(1) { tensor in
                tensor.integer(1, type.number)
                guard let shape else { return }
                tensor.message(2) { dimensions in
                    for dimension in shape { dimensions.message(1) { dimension.write(to: &$0) } }
                }
            }
        }
    }
}

extension ONNXValue.Dimension {
    fileprivate func write(to writer: inout ProtobufWriter) {
        switch self {
        case .size(let size): writer.integer(1, size)
        case .named(let name): writer.string(2, name)
        case .unknown: break
        }
    }
}
