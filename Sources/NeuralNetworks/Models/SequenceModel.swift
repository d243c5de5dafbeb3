import Randomness

/// A recurrent classifier: a stack of recurrent layers reads the sequence, what `readout` takes of its outputs
/// goes through one linear layer to a score for each class.
///
/// Input (N, L, D), scores (N, C). The parameters are PyTorch's of, for an LSTM,
/// `lstm = nn.LSTM(D, H, layers, batch_first=True, bidirectional=…)` and `fc = nn.Linear(features, C)`.
public struct SequenceModel: Hashable, Sendable {
    public let stack: RecurrentStack
    public let sequenceLength: Int
    public let classCount: Int
    public let readout: Readout
    /// Probability with which a feature that the linear layer reads is zero, in training only.
    public let dropout: Double

    /// Names, shapes and places of the parameters.
    public let layout: ParameterLayout
    let stackOffsets: [RecurrentStack.Offsets]
    let headOffsets: LinearShape.Offsets

    public init(
        _ stack: RecurrentStack, sequenceLength: Int, classCount: Int, readout: Readout = .all,
        dropout: Double = 0
    ) {
        precondition(sequenceLength > 0, "sequenceLength must be positive, not \(sequenceLength)")
        precondition((1...256).contains(classCount), "classCount must be 1 to 256, not \(classCount)")
        precondition(dropout >= 0 && dropout < 1, "dropout must be of 0..<1, not \(dropout)")
        self.stack = stack
        self.sequenceLength = sequenceLength
        self.classCount = classCount
        self.readout = readout
        self.dropout = dropout
        let stepsRead = readout == .all ? sequenceLength : 1
        head = LinearShape(inputSize: stepsRead * stack.outputSize, outputSize: classCount)
        var layout = ParameterLayout()
        stackOffsets = stack.append(to: &layout, prefix: stack.cell.family.lowercased() + ".")
        headOffsets = head.append(to: &layout, prefix: "fc.")
        self.layout = layout
    }

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
    public var trainingMultiplyAdds: Int {
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
        case stack, sequenceLength, classCount, readout, dropout
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(stack, forKey: .stack)
        try values.encode(sequenceLength, forKey: .sequenceLength)
        try values.encode(classCount, forKey: .classCount)
        try values.encode(readout, forKey: .readout)
        try values.encode(dropout, forKey: .dropout)
    }

    /// - Throws: a `DecodingError` also for numbers that make no model.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            try values.decode(RecurrentStack.self, forKey: .stack),
            sequenceLength: try values.decode(.sequenceLength, of: 1...65_536),
            classCount: try values.decode(.classCount, of: 1...256),
            readout: try values.decode(Readout.self, forKey: .readout),
            dropout: try values.decodeShare(.dropout))
    }
}
