import NeuralNetworks
import ONNX
import Platform

/// Follows the input through the nodes of a graph that another program wrote, and finds the recurrent layers, the readout
/// and the linear layer. It computes only shapes. A node that changes the input in another way is an error that names it.
struct ONNXTracer {
    let file: ONNXFile
    private(set) var values: [String: ONNXTraced] = [:]
    /// The number of the node that is read now.
    private var current = 0
    /// The number of floats that may still be copied, so that a small file cannot ask for much work.
    private var copies = 0
    /// The names of the constants that are zeros. Each constant is compared once, not for each node that reads it.
    private var zeros: Set<String> = []

    static let mostAxes = 8
    /// The maximum number of elements of a shape.
    private static let mostSizes = 64
    /// The maximum size of a dimension of the input.
    private static let mostElements = Int(Int32.max)

    /// The operators that select or move elements.
    private static let shapeOperations: Set = ["Slice", "Gather", "Reshape", "Transpose"]
    /// The operators whose result has the same elements as their first input.
    private static let movingOperations: Set = ["Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape"]

    // MARK: Results

    /// The recurrent layers, from the input on.
    var layers: [ONNXLayer] = []
    /// The dimensions of the input that are the time and the batch; nil before the first layer.
    var time: ONNXPart?
    var batch: ONNXPart?
    var head: ONNXHead?
    var activation: String?

    var node: ONNXNode { file.model.graph.nodes[current] }

    init(_ file: ONNXFile) throws(ONNXError) {
        self.file = file
        let graph = file.model.graph
        for tensor in graph.initializers {
            values[tensor.name] = .constant(tensor)
            setZero(tensor.isZero, tensor.name)
            copies += 8 * (tensor.floats?.count ?? 0)
        }
        let inputs = graph.inputs.filter { values[$0.name] == nil }
        guard inputs.count == 1, let input = inputs.first, let shape = input.shape, input.type == .float,
            shape.count <= Self.mostAxes
        else {
            throw refusal(
                offset: 0, expected: "one input of floats",
                found: inputs.isEmpty
                    ? "none"
                    : inputs.prefix(5).map { "\($0.name.quoted) (\($0.type))" }.joined(separator: ", "))
        }
        var axes: [[ONNXPart]] = []
        for (axis, dimension) in shape.enumerated() {
            let size: Int? = if case .size(let size) = dimension, size > 0 { size } else { nil }
            guard size ?? 1 <= Self.mostElements else {
                throw refusal(
                    offset: 0, expected: "dimensions of the input up to \(Self.mostElements)",
                    found: "\(size ?? 0)")
            }
            axes.append([ONNXPart(kind: .input(axis), size: size)])
        }
        values[input.name] = .signal(ONNXSignal(axes: axes, content: .input))
        for index in graph.nodes.indices {
            current = index
            try readNode()
        }
    }

    /// Returns the signal that is the graph's output.
    func output() throws(ONNXError) -> ONNXSignal {
        for output in file.model.graph.outputs {
            guard case .signal(let signal)? = values[output.name] else { continue }
            switch signal.content {
            case .scores, .product: return signal
            default: continue
            }
        }
        throw refusal(
            offset: file.nodeOffsets.last ?? 0,
            expected: "an output of a linear layer after recurrent layers",
            found: layers.isEmpty ? "no recurrent layer" : "none of them a linear layer's")
    }

    /// Counts floats that are copied.
    ///
    /// - Returns: False if they are more than a graph of recurrent layers needs.
    mutating func spend(_ count: Int) -> Bool {
        copies -= count
        return copies >= 0
    }

    // MARK: Errors

    func refusal(offset: Int, expected: String, found: String) -> ONNXError {
        ONNXError(path: file.path, offset: offset, problem: .otherGraph, expected: expected, found: found)
    }

    /// The error that the current node does not fit.
    func misfit(_ expected: String) -> ONNXError { misfit(at: current, expected) }

    func misfit(at index: Int, _ expected: String) -> ONNXError {
        let node = file.model.graph.nodes[index]
        let operation = (node.domain.isEmpty ? "" : node.domain + ".") + node.operation
        return refusal(
            offset: file.nodeOffsets[index], expected: expected,
            found: "node \(index + 1), \(operation.quoted), named \(node.name.quoted)")
    }

    // MARK: Inputs and attributes of the current node

    func value(_ index: Int) -> ONNXTraced? {
        guard node.inputs.indices.contains(index), !node.inputs[index].isEmpty else { return nil }
        return values[node.inputs[index]]
    }

    func constant(_ index: Int) -> ONNXTensor? {
        if case .constant(let tensor)? = value(index) { tensor } else { nil }
    }

