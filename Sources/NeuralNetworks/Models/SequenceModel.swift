import Platform
import Randomness

/// The configuration of a recurrent network that classifies sequences or computes numbers from them: a stack of
/// recurrent layers reads the sequence, and one linear layer reads the part of their output given by `readout`.
///
/// Input (N, L, D), output (N, C), or (N, L, C) with the readout ``Readout/each``. The parameters have PyTorch's names and
/// shapes; an LSTM's are the parameters of `lstm = nn.LSTM(D, H, layers, batch_first=True, bidirectional=…)` and
/// `fc = nn.Linear(features, C)`.
public struct SequenceModel: Hashable, Sendable {
    /// The recurrent layers.
    public let stack: RecurrentStack
    /// L, the number of steps of a sequence; nil if the model reads sequences of any length.
    public let sequenceLength: Int?
    /// The kind and number of the outputs.
    public let output: Output
    /// The part of the last recurrent layer's output that the linear layer reads.
    public let readout: Readout
    /// The dropout probability of the features before the linear layer.
    public let dropout: Double

    /// The normalization of the input; nil if the layers read the numbers as they are.
    public private(set) var normalization: InputNormalization?

    /// Whether the input is symbols; see ``readingSymbols()``.
    public private(set) var readsSymbols = false

    /// The names, shapes and places of the parameters.
    public let layout: ParameterLayout
    let stackOffsets: [RecurrentStack.Offsets]
    let headOffsets: LinearShape.Offsets

    /// The kind and number of a model's outputs.
    public enum Output: Hashable, Sendable {
        /// A classifier with that many classes: a score for each class, before softmax; trained by cross-entropy.
        case classes(Int)
        /// A regressor with that many values; trained by their mean squared error.
        case values(Int, activation: Activation)

        /// C, the number of outputs for each sequence.
        package var count: Int {
            switch self {
            case .classes(let count), .values(let count, _): count
            }
        }
    }

    /// The function applied to a regressor's outputs after the linear layer.
    public enum Activation: String, Hashable, Codable, CaseIterable, Sendable {
        /// The identity.
        case none
        /// σ(x) = 1 / (1 + e⁻ˣ), for targets in 0...1.
        case sigmoid
    }

    /// Creates a classifier. Class counts outside 1 to 65,536, a length below 1, and a dropout outside 0..<1, trap.
    ///
    /// - Parameters:
    ///   - stack: The recurrent layers.
    ///   - sequenceLength: L, the number of steps of a sequence.
    ///   - classCount: C, the number of classes, 1 to 65,536.
    ///   - readout: The part of the last recurrent layer's output that the linear layer reads.
    ///   - dropout: The dropout probability of the features before the linear layer.
    public init(
        _ stack: RecurrentStack, sequenceLength: Int, classCount: Int, readout: Readout = .all,
        dropout: Double = 0
    ) {
        precondition(
            ModelLimits.classes.contains(classCount), "classCount must be 1 to 65,536, not \(classCount)")
        self.init(
            stack, sequenceLength: sequenceLength, output: .classes(classCount), readout: readout,
            dropout: dropout)
    }

    /// Creates a regressor, for instance for forecasts. Counts and lengths outside 1 to 65,536, and a dropout outside
    /// 0..<1, trap.
    ///
    /// - Parameters:
    ///   - stack: The recurrent layers.
    ///   - sequenceLength: L, the number of steps of a sequence.
    ///   - valueCount: C, the number of values computed from a sequence.
    ///   - activation: The function applied to the values after the linear layer.
    ///   - readout: The part of the last recurrent layer's output that the linear layer reads.
    ///   - dropout: The dropout probability of the features before the linear layer.
    public init(
        _ stack: RecurrentStack, sequenceLength: Int, valueCount: Int, activation: Activation = .none,
        readout: Readout = .all, dropout: Double = 0
    ) {
        precondition(
            ModelLimits.sizes.contains(valueCount), "valueCount must be 1 to 65,536, not \(valueCount)")
        self.init(
            stack, sequenceLength: sequenceLength, output: .values(valueCount, activation: activation),
            readout: readout, dropout: dropout)
    }

