import Platform
import Protobuf

/// Reads the messages of an ONNX file. Messages are nested at most six deep, because graphs in attributes are not read.
struct ONNXDecoder {
    private let bytes: [UInt8]
    private let path: String
    private var fieldCount = 0
    private(set) var nodeOffsets: [Int] = []
    /// The error of a file that can be parsed but not used; it replaces the thrown error.
    private(set) var refusal: ONNXError?

    /// The maximum number of fields of all messages, which limits the memory of their values.
    private static let mostFields = 500_000
    private static let mostDimensions = 16
    /// The maximum number of integers of a tensor or attribute: shapes and indices have few. Longer lists are not read.
    private static let mostIntegers = 4096

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    typealias Field = ProtobufReader.Field

    /// Calls `body` for each field of a message.
    private mutating func fields(
        of range: Range<Int>, _ body: (inout ONNXDecoder, Field) throws(ProtobufError) -> Void
    ) throws(ProtobufError) {
        var reader = ProtobufReader(bytes, in: range)
        while let field = try reader.next() {
            fieldCount += 1
            guard fieldCount <= Self.mostFields else {
                throw refuse(
                    .tooLarge, at: field.offset, expected: "at most \(Self.mostFields) fields", found: "more")
            }
            try body(&self, field)
        }
    }

    private mutating func refuse(
        _ problem: ONNXError.Problem, at offset: Int, expected: String, found: String
    ) -> ProtobufError {
        refusal = ONNXError(path: path, offset: offset, problem: problem, expected: expected, found: found)
        return ProtobufError(offset: offset, expected: expected, found: found)
    }

    // MARK: Messages

    mutating func model() throws(ProtobufError) -> ONNXModel {
        var graph: ONNXGraph?
        var model = ONNXModel(
            irVersion: 0, producer: "", producerVersion: "", opsets: [:], graph: ONNXGraph(name: ""))
        try fields(of: 0..<bytes.count) { decoder, field throws(ProtobufError) in
            switch field.number {
            case 1: model.irVersion = try field.integer()
            case 2: model.producer = try decoder.text(field)
            case 3: model.producerVersion = try decoder.text(field)
            case 7:
                guard graph == nil else {
                    throw ProtobufError(offset: field.offset, expected: "one graph", found: "a second one")
                }
                graph = try decoder.graph(field.range())
            case 8:
                let (domain, version) = try decoder.opset(field.range())
                model.opsets[domain] = version
            case 14:
                let (key, value) = try decoder.entry(field.range())
                model.metadata[key] = value
            default: break
            }
        }
        guard let graph, model.irVersion > 0 else {
            throw ProtobufError(
                offset: bytes.count, expected: graph == nil ? "a graph" : "a version of the format",
                found: "the end of the file")
        }
        model.graph = graph
        return model
    }

    private mutating func graph(_ range: Range<Int>) throws(ProtobufError) -> ONNXGraph {
        var graph = ONNXGraph(name: "")
        try fields(of: range) { decoder, field throws(ProtobufError) in
            switch field.number {
            case 1:
                graph.nodes.append(try decoder.node(field.range()))
                decoder.nodeOffsets.append(field.offset)
            case 2: graph.name = try decoder.text(field)
            case 5: graph.initializers.append(try decoder.tensor(field.range()))
            case 11: graph.inputs.append(try decoder.value(field.range()))
            case 12: graph.outputs.append(try decoder.value(field.range()))
            default: break
            }
        }
        return graph
    }

    private mutating func node(_ range: Range<Int>) throws(ProtobufError) -> ONNXNode {
        var node = ONNXNode("", name: "", inputs: [], outputs: [])
        try fields(of: range) { decoder, field throws(ProtobufError) in
            switch field.number {
            case 1: node.inputs.append(try decoder.text(field))
            case 2: node.outputs.append(try decoder.text(field))
            case 3: node.name = try decoder.text(field)
            case 4: node.operation = try decoder.text(field)
            case 5:
                let (name, value) = try decoder.attribute(field.range())
                node.attributes[name] = value
            case 7: node.domain = try decoder.text(field)
            default: break
            }
        }
        return node
    }

