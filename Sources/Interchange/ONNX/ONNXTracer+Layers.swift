import NeuralNetworks
import ONNX

/// A recurrent layer that was found in a graph, with its weights in the order of ONNX.
struct ONNXLayer {
    let cell: RecurrentCell
    let directions, hiddenSize, inputSize: Int
    /// [directions][gates · H][D], [directions][gates · H][H]
    let weightIH, weightHH: [Float]
    /// [directions][2 · gates · H]; nil if the node has no biases.
    let bias: [Float]?
}

/// A linear layer that was found in a graph.
struct ONNXHead {
    /// The outputs C and features F.
    let outputs, features: Int
    /// [C][F]
    let weight: [Float]
    /// [C]
    var bias: [Float]
    let readout: Readout
}

extension ONNXTracer {
    /// Reads the current node as a recurrent layer, which must read the input or all outputs of the layer before it.
    mutating func readRecurrentLayer() throws(ONNXError) {
        let cell = try cell()
        guard case .signal(let input)? = value(0) else { throw misfit("a layer that reads the input") }
        guard head == nil else { throw misfit("recurrent layers only before the linear layer") }
        let features = try features(of: input)
        let directions = try directions()
        guard let weightIH = constant(1), let weightHH = constant(2), let ih = weightIH.floats,
            let hh = weightHH.floats, let size = weightHH.shape.last, weightHH.shape.count == 3
        else { throw misfit("stored weights of floats, as the exporters write them") }
        let rows = cell.gates.multipliedReportingOverflow(by: size).partialValue
        guard ModelLimits.sizes.contains(size), ModelLimits.sizes.contains(features),
            integer("hidden_size") ?? size == size, weightIH.shape == [directions, rows, features],
            weightHH.shape == [directions, rows, size]
        else {
            throw misfit(
                "weights (\(directions), \(rows), \(features)) and (\(directions), \(rows), \(size)), up to 65,536 units"
            )
        }
        var bias: [Float]?
        if node.inputs.count > 3, !node.inputs[3].isEmpty {
            guard let tensor = constant(3), let values = tensor.floats,
                tensor.shape == [directions, 2 * rows]
            else {
                throw misfit("stored biases (\(directions), \(2 * rows))")
            }
            bias = values
        }
        try checkRest()
        guard layers.count < ModelLimits.layers.upperBound, spend(ih.count + hh.count) else {
            throw misfit("at most \(ModelLimits.layers.upperBound) layers, each with its own weights")
        }
        if let first = layers.first {
            guard first.cell == cell, first.hiddenSize == size, first.directions == directions else {
                throw misfit(
                    "layers of the same kind and size: \(first.hiddenSize) units, \(first.directions) directions"
                )
            }
        }
        layers.append(
            ONNXLayer(
                cell: cell, directions: directions, hiddenSize: size, inputSize: features, weightIH: ih,
                weightHH: hh, bias: bias))
        setOutputs(of: layers.count - 1, batchAxis: input.axes[1])
    }

    private mutating func setOutputs(of index: Int, batchAxis: [ONNXPart]) {
        let layer = layers[index]
        let hidden = ONNXPart(kind: .hidden, size: layer.hiddenSize)
        let directions = layer.directions == 1 ? [] : [ONNXPart(kind: .directions, size: layer.directions)]
        set(
            .signal(
                ONNXSignal(
                    axes: [[time!], directions, batchAxis, [hidden]],
                    content: .outputs(layer: index, directions: Array(0..<layer.directions)))))
        let states = (0..<layer.directions).map { ONNXSignal.State(layer: index, direction: $0) }
        let axes = [directions, batchAxis, [hidden]]
        set(.signal(ONNXSignal(axes: axes, content: .states(states))), output: 1)
        set(.signal(ONNXSignal(axes: axes, content: .cellStates)), output: 2)
    }

    /// Returns the number of features of a layer's input, which must be (L, N, D).
    private mutating func features(of input: ONNXSignal) throws(ONNXError) -> Int {
        guard input.axes.count == 3 else { throw misfit("an input of three dimensions, (L, N, D)") }
        let (first, second, third) = (input.parts(0), input.parts(1), input.parts(2))
        switch input.content {
        case .input where layers.isEmpty:
            guard first.count == 1, second.count == 1, third.count == 1, let size = third[0].size else {
                throw misfit("an input of steps, sequences and features, (L, N, D), with a known D")
            }
            (time, batch) = (first[0], second[0])
            return size
        case .outputs(let layer, let directions)
        where layer == layers.count - 1 && directions == Array(0..<layers[layer].directions):
            let size = layers[layer].hiddenSize
            let units =
                (layers[layer].directions == 1 ? [] : [ONNXPart(kind: .directions, size: 2)])
                + [ONNXPart(kind: .hidden, size: size)]
            guard first == [time!], second == [batch!],
                third == units.filter({ $0.size != 1 }) || third == units
            else { throw misfit("the outputs of the layer before, directions side by side") }
            return size * layers[layer].directions
        default: throw misfit("a layer that reads the input, or all outputs of the layer before")
        }
    }