    /// Creates a classifier of sequences of any length. Class counts outside 1 to 65,536, the readout `all`, whose linear
    /// layer has weights for each step, and a dropout outside 0..<1, trap.
    ///
    /// - Parameters:
    ///   - stack: The recurrent layers.
    ///   - classCount: C, the number of classes, 1 to 65,536.
    ///   - readout: The part of the last recurrent layer's output that the linear layer reads.
    ///   - dropout: The dropout probability of the features before the linear layer.
    public init(_ stack: RecurrentStack, classCount: Int, readout: Readout = .final, dropout: Double = 0) {
        precondition(
            ModelLimits.classes.contains(classCount), "classCount must be 1 to 65,536, not \(classCount)")
        self.init(
            stack, sequenceLength: nil, output: .classes(classCount), readout: readout, dropout: dropout)
    }

    /// Creates a regressor of sequences of any length. Counts outside 1 to 65,536, the readout `all`, whose linear
    /// layer has weights for each step, and a dropout outside 0..<1, trap.
    ///
    /// - Parameters:
    ///   - stack: The recurrent layers.
    ///   - valueCount: C, the number of values computed from a sequence.
    ///   - activation: The function applied to the values after the linear layer.
    ///   - readout: The part of the last recurrent layer's output that the linear layer reads.
    ///   - dropout: The dropout probability of the features before the linear layer.
    public init(
        _ stack: RecurrentStack, valueCount: Int, activation: Activation = .none, readout: Readout = .final,
        dropout: Double = 0
    ) {
        precondition(
            ModelLimits.sizes.contains(valueCount), "valueCount must be 1 to 65,536, not \(valueCount)")
        self.init(
            stack, sequenceLength: nil, output: .values(valueCount, activation: activation), readout: readout,
            dropout: dropout)
    }

    private init(
        _ stack: RecurrentStack, sequenceLength: Int?, output: Output, readout: Readout, dropout: Double
    ) {
        if let sequenceLength {
            precondition(
                ModelLimits.steps.contains(sequenceLength),
                "sequenceLength must be 1 to 65,536, not \(sequenceLength)")
            precondition(
                readout != .each,
                "readout: expected one output for a sequence, received each; give no sequenceLength")
        } else {
            precondition(
                readout != .all,
                "readout: expected final, last or mean for sequences of any length, received all; give a sequenceLength"
            )
        }
        precondition(dropout >= 0 && dropout < 1, "dropout must be of 0..<1, not \(dropout)")
        self.stack = stack
        self.sequenceLength = sequenceLength
        self.output = output
        self.readout = readout
        self.dropout = dropout
        let stepsRead = readout == .all ? sequenceLength ?? 1 : 1
        head = LinearShape(inputSize: stepsRead * stack.outputSize, outputSize: output.count)
        var layout = ParameterLayout()
        stackOffsets = stack.append(to: &layout, prefix: stack.cell.family.lowercased() + ".")
        headOffsets = head.append(to: &layout, prefix: "fc.")
        self.layout = layout
    }

    /// Returns the same model for sequences of symbols, such as characters: each step is one of D symbols, by its index from
    /// 0. The model computes the same as from one-hot vectors of D numbers, without storing or multiplying them. A model of
    /// one length and one with a normalization trap.
    public func readingSymbols() -> SequenceModel {
        precondition(
            sequenceLength == nil,
            "symbols: expected a model of sequences of any length, received one of a fixed sequenceLength")
        precondition(
            normalization == nil, "symbols: expected a model without a normalization, received one with it")
        var model = self
        model.readsSymbols = true
        return model
    }

