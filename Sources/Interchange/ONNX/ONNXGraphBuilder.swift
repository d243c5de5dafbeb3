import NeuralNetworks
import ONNX
import Platform

/// Writes the nodes of a model's graph, from the input to the output.
///
/// Shapes: N sequences of L steps of D features, H hidden units. ONNX's recurrent operators read (L, N, D) and write the
/// outputs (L, directions, N, H) and the final states (directions, N, H). Every node means the same in all supported
/// operator sets, except where a comment says otherwise.
struct ONNXGraphBuilder {
    private let export: ONNXExport
    private let parameters: [Float]
    private var nodes: [ONNXNode] = []
    private var initializers: [ONNXTensor] = []

    private typealias Name = ONNXExport.Name

    private var model: SequenceModel { export.model }
    private var stack: RecurrentStack { model.stack }

    init(_ export: ONNXExport, parameters: [Float]) {
        precondition(
            parameters.count == export.model.layout.count,
            "\(parameters.count) parameters for a model of \(export.model.layout.count)")
        self.export = export
        self.parameters = parameters
    }

    mutating func graph() -> ONNXGraph {
        let steps = add("Transpose", "time_first", [input()], ["perm": .integers([1, 0, 2])])
        let last = recurrentLayers(steps)
        activation(model.hasStepOutputs ? eachStep(last.outputs) : linear(features(last, steps: steps)))
        return ONNXGraph(
            name: "recurrent_network", nodes: nodes, initializers: initializers, inputs: export.inputs,
            outputs: export.outputs)
    }

    // MARK: The input

    /// Adds the nodes before the first layer.
    ///
    /// - Returns: The name of the numbers (N, L, D).
    private mutating func input() -> String {
        if model.readsSymbols {
            return add(
                "OneHot", "one_hot",
                [
                    Name.symbols, store(ONNXTensor("symbol_count", shape: [], integers: [stack.inputSize])),
                    store(ONNXTensor("off_and_on", shape: [2], floats: [0, 1])),
                ], ["axis": .integer(-1)])
        }
        guard let normalization = model.normalization else { return Name.input }
        let mean = store(
            ONNXTensor("normalization.mean", shape: [stack.inputSize], floats: normalization.mean))
        let factor = store(
            ONNXTensor(
                "normalization.factor", shape: [stack.inputSize],
                floats: normalization.deviation.map { 1 / $0 }))
        return add("Mul", "normalized", [add("Sub", "centered", [Name.input, mean]), factor])
    }

    // MARK: Recurrent layers

    /// The outputs (L, directions, N, H) and the final states (directions, N, H) of a layer.
    private typealias Layer = (outputs: String, final: String)

    private mutating func recurrentLayers(_ input: String) -> Layer {
        var layer = recurrentLayer(0, reading: input)
        for index in 1..<max(1, stack.numLayers) {
            let place = layerName(index - 1)
            let moved = add(
                "Transpose", place + ".directions_last", [layer.outputs], ["perm": .integers([0, 2, 1, 3])])
            layer = recurrentLayer(
                index, reading: add("Reshape", place + ".concatenated", [moved, featureShape()]))
        }
        return layer
    }

    private func layerName(_ index: Int) -> String { prefix + "l\(index)" }

    private var prefix: String { stack.cell.family.lowercased() + "." }

    private mutating func recurrentLayer(_ index: Int, reading input: String) -> Layer {
        let name = layerName(index)
        var inputs = [
            input, weight("weight_ih", of: index), weight("weight_hh", of: index), biases(of: index),
        ]
        if export.lengths { inputs.append(Name.lengths) }
        // Optional inputs at the end are left out, not named "".
        while inputs.last == "" { inputs.removeLast() }
        let layer = Layer(outputs: name + ".outputs", final: name + ".final")
        nodes.append(
            ONNXNode(
                stack.cell.onnxOperator, name: name, inputs: inputs, outputs: [layer.outputs, layer.final],
                attributes: layerAttributes))
        return layer
    }

    private var layerAttributes: [String: ONNXAttribute] {
        var attributes: [String: ONNXAttribute] = [
            "hidden_size": .integer(stack.hiddenSize),
            "direction": .string(stack.bidirectional ? "bidirectional" : "forward"),
        ]
        switch stack.cell {
        case .rnnReLU: attributes["activations"] = .strings(.init(repeating: "Relu", count: stack.directions))
        case .gru: attributes["linear_before_reset"] = .integer(1)
        case .gruResetBefore: attributes["linear_before_reset"] = .integer(0)
        // ONNX's own activations. OpenCV refuses nodes that name any.
        case .rnnTanh, .lstm: break
        }
        return attributes
    }