    /// The integers of an input that is constant, or a shape of known sizes.
    func integers(_ index: Int) -> [Int]? {
        switch value(index) {
        case .constant(let tensor)?: return tensor.integers
        case .shape(let sizes)?:
            let numbers = sizes.compactMap { size -> Int? in
                if case .number(let number) = size { number } else { nil }
            }
            return numbers.count == sizes.count ? numbers : nil
        default: return nil
        }
    }

    func integer(_ name: String) -> Int? {
        if case .integer(let value)? = node.attributes[name] { value } else { nil }
    }

    /// Integers that are an attribute in older operator sets and an input in newer ones.
    func integers(_ name: String, orInput index: Int) -> [Int]? {
        if case .integers(let values)? = node.attributes[name] { return values }
        return integers(index)
    }

    /// Returns an index of a dimension as it is counted from the front; nil if there is no such dimension.
    func axis(_ axis: Int, of signal: ONNXSignal) -> Int? {
        let index = axis < 0 ? axis + signal.axes.count : axis
        return signal.axes.indices.contains(index) ? index : nil
    }

    mutating func set(_ value: ONNXTraced, output index: Int = 0) {
        guard node.outputs.indices.contains(index), !node.outputs[index].isEmpty else { return }
        values[node.outputs[index]] = value
        zeros.remove(node.outputs[index])
    }

    private mutating func setZero(_ isZero: Bool, _ name: String) {
        if isZero { zeros.insert(name) } else { zeros.remove(name) }
    }

    // MARK: Nodes

    private mutating func readNode() throws(ONNXError) {
        let signals = node.inputs.indices.compactMap { index -> ONNXSignal? in
            if case .signal(let signal)? = value(index) { signal } else { nil }
        }
        guard node.domain.isEmpty || node.domain == "ai.onnx" else {
            guard signals.isEmpty else { throw misfit("operators of ONNX itself") }
            return set(.unknown(node: current))
        }
        guard node.operation != "Loop", node.operation != "Scan" else {
            throw misfit("a node LSTM, GRU or RNN for each layer, not a loop over the steps")
        }
        if ["LSTM", "GRU", "RNN"].contains(node.operation) { return try readRecurrentLayer() }
        if node.operation == "Shape", let signal = signals.first {
            let sizes = signal.sizes
            return set(.shape(Array(sizes[range(integer("start"), integer("end"), of: sizes.count)])))
        }
        guard signals.isEmpty else { return try readSignals(signals) }
        let result = constantResult()
        let keepsElements = Self.movingOperations.contains(node.operation)
        let isZeroConstant =
            if case .constant(let tensor)? = result { keepsElements ? isZero(0) : tensor.isZero } else {
                false
            }
        set(result ?? .unknown(node: current))
        if isZeroConstant, let name = node.outputs.first { setZero(true, name) }
    }

    /// Returns the range of a list that a start and an end, which may count from the back, select.
    func range(_ start: Int?, _ end: Int?, of count: Int) -> Range<Int> {
        func place(_ index: Int) -> Int { min(count, max(0, index < 0 ? index + count : index)) }
        let (start, end) = (place(start ?? 0), place(end ?? count))
        return start..<max(start, end)
    }

    /// Returns the result of a node that does not read the input; nil if it is not needed for shapes and weights.
    private mutating func constantResult() -> ONNXTraced? {
        switch node.operation {
        case "Constant":
            if case .tensor(let tensor)? = node.attributes["value"] { return .constant(tensor) }
            if let value = integer("value_int") {
                return .constant(ONNXTensor("", shape: [], integers: [value]))
            }
            if case .integers(let values)? = node.attributes["value_ints"] {
                return .constant(ONNXTensor("", shape: [values.count], integers: values))
            }
            return nil
        case "ConstantOfShape":
            guard case .tensor(let tensor)? = node.attributes["value"] else { return .zeros }
            return tensor.isZero ? .zeros : nil
        case "Identity", "Cast", "Squeeze", "Unsqueeze": return unchanged()
        case "Reshape" where sizes(of: value(0)) != nil: return value(0)
        case "Mul":
            guard let left = integers(0), let right = integers(1), left.count == 1, right.count == 1 else {
                return nil
            }
            let (product, overflows) = left[0].multipliedReportingOverflow(by: right[0])
            return overflows ? nil : .shape([.number(product)])
        case "Expand": return isZero(0) ? .zeros : nil
        case _ where value(0) == .zeros && Self.shapeOperations.contains(node.operation): return .zeros
        case "Transpose": return transposed()
        case "Concat": return concatenated()
        case "Gather": return gathered()
        case "Slice":
            guard let sizes = sizes(of: value(0)), let start = integers("starts", orInput: 1)?.first,
                let end = integers("ends", orInput: 2)?.first, integers(4) ?? [1] == [1]
            else { return nil }
            return .shape(Array(sizes[range(start, end, of: sizes.count)]))
        default: return nil
        }
    }

