/// An ONNX model: a graph, the operator sets that its nodes use, and texts about it (`ModelProto` of onnx.proto).
package struct ONNXModel: Hashable, Sendable {
    /// The version of the file format.
    package var irVersion: Int
    /// The program that wrote the file, and its version.
    package var producer: String
    package var producerVersion: String
    /// The versions of the operator sets, by their domains; the domain of ONNX itself is "".
    package var opsets: [String: Int]
    package var graph: ONNXGraph
    /// Texts about the model, by their keys.
    package var metadata: [String: String]

    package init(
        irVersion: Int, producer: String, producerVersion: String, opsets: [String: Int], graph: ONNXGraph,
        metadata: [String: String] = [:]
    ) {
        self.irVersion = irVersion
        self.producer = producer
        self.producerVersion = producerVersion
        self.opsets = opsets
        self.graph = graph
        self.metadata = metadata
    }

    /// The version of ONNX's own operator set; 0 if the model names none.
    package var opset: Int { opsets[""] ?? opsets["ai.onnx"] ?? 0 }
}

/// A computation: nodes in the order in which they are computed, each of which reads values by their names
/// (`GraphProto`).
package struct ONNXGraph: Hashable, Sendable {
    package var name: String
    package var nodes: [ONNXNode]
    /// Values that are stored in the file, such as weights.
    package var initializers: [ONNXTensor]
    package var inputs: [ONNXValue]
    package var outputs: [ONNXValue]

    package init(
        name: String, nodes: [ONNXNode] = [], initializers: [ONNXTensor] = [], inputs: [ONNXValue] = [],
        outputs: [ONNXValue] = []
    ) {
        self.name = name
        self.nodes = nodes
        self.initializers = initializers
        self.inputs = inputs
        self.outputs = outputs
    }
}

/// One operation of a graph (`NodeProto`).
package struct ONNXNode: Hashable, Sendable {
    package var name: String
    /// The operator, for example "LSTM".
    package var operation: String
    /// The domain of the operator; "" for ONNX's own.
    package var domain: String
    /// The names of the values that it reads; "" for an optional input that is left out.
    package var inputs: [String]
    /// The names of the values that it computes; "" for an output that is not used.
    package var outputs: [String]
    package var attributes: [String: ONNXAttribute]

    package init(
        _ operation: String, name: String, domain: String = "", inputs: [String], outputs: [String],
        attributes: [String: ONNXAttribute] = [:]
    ) {
        self.operation = operation
        self.name = name
        self.domain = domain
        self.inputs = inputs
        self.outputs = outputs
        self.attributes = attributes
    }
}

/// The value of a node's attribute (`AttributeProto`).
package enum ONNXAttribute: Hashable, Sendable {
    case float(Float)
    case integer(Int)
    case string(String)
    case tensor(ONNXTensor)
    case floats([Float])
    case integers([Int])
    case strings([String])
    /// A graph or another value that this package does not read, by its number in `AttributeProto.AttributeType`.
    case other(Int)
}

/// Numbers with a name and a shape (`TensorProto`).
package struct ONNXTensor: Hashable, Sendable {
    package var name: String
    /// The size of each dimension; empty for a single number.
    package var shape: [Int]
    /// The elements in row-major order: the last index varies fastest.
    package var elements: Elements

    package enum Elements: Hashable, Sendable {
        case floats([Float])
        case integers([Int])
        /// Elements of another type, which are not read.
        case other(ONNXElementType)
    }

    package init(_ name: String, shape: [Int], floats: [Float]) {
        self.init(name: name, shape: shape, elements: .floats(floats))
    }

    package init(_ name: String, shape: [Int], integers: [Int]) {
        self.init(name: name, shape: shape, elements: .integers(integers))
    }

    init(name: String, shape: [Int], elements: Elements) {
        self.name = name
        self.shape = shape
        self.elements = elements
    }

    /// The elements, if they are floats.
    package var floats: [Float]? { if case .floats(let values) = elements { values } else { nil } }
    /// The elements, if they are integers.
    package var integers: [Int]? { if case .integers(let values) = elements { values } else { nil } }
}

/// The type of a tensor's elements, by its number in `TensorProto.DataType`.
package struct ONNXElementType: Hashable, Sendable, CustomStringConvertible {
    package let number: Int

    package init(number: Int) { self.number = number }

    package static let float = Self(number: 1)
    package static let int32 = Self(number: 6)
    package static let int64 = Self(number: 7)
    package static let bool = Self(number: 9)

    private static let names = [
        "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool",
        "float16",
        "double", "uint32", "uint64", "complex64", "complex128", "bfloat16",
    ]

    package var description: String {
        Self.names.indices.contains(number) ? Self.names[number] : "the type \(number)"
    }
}

/// The name, type and shape of an input or output of a graph (`ValueInfoProto`).
package struct ONNXValue: Hashable, Sendable {
    package var name: String
    package var type: ONNXElementType
    /// The size of each dimension; nil if the shape is not known.
    package var shape: [Dimension]?

    package enum Dimension: Hashable, Sendable {
        case size(Int)
        /// A size that is known when the model is used; dimensions of the same name have the same size.
        case named(String)
        case unknown
    }

    package init(_ name: String, _ type: ONNXElementType = .float, shape: [Dimension]?) {
        self.name = name
        self.type = type
        self.shape = shape
    }
}