    private mutating func attribute(
        _ range: Range<Int>
    ) throws(ProtobufError) -> (name: String, value: ONNXAttribute) {
        var (name, type) = ("", 0)
        var (float, integer, string, tensor) = (Float(0), 0, "", ONNXTensor("", shape: [0], integers: []))
        var (floats, integers, strings) = ([Float](), [Int](), [String]())
        try fields(of: range) { decoder, field throws(ProtobufError) in
            switch field.number {
            case 1: name = try decoder.text(field)
            case 2: float = try field.float()
            case 3: integer = try field.integer()
            case 4: string = try decoder.text(field)
            case 5: tensor = try decoder.tensor(field.range())
            case 7: try decoder.append(field, to: &floats)
            case 8: try decoder.append(field, to: &integers)
            case 9: strings.append(try decoder.text(field))
            case 20: type = try field.integer()
            default: break
            }
        }
        let value: ONNXAttribute =
            switch type {
            case 1: .float(float)
            case 2: .integer(integer)
            case 3: .string(string)
            case 4: .tensor(tensor)
            case 6: .floats(floats)
            case 7 where integers.count <= Self.mostIntegers: .integers(integers)
            case 8: .strings(strings)
            // A long list is not written again, so that it has no type either.
            case 7: .other(0)
            default: .other(type)
            }
        return (name, value)
    }

    private mutating func value(_ range: Range<Int>) throws(ProtobufError) -> ONNXValue {
        var value = ONNXValue("", .init(number: 0), shape: nil)
        try fields(of: range) { decoder, field throws(ProtobufError) in
            switch field.number {
            case 1: value.name = try decoder.text(field)
            case 2:
                try decoder.fields(of: field.range()) { decoder, field throws(ProtobufError) in
                    guard field.number == 1 else { return }
                    try decoder.tensorType(field.range(), of: &value)
                }
            default: break
            }
        }
        return value
    }

    private mutating func tensorType(
        _ range: Range<Int>, of value: inout ONNXValue
    ) throws(ProtobufError) {
        var (type, shape) = (0, [ONNXValue.Dimension]?.none)
        try fields(of: range) { decoder, field throws(ProtobufError) in
            switch field.number {
            case 1: type = try field.integer()
            case 2:
                var dimensions: [ONNXValue.Dimension] = []
                try decoder.fields(of: field.range()) { decoder, field throws(ProtobufError) in
                    guard field.number == 1 else { return }
                    dimensions.append(try decoder.dimension(field.range()))
                }
                shape = dimensions
            default: break
            }
        }
        (value.type, value.shape) = (.init(number: type), shape)
    }

    private mutating func dimension(_ range: Range<Int>) throws(ProtobufError) -> ONNXValue.Dimension {
        var dimension = ONNXValue.Dimension.unknown
        try fields(of: range) { decoder, field throws(ProtobufError) in
            switch field.number {
            case 1: dimension = .size(try field.integer())
            case 2: dimension = .named(try decoder.text(field))
            default: break
            }
        }
        return dimension
    }

    /// Reads an `OperatorSetIdProto`.
    private mutating func opset(_ range: Range<Int>) throws(ProtobufError) -> (domain: String, version: Int) {
        var (domain, version) = ("", 0)
        try fields(of: range) { decoder, field throws(ProtobufError) in
            switch field.number {
            case 1: domain = try decoder.text(field)
            case 2: version = try field.integer()
            default: break
            }
        }
        return (domain, version)
    }

    /// Reads a `StringStringEntryProto`.
    private mutating func entry(_ range: Range<Int>) throws(ProtobufError) -> (key: String, value: String) {
        var (key, value) = ("", "")
        try fields(of: range) { decoder, field throws(ProtobufError) in
            switch field.number {
            case 1: key = try decoder.text(field)
            case 2: value = try decoder.text(field)
            default: break
            }
        }
        return (key, value)
    }

    // MARK: Tensors