    /// Returns whether an input of the current node is zeros.
    func isZero(_ index: Int) -> Bool {
        switch value(index) {
        case .zeros?: true
        case .constant?: zeros.contains(node.inputs[index])
        default: false
        }
    }

    /// Returns the elements of a shape, which a constant may also be; nil for other values.
    func sizes(of value: ONNXTraced?) -> [ONNXSize]? {
        switch value {
        case .shape(let sizes)?: return sizes
        case .constant(let tensor)?:
            guard let integers = tensor.integers, integers.count <= Self.mostSizes else { return nil }
            return integers.map { .number($0) }
        default: return nil
        }
    }

    /// Returns the first input with another shape; shapes are lists, so that theirs does not change.
    private func unchanged() -> ONNXTraced? {
        guard case .constant(var tensor)? = value(0) else { return value(0) }
        guard node.operation == "Unsqueeze" || node.operation == "Squeeze" else { return .constant(tensor) }
        guard let axes = integers("axes", orInput: 1), axes.count == 1 else { return nil }
        if node.operation == "Unsqueeze" {
            let axis = axes[0] < 0 ? axes[0] + tensor.shape.count + 1 : axes[0]
            guard (0...tensor.shape.count).contains(axis), tensor.shape.count < Self.mostAxes else {
                return nil
            }
            tensor.shape.insert(1, at: axis)
        } else {
            let axis = axes[0] < 0 ? axes[0] + tensor.shape.count : axes[0]
            guard tensor.shape.indices.contains(axis), tensor.shape[axis] == 1 else { return nil }
            tensor.shape.remove(at: axis)
        }
        return .constant(tensor)
    }

    /// Returns the transposed matrix of a weight.
    private mutating func transposed() -> ONNXTraced? {
        guard let tensor = constant(0), tensor.shape.count == 2, let values = tensor.floats,
            !values.isEmpty, spend(values.count)
        else { return nil }
        if case .integers(let order)? = node.attributes["perm"], order != [1, 0] { return nil }
        return .constant(
            ONNXTensor(
                tensor.name, shape: tensor.shape.reversed(),
                floats: Matrix.transposed(values, rows: tensor.shape[0], columns: tensor.shape[1])))
    }

    /// Returns the elements of shapes, or constants with the same last dimensions, one after the other.
    private mutating func concatenated() -> ONNXTraced? {
        let inputs = node.inputs.indices.map { value($0) }
        if node.inputs.indices.allSatisfy({ isZero($0) }), inputs.contains(.zeros) { return .zeros }
        let tensors = node.inputs.indices.compactMap { constant($0) }
        if tensors.count == inputs.count, let first = tensors.first, first.floats != nil {
            let rest = first.shape.dropFirst()
            guard integer("axis") == 0, !first.shape.isEmpty,
                spend(tensors.reduce(0) { $0 + ($1.floats?.count ?? 0) }),
                tensors.allSatisfy({
                    $0.floats?.isEmpty == false && $0.shape.count == first.shape.count
                        && $0.shape.dropFirst() == rest
                })
            else { return nil }
            return .constant(
                ONNXTensor(
                    "", shape: [tensors.reduce(0) { $0 + $1.shape[0] }] + rest,
                    floats: tensors.flatMap { $0.floats ?? [] }))
        }
        var all: [ONNXSize] = []
        for input in inputs {
            guard let sizes = sizes(of: input), all.count + sizes.count <= Self.mostSizes else { return nil }
            all += sizes
        }
        return .shape(all)
    }

    private func gathered() -> ONNXTraced? {
        guard integer("axis") ?? 0 == 0, let sizes = sizes(of: value(0)), let indices = integers(1),
            indices.count <= Self.mostSizes
        else { return nil }
        var found: [ONNXSize] = []
        for index in indices {
            let place = index < 0 ? index + sizes.count : index
            guard sizes.indices.contains(place) else { return nil }
            found.append(sizes[place])
        }
        return .shape(found)
    }
}

extension ONNXError.Problem {
    /// The graph is not one that a model of this package can represent.
    static let otherGraph = Self(
        "not a graph of recurrent layers and one linear layer",
        remedy:
            "export only these layers; other functions, such as the scaling of the input, stay outside of the model"
    )
}

extension ONNXTensor {
    /// Whether all elements are zero.
    fileprivate var isZero: Bool {
        switch elements {
        case .floats(let values): values.allSatisfy { $0 == 0 }
        case .integers(let values): values.allSatisfy { $0 == 0 }
        case .other: false
        }
    }
}

/// Matrices in row-major order.
enum Matrix {
    static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: values.count) { result, count in
            for column in 0..<columns {
                for row in 0..<rows { result[column * rows + row] = values[row * columns + column] }
            }
            count = values.count
        }
    }
}
