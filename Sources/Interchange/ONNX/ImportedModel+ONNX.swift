import NeuralNetworks
import ONNX
import Platform

extension ImportedModel {
    /// Reads a model from the content of an ONNX file: one written by this package, or a graph of recurrent layers and one
    /// linear layer as the exporters of PyTorch and Keras write it.
    ///
    /// - Parameters:
    ///   - bytes: The content of the whole file.
    ///   - path: The path of the file, for errors.
    /// - Throws: `ONNXError` for another file; it names the first node that does not fit.
    package init(onnx bytes: [UInt8], path: String) throws {
        let file = try ONNXFile(bytes: bytes, path: path)
        if let own = Self.own(file) {
            self = own
        } else {
            let tracer = try ONNXTracer(file)
            try self.init(tracer)
        }
        guard parameters.allSatisfy(\.isFinite) else {
            throw ONNXError(
                path: path, offset: 0, problem: .notFinite, expected: "finite weights",
                found: "NaN or infinity")
        }
        guard parameters.count == model.layout.count else {
            throw ONNXError(
                path: path, offset: 0, problem: .otherGraph,
                expected: "\(model.layout.count) weights and biases", found: "\(parameters.count)")
        }
    }

    // MARK: Files of this package

    /// Returns the model of a file that this package wrote; nil for other files, and for files whose graph was changed.
    private static func own(_ file: ONNXFile) -> ImportedModel? {
        let graph = file.model.graph
        guard let text = file.model.metadata[ONNXExport.MetadataKey.model],
            let model = try? JSON.value(SequenceModel.self, from: text),
            ONNXExport.opsets.contains(file.model.opset)
        else { return nil }
        let stored = Dictionary(graph.initializers.map { ($0.name, $0) }) { first, _ in first }
        // The parameters have at most as many numbers as the file, so that metadata cannot ask for more memory.
        guard model.layout.count <= graph.initializers.reduce(0, { $0 + ($1.floats?.count ?? 0) }),
            let parameters = OwnParameters(model, stored).values
        else { return nil }
        var export = ONNXExport(model)
        export.opset = file.model.opset
        export.softmax = graph.outputs.first?.name == ONNXExport.Name.probabilities && model.classCount > 0
        export.lengths =
            model.sequenceLength == nil && graph.inputs.contains { $0.name == ONNXExport.Name.lengths }
        guard export.graph(parameters: parameters) == graph else { return nil }
        let digest = file.model.metadata[ONNXExport.MetadataKey.digest]
        let isChanged = digest != nil && digest != ONNXExport.digest(of: parameters)
        return ImportedModel(
            model: model, parameters: parameters,
            notes: isChanged ? ["The weights were changed after the export."] : [])
    }

    /// The parameters of a model in the tensors of a file of this package.
    private struct OwnParameters {
        /// The parameters in the order of the layout; nil if one is missing or has another size.
        var values: [Float]?

        init(_ model: SequenceModel, _ stored: [String: ONNXTensor]) {
            var values: [Float] = []
            let stack = model.stack
            let prefix = stack.cell.family.lowercased() + "."
            for parameter in model.layout.parameters {
                let found: ArraySlice<Float>?
                if parameter.name == "fc.weight", model.hasStepOutputs {
                    guard let tensor = stored["fc.weight_transposed"]?.floats, tensor.count == parameter.count
                    else {
                        return
                    }
                    found =
                        Matrix.transposed(
                            tensor, rows: parameter.shape[1], columns: parameter.shape[0])[...]
                } else if parameter.name.hasPrefix("fc.") {
                    found = stored[parameter.name]?.floats?[...]
                } else {
                    found = Self.gates(parameter, prefix, stored).map { stack.cell.inPyTorchOrder($0)[...] }
                }
                guard let found, found.count == parameter.count else { return }
                values += found
            }
            self.values = values
        }

        /// Returns the part of a recurrent layer's tensor for one parameter: "lstm.weight_ih_l0_reverse" is the second
        /// direction of "lstm.l0.weight_ih", and "lstm.bias_hh_l0" the second bias of "lstm.l0.bias".
        private static func gates(
            _ parameter: Parameter, _ prefix: String, _ stored: [String: ONNXTensor]
        ) -> ArraySlice<Float>? {
            let words = parameter.name.dropFirst(prefix.count).split(separator: "_")
            guard words.count >= 3 else { return nil }
            let (kind, side, layer) = (words[0], words[1], words[2])
            let direction = words.count > 3 ? 1 : 0
            let name = kind == "bias" ? "bias" : "\(kind)_\(side)"
            guard let values = stored["\(prefix)\(layer).\(name)"]?.floats else { return nil }
            let start =
                kind == "bias"
                ? (2 * direction + (side == "hh" ? 1 : 0)) * parameter.count : direction * parameter.count
            return start + parameter.count <= values.count ? values[start..<start + parameter.count] : nil
        }
    }

