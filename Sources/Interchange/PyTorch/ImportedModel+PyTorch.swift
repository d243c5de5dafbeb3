import NeuralNetworks
import Platform

/// The facts about a model that its weights do not show.
package struct WeightChoices: Sendable {
    /// The activation of an RNN.
    package enum Activation: String, CaseIterable, Sendable {
        case tanh, relu
    }

    /// The part of the output that the linear layer reads; nil to derive it from the sizes, and to assume `last` where
    /// they fit several.
    package var readout: Readout?
    /// The activation of an RNN; tanh if nil.
    package var activation: Activation?
    /// The number of steps of a sequence; if nil, the number that the linear layer reads, or else the number of features.
    package var steps: Int?
    /// Whether the weights are for a training with a model of its own: then a choice that does not fit the file is
    /// ignored, and notes name the options of `train`.
    package var isForTraining = false

    package init(readout: Readout? = nil, activation: Activation? = nil, steps: Int? = nil) {
        self.readout = readout
        self.activation = activation
        self.steps = steps
    }
}

extension ImportedModel {
    /// Reads a classifier from the weights of PyTorch: `torch.nn.RNN`, `LSTM` or `GRU` and one `torch.nn.Linear`, in a
    /// safetensors file or a file of `torch.save`.
    ///
    /// Names may have any prefix, such as `module.` or `model.`. Sizes, cell, layers, directions and biases follow from
    /// names and shapes.
    ///
    /// - Throws: ``ImportError`` for other tensors; `SafetensorsError`, `PyTorchFileError`, `DatasetError`, `FileError`.
    package init(weights path: String, _ choices: WeightChoices = .init()) throws {
        let file = try WeightFile(path: path)
        let names = try RecurrentNames(file)
        var draft = ModelDraft(names, path: path)
        let model = try draft.model(choices)
        try MemoryShortage.check(Double(model.layout.count) * 16, for: path.printableLine)
        try draft.check(model, file)
        var parameters: [Float] = []
        parameters.reserveCapacity(model.layout.count)
        for parameter in model.layout.parameters {
            let name = names.name(of: parameter)
            let values =
                names.tensors[name] == nil
                ? [Float](repeating: 0, count: parameter.range.count) : try file.values(of: name)
            guard values.allSatisfy(\.isFinite) else {
                throw ImportError(path: path, problem: .notFinite(name))
            }
            parameters += values
        }
        self.init(model: model, parameters: parameters, notes: file.notes + draft.notes)
    }
}

/// The model that names and shapes describe.
private struct ModelDraft {
    private let names: RecurrentNames
    private let path: String
    private(set) var notes: [String] = []

    init(_ names: RecurrentNames, path: String) {
        self.names = names
        self.path = path
    }

    private func error(_ problem: ImportError.Problem) -> ImportError {
        ImportError(path: path, problem: problem)
    }

    private func shape(_ name: String) throws(ImportError) -> (rows: Int, columns: Int) {
        guard let shape = names.stack(name)?.shape, shape.count == 2 else {
            throw error(
                .misfit(missing: "\(names.stackPrefix)\(name), a matrix", leftOver: "", otherShape: ""))
        }
        return (shape[0], shape[1])
    }

    mutating func model(_ choices: WeightChoices) throws(ImportError) -> SequenceModel {
        let stack = try stack(choices)
        guard let linear = names.linear("weight")?.shape, linear.count == 2 else {
            throw error(.noLinearLayer(found: "none"))
        }
        guard (1...ModelLimits.classes.upperBound).contains(linear[0]),
            ModelLimits.sizes.contains(stack.inputSize)
        else { throw error(.size(found: "a linear layer \(linear)")) }
        if names.linear("bias") == nil {
            notes.append("The linear layer has no bias; it is imported with a bias of zeros.")
        }
        let (readout, steps) = try readout(of: stack, features: linear[1], choices)
        guard ModelLimits.steps.contains(steps) else { throw error(.size(found: "\(steps) steps")) }
        return SequenceModel(stack, sequenceLength: steps, classCount: linear[0], readout: readout)
    }