    /// The suffixes of the parameters of a layer, one for each direction.
    private func suffixes(_ layer: Int) -> [String] {
        ["_l\(layer)", "_l\(layer)_reverse"].prefix(stack.directions).map(\.self)
    }

    /// Stores the weights (directions, gates · H, columns) of a layer.
    private mutating func weight(_ name: String, of layer: Int) -> String {
        let parts = suffixes(layer).compactMap { model.layout[prefix + name + $0] }
        return store(
            ONNXTensor(
                "\(layerName(layer)).\(name)", shape: [parts.count] + parts[0].shape,
                floats: parts.flatMap { stack.cell.inONNXOrder(parameters[$0.range]) }))
    }

    /// Stores the biases (directions, 2 · gates · H) of a layer: of the input, then of the hidden state. A bias that the
    /// model does not have is 0.
    ///
    /// - Returns: The name; "" for a model without biases.
    private mutating func biases(of layer: Int) -> String {
        guard stack.bias != .none else { return "" }
        let rows = stack.cell.gates * stack.hiddenSize
        let values = suffixes(layer).flatMap { suffix in
            ["bias_ih", "bias_hh"].flatMap { name in
                model.layout[prefix + name + suffix].map { stack.cell.inONNXOrder(parameters[$0.range]) }
                    ?? [Float](repeating: 0, count: rows)
            }
        }
        return store(
            ONNXTensor("\(layerName(layer)).bias", shape: [stack.directions, 2 * rows], floats: values))
    }

    // MARK: Readout

    /// Adds the nodes of the readout.
    ///
    /// - Parameter steps: The name of the numbers (L, N, D), from which the number of steps is taken.
    /// - Returns: The name of the features (N, F).
    private mutating func features(_ last: Layer, steps: String) -> String {
        switch model.readout {
        case .all: return flat(last.outputs, [2, 0, 1, 3])
        case .final: return flat(last.final, [1, 0, 2])
        // The output of a forward layer at the last step of a sequence is its final state.
        case .last where !stack.bidirectional: return flat(last.final, [1, 0, 2])
        case .last where export.lengths:
            let index = add("Sub", "last_index", [lengthColumn(), constant("one", [1])])
            return weighted(last, add("Equal", "is_last", [positions(steps), index]))
        case .last: return flat(lastStep(of: last.outputs), [2, 0, 1, 3])
        case .mean where export.lengths:
            let lengths = lengthColumn()
            let sum = weighted(last, add("Less", "is_step", [positions(steps), lengths]))
            let counts = add("Cast", "step_counts", [lengths], ["to": .integer(ONNXElementType.float.number)])
            return add("Div", "mean", [sum, counts])
        case .mean: return flat(mean(of: last.outputs), [1, 0, 2])
        case .each: preconditionFailure("readout: expected one output for a sequence, received each")
        }
    }

    /// Makes N the first of the dimensions and combines the others.
    private mutating func flat(_ value: String, _ order: [Int]) -> String {
        let moved = add("Transpose", "batch_first", [value], ["perm": .integers(order)])
        return add("Flatten", "features", [moved], ["axis": .integer(1)])
    }

    /// Returns the outputs (1, directions, N, H) of the last step. Operator set 9 has the range as attributes.
    private mutating func lastStep(of outputs: String) -> String {
        let (start, end) = model.sequenceLength.map { ($0 - 1, $0) } ?? (-1, Int.max)
        guard export.opset > 9 else {
            return add(
                "Slice", "last_step", [outputs],
                ["axes": .integers([0]), "starts": .integers([start]), "ends": .integers([end])])
        }
        let range = [
            constant("last_start", [start]), constant("last_end", [end]), constant("time_axis", [0]),
        ]
        return add("Slice", "last_step", [outputs] + range)
    }

    /// Returns the mean (directions, N, H) of the outputs of all steps. Operator sets to 17 have the axis as an attribute.
    private mutating func mean(of outputs: String) -> String {
        guard export.opset > 17 else {
            return add("ReduceMean", "mean", [outputs], ["axes": .integers([0]), "keepdims": .integer(0)])
        }
        return add("ReduceMean", "mean", [outputs, constant("time_axis", [0])], ["keepdims": .integer(0)])
    }