    // MARK: Files of other programs

    private init(_ tracer: ONNXTracer) throws(ONNXError) {
        let signal = try tracer.output()
        guard let head = tracer.head, let first = tracer.layers.first else {
            throw tracer.refusal(offset: 0, expected: "recurrent layers and a linear layer", found: "none")
        }
        var notes: [String] = []
        let biases = tracer.layers.map(\.bias)
        let isZero = tracer.layers.allSatisfy { layer in
            let rows = layer.cell.gates * layer.hiddenSize
            return layer.bias.map { bias in
                (0..<layer.directions).allSatisfy { direction in
                    bias[(2 * direction + 1) * rows..<(2 * direction + 2) * rows].allSatisfy { $0 == 0 }
                }
            } ?? true
        }
        let style: BiasStyle =
            biases.allSatisfy { $0 == nil } ? .none : isZero && first.cell != .gru ? .keras : .pytorch
        let stack = RecurrentStack(
            first.cell, inputSize: first.inputSize, hiddenSize: first.hiddenSize,
            numLayers: tracer.layers.count, bias: style, bidirectional: first.directions == 2)
        model = Self.model(stack, head, tracer, signal, &notes)
        parameters = Self.parameters(of: model, tracer.layers, head)
        self.notes = notes
    }

    private static func model(
        _ stack: RecurrentStack, _ head: ONNXHead, _ tracer: ONNXTracer, _ output: ONNXSignal,
        _ notes: inout [String]
    ) -> SequenceModel {
        let length =
            head.readout == .each
            ? nil : tracer.time?.size.flatMap { ModelLimits.steps.contains($0) ? $0 : nil }
        let isClassifier: Bool
        switch tracer.activation {
        case "Sigmoid": isClassifier = false
        case nil where head.outputs == 1:
            isClassifier = false
            notes.append("The file does not say what the output is: with one number, it is read as a value.")
        case nil:
            isClassifier = true
            notes.append(
                "The file does not say what the outputs are: \(head.outputs) numbers are read as scores of classes before softmax."
            )
        default: isClassifier = true
        }
        if length == nil, head.readout != .each, let size = tracer.time?.size {
            notes.append("The file has sequences of \(size) steps; the model reads sequences of any length.")
        }
        if output.axes.first.map({ $0 == [tracer.time!] }) == true, head.readout == .each {
            notes.append("The file's outputs are (L, N, C), time first; the model's are (N, L, C).")
        }
        if tracer.time?.kind == .input(0), tracer.batch?.kind == .input(1) {
            notes.append("The file's input is (L, N, D), time first; the model's is (N, L, D).")
        }
        let activation: SequenceModel.Activation = tracer.activation == "Sigmoid" ? .sigmoid : .none
        switch (length, isClassifier) {
        case (let length?, true):
            return SequenceModel(
                stack, sequenceLength: length, classCount: head.outputs, readout: head.readout)
        case (let length?, false):
            return SequenceModel(
                stack, sequenceLength: length, valueCount: head.outputs, activation: activation,
                readout: head.readout)
        case (nil, true): return SequenceModel(stack, classCount: head.outputs, readout: head.readout)
        case (nil, false):
            return SequenceModel(
                stack, valueCount: head.outputs, activation: activation, readout: head.readout)
        }
    }

    private static func parameters(
        of model: SequenceModel, _ layers: [ONNXLayer], _ head: ONNXHead
    ) -> [Float] {
        var parameters: [Float] = []
        parameters.reserveCapacity(model.layout.count)
        for layer in layers {
            let rows = layer.cell.gates * layer.hiddenSize
            func part(_ values: [Float], _ index: Int, _ size: Int) -> [Float] {
                layer.cell.inPyTorchOrder(values[index * size..<(index + 1) * size])
            }
            let bias = layer.bias ?? [Float](repeating: 0, count: 2 * rows * layer.directions)
            for direction in 0..<layer.directions {
                parameters += part(layer.weightIH, direction, rows * layer.inputSize)
                parameters += part(layer.weightHH, direction, rows * layer.hiddenSize)
                if model.stack.bias != .none { parameters += part(bias, 2 * direction, rows) }
                if model.stack.bias == .pytorch { parameters += part(bias, 2 * direction + 1, rows) }
            }
        }
        return parameters + head.weight + head.bias
    }
}

extension ONNXError.Problem {
    static let notFinite = Self(
        "weights that are not finite", remedy: "export the model again from finite weights")
}