    private mutating func stack(_ choices: WeightChoices) throws(ImportError) -> RecurrentStack {
        let activation = choices.activation
        let (rows, hidden) = try shape("weight_hh_l0")
        let input = try shape("weight_ih_l0").columns
        guard ModelLimits.sizes.contains(hidden), ModelLimits.sizes.contains(input) else {
            throw error(.size(found: "hidden size \(hidden), \(input) features"))
        }
        let cell: RecurrentCell
        switch rows {
        case 4 * hidden: cell = .lstm
        case 3 * hidden: cell = .gru
        case hidden:
            cell = activation == .relu ? .rnnReLU : .rnnTanh
            if activation == nil {
                notes.append(
                    choices.isForTraining
                        ? "The activation of an RNN is not in its weights: tanh is assumed; give --cell rnn-relu for "
                            + "torch.nn.RNN(nonlinearity=\"relu\")."
                        : "The activation of an RNN is not in its weights: tanh is assumed; give --activation relu for "
                            + "torch.nn.RNN(nonlinearity=\"relu\").")
            }
        default: throw error(.rows(found: "\(rows) rows for hidden size \(hidden)"))
        }
        if let activation, rows != hidden, !choices.isForTraining {
            throw error(.activation(found: activation.rawValue))
        }
        let layers = (0..<ModelLimits.layers.upperBound).first { names.stack("weight_hh_l\($0)") == nil }
        let hasBias = names.stack("bias_ih_l0") != nil
        return RecurrentStack(
            cell, inputSize: input, hiddenSize: hidden, numLayers: layers ?? ModelLimits.layers.upperBound,
            bias: !hasBias ? .none : names.stack("bias_hh_l0") == nil ? .keras : .pytorch,
            bidirectional: names.stack("weight_hh_l0_reverse") != nil)
    }

    private mutating func readout(
        of stack: RecurrentStack, features: Int, _ choices: WeightChoices
    ) throws(ImportError) -> (Readout, steps: Int) {
        let size = stack.outputSize
        func mismatch(_ expected: String) -> ImportError {
            error(.readout(expected: expected, found: "\(features)"))
        }
        var choices = choices
        if choices.isForTraining, (choices.readout == .all) != (features != size) { choices.readout = nil }
        let readsAll = choices.readout.map { $0 == .all } ?? (features != size)
        if readsAll {
            if choices.readout == nil, choices.steps == nil, !features.isMultiple(of: size) {
                throw error(.features(of: size, found: features))
            }
            guard features > 0, features.isMultiple(of: size) else {
                throw mismatch("a multiple of \(size) features")
            }
            guard choices.steps == nil || choices.steps == features / size else {
                throw mismatch("\((choices.steps ?? 0) * size) features for \(choices.steps ?? 0) rows")
            }
            return (.all, features / size)
        }
        guard features == size else { throw mismatch("\(size) features") }
        if choices.readout == nil {
            notes.append(
                "The readout is not in the weights: last is assumed, output[:, -1] in PyTorch; if the model reads the final "
                    + "hidden states or the mean of the outputs, give --readout final or mean.")
        }
        if choices.steps == nil, !choices.isForTraining {
            notes.append(
                "The number of rows of an image is not in the weights: \(stack.inputSize) is assumed, as many as columns; "
                    + "give --rows for another number.")
        }
        return (choices.readout ?? .last, choices.steps ?? stack.inputSize)
    }

    /// Checks that the file has the tensors of a model in their shapes, and no others.
    func check(_ model: SequenceModel, _ file: WeightFile) throws(ImportError) {
        var missing: [String] = []
        var otherShape: [String] = []
        var expected: Set<String> = []
        for parameter in model.layout.parameters {
            let name = names.name(of: parameter)
            expected.insert(name)
            guard let tensor = names.tensors[name] else {
                if parameter.name != "fc.bias" { missing.append(name) }
                continue
            }
            if tensor.shape != parameter.shape {
                otherShape.append("\(name) \(tensor.shape) for \(parameter.shape)")
            }
        }
        let leftOver = file.tensors.map(\.name).filter { !expected.contains($0) }
        guard missing.isEmpty, otherShape.isEmpty, leftOver.isEmpty else {
            throw error(
                .misfit(
                    missing: missing.isEmpty ? "" : WeightFile.list(missing),
                    leftOver: leftOver.isEmpty ? "" : WeightFile.list(leftOver),
                    otherShape: otherShape.isEmpty ? "" : WeightFile.list(otherShape)))
        }
    }
}