    /// Traps if the model does not read a symbol.
    func checkSymbol(_ symbol: Int) {
        precondition(
            symbol >= 0 && symbol < stack.inputSize,
            "symbol: expected 0 to \(stack.inputSize - 1), received \(symbol)")
    }

    /// Returns the same model with a normalization of its input. A model of one length, one of symbols, and a normalization
    /// of another number of features, trap.
    public func normalized(by normalization: InputNormalization) -> SequenceModel {
        precondition(!readsSymbols, "normalization: expected a model of numbers, received one of symbols")
        precondition(
            sequenceLength == nil,
            "normalization: expected a model of sequences of any length, received one of a fixed sequenceLength"
        )
        precondition(
            normalization.mean.count == stack.inputSize,
            "normalization: expected \(stack.inputSize) features, received \(normalization.mean.count)")
        var model = self
        model.normalization = normalization
        return model
    }

    /// Whether the model computes outputs for each step, not for the whole sequence.
    package var hasStepOutputs: Bool { readout == .each }

    /// The number of classes; 0 for a regressor.
    package var classCount: Int { if case .classes(let count) = output { count } else { 0 } }

    /// The sizes of the linear layer.
    let head: LinearShape

    /// Whether training applies dropout anywhere.
    var hasDropout: Bool { dropout > 0 || stack.dropout > 0 && stack.numLayers > 1 }

    /// Returns initial parameters in the order of `layout`, drawn from U(-1/√H, 1/√H); the linear layer's are drawn
    /// from U(-1/√features, 1/√features).
    package func initialParameters(seed: UInt64) -> FloatBuffer {
        let buffer = FloatBuffer(count: layout.count)
        var generator = SplitMix64(seed, RandomPurpose.initialization.rawValue)
        for parameter in layout.parameters {
            let bound = parameter.offset < headOffsets.weight ? stack.initialBound : head.initialBound
            for index in parameter.range { buffer.base[index] = generator.nextSymmetric(bound: bound) }
        }
        return buffer
    }

    /// Returns the number of multiply-adds of one training step for one sequence of `steps` steps: the forward pass, the
    /// gradient of every weight, and the gradient of every layer's input except the first layer's.
    package func trainingMultiplyAdds(steps: Int) -> Int {
        var forward = 0
        var inputGradients = 0
        for layer in 0..<stack.numLayers {
            // The products of one-hot vectors are copied from a table.
            let columns = readsSymbols && layer == 0 ? 0 : stack.inputSize(ofLayer: layer)
            let input = stack.directions * stack.gateRows * columns
            let recurrent = stack.directions * stack.gateRows * stack.hiddenSize
            forward += (input + recurrent) * steps
            inputGradients += ((layer == 0 ? 0 : input) + recurrent) * steps
        }
        let linear = head.inputSize * head.outputSize * (hasStepOutputs ? steps : 1)
        return 2 * forward + inputGradients + 3 * linear
    }
}

extension SequenceModel: Codable {
    private enum Key: String, CodingKey {
        case stack, sequenceLength, classCount, valueCount, activation, readout, dropout, normalization
        case readsSymbols
    }