    private mutating func tensor(_ range: Range<Int>) throws(ProtobufError) -> ONNXTensor {
        var (name, type, shape) = ("", ONNXElementType(number: 0), [Int]())
        var raw: Range<Int>?
        var (floats, integers) = ([Float](), [Int]())
        var (isExternal, location) = (false, "another file")
        try fields(of: range) { decoder, field throws(ProtobufError) in
            switch field.number {
            case 1: try decoder.append(field, to: &shape)
            case 2: type = .init(number: try field.integer())
            case 4: try decoder.append(field, to: &floats)
            case 5, 7: try decoder.append(field, to: &integers)
            case 8: name = try decoder.text(field)
            case 9: raw = try field.range()
            case 13:
                let (key, value) = try decoder.entry(field.range())
                if key == "location" { location = value.quoted }
            case 14: isExternal = try field.integer() == 1
            default: break
            }
        }
        guard !isExternal else {
            throw refuse(
                .externalData, at: range.lowerBound, expected: "the numbers of \(name.quoted) in this file",
                found: "a reference to \(location)")
        }
        let count = shape.reduce(Int?.some(1)) { count, size in
            guard let count, size >= 0 else { return nil }
            let (product, overflows) = count.multipliedReportingOverflow(by: size)
            return overflows ? nil : product
        }
        guard let count, shape.count <= Self.mostDimensions else {
            throw ProtobufError(
                offset: range.lowerBound, expected: "a possible shape of \(name.quoted)",
                found: "\(shape.prefix(Self.mostDimensions))")
        }
        if type != .float, count > Self.mostIntegers {
            return ONNXTensor(name: name, shape: shape, elements: .other(type))
        }
        let isReadInteger = [.int64, .int32, .bool].contains(type)
        if isReadInteger, let raw, raw.count > MemoryLayout<Int>.size * Self.mostIntegers {
            throw ProtobufError(
                offset: raw.lowerBound, expected: "\(count) numbers of \(name.quoted), of the shape \(shape)",
                found: "\(raw.count) bytes")
        }
        let elements: ONNXTensor.Elements
        switch type {
        case .float:
            elements = .floats(try values(raw, floats) { (bits: UInt32) in Float(bitPattern: bits) })
        case .int64: elements = .integers(try values(raw, integers) { (number: Int64) in Int(number) })
        case .int32: elements = .integers(try values(raw, integers) { (number: Int32) in Int(number) })
        case .bool: elements = .integers(try values(raw, integers) { (number: UInt8) in Int(number) })
        default: return ONNXTensor(name: name, shape: shape, elements: .other(type))
        }
        let tensor = ONNXTensor(name: name, shape: shape, elements: elements)
        let found = tensor.floats?.count ?? tensor.integers?.count ?? 0
        guard found == count else {
            throw ProtobufError(
                offset: range.lowerBound,
                expected: "\(count) numbers of \(name.quoted), of the shape \(shape)",
                found: "\(found)")
        }
        return tensor
    }

    /// Returns the elements in the bytes of a tensor, or the elements that have fields of their own.
    private func values<Number: FixedWidthInteger, Value>(
        _ raw: Range<Int>?, _ separate: [Value], _ value: (Number) -> Value
    ) throws(ProtobufError) -> [Value] {
        guard let raw else { return separate }
        return try numbers(raw, Number.self).map(value)
    }

    private func numbers<Number: FixedWidthInteger>(
        _ range: Range<Int>, _ type: Number.Type
    ) throws(ProtobufError) -> [Number] {
        let size = MemoryLayout<Number>.size
        guard range.count % size == 0 else {
            throw ProtobufError(
                offset: range.lowerBound, expected: "numbers of \(size) bytes", found: "\(range.count) bytes")
        }
        return bytes[range].withUnsafeBytes { bytes in
            (0..<bytes.count / size).map {
                Number(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Number.self))
            }
        }
    }

    // MARK: Fields

    private func text(_ field: Field) throws(ProtobufError) -> String {
        String(decoding: bytes[try field.range()], as: UTF8.self)
    }

    /// Appends one integer, or packed integers; not more than one of those that are too many.
    private func append(_ field: Field, to values: inout [Int]) throws(ProtobufError) {
        guard values.count <= Self.mostIntegers else { return }
        guard case .bytes(let range) = field.value else { return values.append(try field.integer()) }
        var reader = ProtobufReader(bytes, in: range)
        while reader.offset < range.upperBound, values.count <= Self.mostIntegers {
            values.append(Int(truncatingIfNeeded: try reader.varint()))
        }
    }

    /// Appends one `float`, or packed ones.
    private func append(_ field: Field, to values: inout [Float]) throws(ProtobufError) {
        guard case .bytes(let range) = field.value else { return values.append(try field.float()) }
        values += try numbers(range, UInt32.self).map(Float.init(bitPattern:))
    }
}

extension ProtobufReader.Field {
    fileprivate func integer() throws(ProtobufError) -> Int {
        guard case .varint(let value) = value else { throw misfit("an integer") }
        return Int(truncatingIfNeeded: value)
    }

    fileprivate func float() throws(ProtobufError) -> Float {
        guard case .fourBytes(let value) = value else { throw misfit("a float") }
        return Float(bitPattern: value)
    }

    fileprivate func range() throws(ProtobufError) -> Range<Int> {
        guard case .bytes(let range) = value else { throw misfit("bytes") }
        return range
    }

    private func misfit(_ expected: String) -> ProtobufError {
        ProtobufError(
            offset: offset, expected: "\(expected) in the field \(number)", found: "a value of another form")
    }
}
