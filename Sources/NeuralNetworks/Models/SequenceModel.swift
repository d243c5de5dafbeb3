import Randomness

/// A recurrent network that classifies sequences or makes numbers of them: a stack of recurrent layers reads the
/// sequence, what `readout` takes of its outputs goes through one linear layer.
///
/// Input (N, L, D), output (N, C). The parameters are PyTorch's of, for an LSTM,
/// `lstm = nn.LSTM(D, H, layers, batch_first=True, bidirectional=…)` and `fc = nn.Linear(features, C)`.
public struct SequenceModel: Hashable, Sendable {
    public let stack: RecurrentStack
    public let sequenceLength: Int
    public let output: Output
    public let readout: Readout
    /// Probability with which a feature that the linear layer reads is zero, in training only.
    public let dropout: Double

    /// Names, shapes and places of the parameters.
    public let layout: ParameterLayout
    let stackOffsets: [RecurrentStack.Offsets]
    let headOffsets: LinearShape.Offsets

    /// What is made of a sequence.
    public enum Output: Hashable, Sendable {
        /// A score for each class, before softmax; trained by cross-entropy.
        case classes(Int)
        /// Numbers; trained by their mean squared error.
        case values(Int, activation: Activation)

        /// C, how many numbers there are of each sequence.
        package var count: Int {
            switch self {
            case .classes(let count), .values(let count, _): count
            }
        }
    }

    /// What comes after the linear layer.
    public enum Activation: String, Hashable, Codable, CaseIterable, Sendable {
        case none
        /// σ(x) = 1 / (1 + e⁻ˣ), for targets of 0...1.
        case sigmoid
    }

    /// A classifier of 1 to 256 classes.
    public init(
        _ stack: RecurrentStack, sequenceLength: Int, classCount: Int, readout: Readout = .all,
        dropout: Double = 0
    ) {
        precondition(
            Self.classCounts.contains(classCount), "classCount must be 1 to 256, not \(classCount)")
        self.init(
            stack, sequenceLength: sequenceLength, output: .classes(classCount), readout: readout,
            dropout: dropout)
    }

    /// A regressor: what forecasts, for instance.
    public init(
        _ stack: RecurrentStack, sequenceLength: Int, valueCount: Int, activation: Activation = .none,
        readout: Readout = .all, dropout: Double = 0
    ) {
        precondition(valueCount > 0, "valueCount must be positive, not \(valueCount)")
        self.init(
            stack, sequenceLength: sequenceLength, output: .values(valueCount, activation: activation),
            readout: readout, dropout: dropout)
    }

    private init(
        _ stack: RecurrentStack, sequenceLength: Int, output: Output, readout: Readout, dropout: Double
    ) {
        precondition(sequenceLength > 0, "sequenceLength must be positive, not \(sequenceLength)")
        precondition(dropout >= 0 && dropout < 1, "dropout must be of 0..<1, not \(dropout)")
        self.stack = stack
        self.sequenceLength = sequenceLength
        self.output = output
        self.readout = readout
        self.dropout = dropout
        let stepsRead = readout == .all ? sequenceLength : 1
        head = LinearShape(inputSize: stepsRead * stack.outputSize, outputSize: output.count)
        var layout = ParameterLayout()
        stackOffsets = stack.append(to: &layout, prefix: stack.cell.family.lowercased() + ".")
        headOffsets = head.append(to: &layout, prefix: "fc.")
        self.layout = layout
    }

    private static let classCounts = 1...256

    /// How many classes it tells apart; 0 if it makes numbers.
    public var classCount: Int { if case .classes(let count) = output { count } else { 0 } }

    /// The linear layer at the end.
    let head: LinearShape

    /// Whether training draws dropout masks.
    var hasDropout: Bool { dropout > 0 || stack.dropout > 0 && stack.numLayers > 1 }

    /// Fresh parameters, drawn in their order from one sequence of random numbers.
    public func initialParameters(seed: UInt64) -> FloatBuffer {
        let buffer = FloatBuffer(count: layout.count)
        var generator = SplitMix64(seed, RandomPurpose.initialization.rawValue)
        for parameter in layout.parameters {
            let bound = parameter.offset < headOffsets.weight ? stack.initialBound : head.initialBound
            for index in parameter.range { buffer.base[index] = generator.nextSymmetric(bound: bound) }
        }
        return buffer
    }

    /// Multiply-adds of one training step for one sequence: forward, the gradient by every weight, and the
    /// gradient by every layer's input but the first one's.
    package var trainingMultiplyAdds: Int {
        var forward = 0
        var inputGradients = 0
        for layer in 0..<stack.numLayers {
            let input = stack.directions * stack.gateRows * stack.inputSize(ofLayer: layer)
            let recurrent = stack.directions * stack.gateRows * stack.hiddenSize
            forward += (input + recurrent) * sequenceLength
            inputGradients += ((layer == 0 ? 0 : input) + recurrent) * sequenceLength
        }
        let linear = head.inputSize * head.outputSize
        return 2 * forward + inputGradients + 3 * linear
    }
}

extension SequenceModel: Codable {
    private enum Key: String, CodingKey {
        case stack, sequenceLength, classCount, valueCount, activation, readout, dropout
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(stack, forKey: .stack)
        try values.encode(sequenceLength, forKey: .sequenceLength)
        switch output {
        case .classes(let count):
            try values.encode(count, forKey: .classCount)
        case .values(let count, let activation):
            try values.encode(count, forKey: .valueCount)
            try values.encode(activation, forKey: .activation)
        }
        try values.encode(readout, forKey: .readout)
        try values.encode(dropout, forKey: .dropout)
    }

    /// - Throws: a `DecodingError` also for numbers that make no model.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let output: Output =
            values.contains(.valueCount)
            ? .values(
                try values.decode(.valueCount, of: 1...65_536),
                activation: try values.decode(Activation.self, forKey: .activation))
            : .classes(try values.decode(.classCount, of: Self.classCounts))
        self.init(
            try values.decode(RecurrentStack.self, forKey: .stack),
            sequenceLength: try values.decode(.sequenceLength, of: 1...65_536), output: output,
            readout: try values.decode(Readout.self, forKey: .readout),
            dropout: try values.decodeShare(.dropout))
    }
}

extension SequenceModel: Summarizable {
    public var inputShape: String { "(N, \(sequenceLength), \(stack.inputSize))" }

    public var layerSummaries: [LayerSummary] {
        let features = "(N, \(head.inputSize))"
        return stack.layerSummaries("N, \(sequenceLength)", prefix: stack.cell.family.lowercased() + ".")
            + [LayerSummary(readout == .all ? "flatten" : readout.title, outputShape: features)]
            + (dropout > 0 ? [LayerSummary("dropout \(dropout)", outputShape: features)] : [])
            + [
                LayerSummary(
                    "fc (Linear)", outputShape: outputShape,
                    parameterCount: output.count * (head.inputSize + 1))
            ]
            + (hasSigmoid ? [LayerSummary("sigmoid", outputShape: outputShape)] : [])
    }
}

extension SequenceModel {
    private var outputShape: String { "(N, \(output.count))" }

    /// Whether a sigmoid stands at the end.
    var hasSigmoid: Bool { if case .values(_, .sigmoid) = output { true } else { false } }
}