    /// Encodes the sizes and options under the names used in `config.json` and checkpoints.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(stack, forKey: .stack)
        try values.encodeIfPresent(sequenceLength, forKey: .sequenceLength)
        switch output {
        case .classes(let count):
            try values.encode(count, forKey: .classCount)
        case .values(let count, let activation):
            try values.encode(count, forKey: .valueCount)
            try values.encode(activation, forKey: .activation)
        }
        try values.encode(readout, forKey: .readout)
        try values.encode(dropout, forKey: .dropout)
        try values.encodeIfPresent(normalization, forKey: .normalization)
        if readsSymbols { try values.encode(true, forKey: .readsSymbols) }
    }

    /// Decodes a model.
    ///
    /// - Throws: A `DecodingError`, also for sizes out of range and for a dropout outside 0..<1.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let output: Output =
            values.contains(.valueCount)
            ? .values(
                try values.decode(.valueCount, of: ModelLimits.sizes),
                activation: try values.decode(Activation.self, forKey: .activation))
            : .classes(try values.decode(.classCount, of: ModelLimits.classes))
        let length =
            values.contains(.sequenceLength)
            ? try values.decode(.sequenceLength, of: ModelLimits.steps) : nil
        let readout = try values.decode(Readout.self, forKey: .readout)
        guard length != nil || readout != .all else {
            throw DecodingError.dataCorruptedError(
                forKey: .readout, in: values,
                debugDescription: "expected a sequence_length with the readout all, found none")
        }
        guard length == nil || readout != .each else {
            throw DecodingError.dataCorruptedError(
                forKey: .readout, in: values,
                debugDescription: "expected no sequence_length with the readout each, found one")
        }
        self.init(
            try values.decode(RecurrentStack.self, forKey: .stack), sequenceLength: length, output: output,
            readout: readout, dropout: try values.decodeShare(.dropout))
        readsSymbols = try values.decodeIfPresent(Bool.self, forKey: .readsSymbols) ?? false
        guard !readsSymbols || length == nil && !values.contains(.normalization) else {
            throw DecodingError.dataCorruptedError(
                forKey: .readsSymbols, in: values,
                debugDescription:
                    "expected no sequence_length and no normalization of a model of symbols, found one")
        }
        guard let normalization = try values.decodeIfPresent(InputNormalization.self, forKey: .normalization)
        else { return }
        guard length == nil, normalization.mean.count == stack.inputSize else {
            throw DecodingError.dataCorruptedError(
                forKey: .normalization, in: values,
                debugDescription:
                    "expected \(stack.inputSize) features of a model without sequence_length, found "
                    + "\(normalization.mean.count)")
        }
        self.normalization = normalization
    }
}

extension SequenceModel: Summarizable {
    /// The shape of the input: "(N, 28, 28)" with the numbers of steps and features, or "(N, L, 28)" for sequences of any
    /// length.
    package var inputShape: String {
        readsSymbols ? "(N, \(stepsText))" : "(N, \(stepsText), \(stack.inputSize))"
    }

    private var stepsText: String { sequenceLength.map(String.init) ?? "L" }

    /// A row for each recurrent layer, dropout, readout, linear layer and sigmoid.
    package var layerSummaries: [LayerSummary] {
        let features = "(\(outputRows), \(head.inputSize))"
        let input =
            normalization.map { _ in [LayerSummary("normalization", outputShape: inputShape)] }
            ?? (readsSymbols
                ? [LayerSummary("one-hot", outputShape: "(N, \(stepsText), \(stack.inputSize))")] : [])
        return input + stack.layerSummaries("N, \(stepsText)", prefix: stack.cell.family.lowercased() + ".")
            + [LayerSummary(readout == .all ? "flatten" : readout.title, outputShape: features)]
            + (dropout > 0 ? [LayerSummary("dropout \(dropout)", outputShape: features)] : [])
            + [
                LayerSummary(
                    "fc (Linear)", outputShape: outputShape,
                    parameterCount: output.count * (head.inputSize + 1))
            ]
            + (hasSigmoid ? [LayerSummary("sigmoid", outputShape: outputShape)] : [])
    }

    /// The number of parameters (floats) of all layers.
    public var parameterCount: Int { layout.count }

    /// Returns layers, output shapes and parameter counts as a table, in the manner of Keras.
    public func summary() -> String { summaryTable() }
}

extension SequenceModel {
    private var outputShape: String { "(\(outputRows), \(output.count))" }

    private var outputRows: String { hasStepOutputs ? "N, L" : "N" }

    /// Whether a sigmoid is applied to the outputs.
    var hasSigmoid: Bool { if case .values(_, .sigmoid) = output { true } else { false } }
}