    private func cell() throws(ONNXError) -> RecurrentCell {
        let names: [String] =
            if case .strings(let names)? = node.attributes["activations"] {
                names.map { $0.lowercased() }
            } else { [] }
        func uses(_ usual: [String]) -> Bool {
            names.isEmpty || names == usual || names == usual + usual
        }
        switch node.operation {
        case "LSTM":
            guard uses(["sigmoid", "tanh", "tanh"]), integer("input_forget") ?? 0 == 0 else { break }
            return .lstm
        case "GRU":
            guard uses(["sigmoid", "tanh"]) else { break }
            return integer("linear_before_reset") ?? 0 == 0 ? .gruResetBefore : .gru
        default:
            if uses(["tanh"]) { return .rnnTanh }
            if uses(["relu"]) { return .rnnReLU }
        }
        throw misfit("the usual activations: sigmoid and tanh; tanh or ReLU of an RNN")
    }

    private func directions() throws(ONNXError) -> Int {
        guard case .string(let name)? = node.attributes["direction"] else { return 1 }
        switch name {
        case "forward": return 1
        case "bidirectional": return 2
        default: throw misfit("a forward or bidirectional layer")
        }
    }

    /// Refuses what a model of this package cannot represent.
    private func checkRest() throws(ONNXError) {
        guard integer("layout") ?? 0 == 0, node.attributes["clip"] == nil else {
            throw misfit("the layout 0 and no clipping")
        }
        let given = node.inputs.indices.dropFirst(4).filter { !node.inputs[$0].isEmpty }
        for index in given {
            guard index != 4 else { throw misfit("sequences of one length: export without sequence lengths") }
            guard isZero(index) else {
                throw misfit(index == 7 ? "an LSTM without peepholes" : "initial states of zeros")
            }
        }
    }

    // MARK: Linear layer

    /// Reads a product with a constant matrix as the linear layer.
    mutating func readProduct(_ signal: ONNXSignal) throws(ONNXError) {
        guard let tensor = constant(1), let values = tensor.floats, tensor.shape.count == 2,
            spend(values.count)
        else { throw misfit("a product with a stored matrix of floats") }
        guard head == nil else { throw misfit("one linear layer") }
        let isGemm = node.operation == "Gemm"
        guard !isGemm || isPlainGemm, let axes = signal.axes.indices.last else {
            throw misfit("a linear layer y = x Wᵀ + b")
        }
        let isTransposed = isGemm && integer("transB") ?? 0 != 0
        let outputs = tensor.shape[isTransposed ? 0 : 1]
        let features = tensor.shape[isTransposed ? 1 : 0]
        let readout = try readout(signal)
        let steps = readout == .all ? time?.size ?? 0 : 1
        guard let last = layers.last, features == steps * last.directions * last.hiddenSize else {
            throw misfit("a weight of as many columns as features, not \(features)")
        }
        guard ModelLimits.classes.contains(outputs) else {
            throw misfit("1 to 65,536 outputs, not \(outputs)")
        }
        head = ONNXHead(
            outputs: outputs, features: features,
            weight: isTransposed ? values : Matrix.transposed(values, rows: features, columns: outputs),
            bias: [Float](repeating: 0, count: outputs), readout: readout)
        var result = signal
        result.axes[axes] = [ONNXPart(kind: .outputs, size: outputs)]
        result.content = .product
        if isGemm, node.inputs.count > 2, !node.inputs[2].isEmpty {
            try setBias(constant(2))
            result.content = .scores
        }
        set(.signal(result))
    }

    private var isPlainGemm: Bool {
        integer("transA") ?? 0 == 0 && node.attributes["alpha"] ?? .float(1) == .float(1)
            && node.attributes["beta"] ?? .float(1) == .float(1)
    }

    mutating func addBias(_ signal: ONNXSignal) throws(ONNXError) {
        try setBias(constant(0) ?? constant(1))
        var result = signal
        result.content = .scores
        set(.signal(result))
    }

    private mutating func setBias(_ tensor: ONNXTensor?) throws(ONNXError) {
        guard let head, let values = tensor?.floats, tensor?.shape.last == head.outputs,
            values.count == head.outputs
        else { throw misfit("a stored bias of the linear layer, one number for each output") }
        self.head?.bias = values
    }

    /// Returns which of the last layer's outputs the linear layer reads.
    private func readout(_ signal: ONNXSignal) throws(ONNXError) -> Readout {
        guard let last = layers.last, let time, let batch else {
            throw misfit("recurrent layers before the linear layer")
        }
        let index = layers.count - 1
        let all = Array(0..<last.directions)
        let directions = last.directions == 1 ? [] : [ONNXPart(kind: .directions, size: last.directions)]
        // A part of size 1 is not visible in a dimension.
        let units = (directions + [ONNXPart(kind: .hidden, size: last.hiddenSize)]).filter { $0.size != 1 }
        let axes = signal.axes.indices.map { signal.axes[$0].filter { $0.size != 1 } }
        let batchAxis = [batch].filter { $0.size != 1 }
        let timeAxis = [time].filter { $0.size != 1 }
        let expected = "the outputs of the last recurrent layer, in the order of time, direction and unit"
        switch signal.content {
        case .outputs(index, all)
        where axes == [batchAxis, timeAxis + units] && time.size.map(ModelLimits.steps.contains) == true:
            return .all
        case .outputs(index, all)
        where axes == [batchAxis, timeAxis, units] || axes == [timeAxis, batchAxis, units]:
            return .each
        case .step(index, all, true) where axes == [batchAxis, units]: return .last
        case .mean(index) where axes == [batchAxis, units]: return .mean
        case .states(let states) where axes == [batchAxis, units]:
            guard states == all.map({ .init(layer: index, direction: $0) }) else {
                throw misfit("the final states of the last layer, forward before backward")
            }
            return .final
        default: throw misfit(expected)
        }
    }
}
