import Randomness

/// A recurrent classifier: an LSTM reads the sequence, its outputs at **all** steps, flattened, go through
/// one linear layer to a score for each class.
///
/// Input (N, L, D), scores (N, C). The parameters are PyTorch's of
/// `lstm = nn.LSTM(D, H, layers, batch_first=True, bidirectional=…)` and `fc = nn.Linear(L · outputSize, C)`.
public struct SequenceClassifier: Hashable, Sendable {
    public let lstm: LSTM
    public let sequenceLength: Int
    public let classCount: Int

    /// Names, shapes and places of the parameters.
    public let layout: ParameterLayout
    let lstmOffsets: [LSTM.Offsets]
    let headOffsets: Linear.Offsets

    public init(lstm: LSTM, sequenceLength: Int, classCount: Int) {
        precondition(sequenceLength > 0, "sequenceLength must be positive, not \(sequenceLength)")
        precondition((1...256).contains(classCount), "classCount must be 1 to 256, not \(classCount)")
        self.lstm = lstm
        self.sequenceLength = sequenceLength
        self.classCount = classCount
        var layout = ParameterLayout()
        lstmOffsets = lstm.append(to: &layout, prefix: "lstm.")
        headOffsets = Linear(inputSize: sequenceLength * lstm.outputSize, outputSize: classCount)
            .append(to: &layout, prefix: "fc.")
        self.layout = layout
    }

    /// The linear layer at the end.
    public var head: Linear { Linear(inputSize: sequenceLength * lstm.outputSize, outputSize: classCount) }

    /// Fresh parameters, drawn in their order from one sequence of random numbers.
    public func initialParameters(seed: UInt64) -> FloatBuffer {
        let buffer = FloatBuffer(count: layout.count)
        var generator = SplitMix64(seed, RandomPurpose.initialization.rawValue)
        for parameter in layout.parameters {
            let bound = parameter.offset < headOffsets.weight ? lstm.initialBound : head.initialBound
            for index in parameter.range { buffer.base[index] = generator.nextSymmetric(bound: bound) }
        }
        return buffer
    }

    /// Multiply-adds of one training step for one sequence: forward, the gradient by every weight, and the
    /// gradient by every layer's input but the first one's.
    public var trainingMultiplyAdds: Int {
        var forward = 0
        var inputGradients = 0
        for layer in 0..<lstm.numLayers {
            let input = lstm.directions * lstm.gateRows * lstm.inputSize(ofLayer: layer)
            let recurrent = lstm.directions * lstm.gateRows * lstm.hiddenSize
            forward += (input + recurrent) * sequenceLength
            inputGradients += ((layer == 0 ? 0 : input) + recurrent) * sequenceLength
        }
        let linear = head.inputSize * head.outputSize
        return 2 * forward + inputGradients + 3 * linear
    }
}