    /// Returns the lengths as a column (N, 1) of 64-bit integers.
    private mutating func lengthColumn() -> String {
        let wide = add("Cast", "lengths_64", [Name.lengths], ["to": .integer(ONNXElementType.int64.number)])
        return add("Reshape", "length_column", [wide, constant("column", [-1, 1])])
    }

    /// Returns the row 0, 1, … L − 1 as (1, L), by operators that all supported sets have.
    private mutating func positions(_ steps: String) -> String {
        let count = add("Gather", "step_count", [add("Shape", "shape", [steps]), constant("first", [0])])
        let ones = add(
            "ConstantOfShape", "ones", [count],
            ["value": .tensor(ONNXTensor("", shape: [1], integers: [1]))])
        return add("NonZero", "positions", [ones])
    }

    /// Returns the sum (N, F) of the outputs of the steps that a mask (N, L) selects. Steps after the end of a sequence are
    /// not selected, so that their outputs have no effect.
    private mutating func weighted(_ last: Layer, _ mask: String) -> String {
        let weights = add("Cast", "weights", [mask], ["to": .integer(ONNXElementType.float.number)])
        let rows = add("Reshape", "weight_rows", [weights, constant("rows", [0, 1, -1])])
        let sums = add("MatMul", "sums", [rows, batchFirst(last.outputs)])
        return add("Flatten", "features", [sums], ["axis": .integer(1)])
    }

    /// Returns the outputs as (N, L, directions · H).
    private mutating func batchFirst(_ outputs: String) -> String {
        let moved = add("Transpose", "batch_first", [outputs], ["perm": .integers([2, 0, 1, 3])])
        return add("Reshape", "step_features", [moved, featureShape()])
    }

    // MARK: Linear layer

    private mutating func linear(_ features: String) -> String {
        add("Gemm", "fc", [features, parameter("fc.weight"), parameter("fc.bias")], ["transB": .integer(1)])
    }

    /// Applies the linear layer to each step: (N, L, F) to (N, L, C).
    private mutating func eachStep(_ outputs: String) -> String {
        let weight = model.layout["fc.weight"]!
        let (rows, columns) = (weight.shape[0], weight.shape[1])
        let transposed = store(
            ONNXTensor(
                "fc.weight_transposed", shape: [columns, rows],
                floats: Matrix.transposed(
                    Array(parameters[weight.range]), rows: rows, columns: columns)))
        let product = add("MatMul", "fc_product", [batchFirst(outputs), transposed])
        return add("Add", "fc", [product, parameter("fc.bias")])
    }

    /// Adds the last node's function, and names its result as the graph's output.
    private mutating func activation(_ scores: String) {
        if export.softmax {
            // In operator sets to 12, softmax combines the dimensions from the axis on; the last axis is alone.
            _ = add("Softmax", "softmax", [scores], ["axis": .integer(model.hasStepOutputs ? 2 : 1)])
        } else if case .values(_, .sigmoid) = model.output {
            _ = add("Sigmoid", "sigmoid", [scores])
        }
        nodes[nodes.count - 1].outputs = [export.outputName]
    }

    // MARK: Nodes and constants

    /// Adds a node with one output, which has the node's name.
    private mutating func add(
        _ operation: String, _ name: String, _ inputs: [String], _ attributes: [String: ONNXAttribute] = [:]
    ) -> String {
        nodes.append(
            ONNXNode(operation, name: name, inputs: inputs, outputs: [name], attributes: attributes))
        return name
    }

    /// Stores a tensor once.
    private mutating func store(_ tensor: ONNXTensor) -> String {
        if !initializers.contains(where: { $0.name == tensor.name }) { initializers.append(tensor) }
        return tensor.name
    }

    private mutating func constant(_ name: String, _ values: [Int]) -> String {
        store(ONNXTensor(name, shape: [values.count], integers: values))
    }

    /// The shape that combines directions and hidden units: 0 keeps a dimension.
    private mutating func featureShape() -> String {
        constant("feature_shape", [0, 0, stack.outputSize])
    }

    private mutating func parameter(_ name: String) -> String {
        let parameter = model.layout[name]!
        return store(ONNXTensor(name, shape: parameter.shape, floats: Array(parameters[parameter.range])))
    }
}
