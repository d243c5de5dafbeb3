// What the kernels are told, with one letter for each size:
// L steps, D input features, H hidden units, G gates (4 in an LSTM), C classes; lanes are `shardLanes`.

/// One operand of a product: a packed matrix and what it is multiplied with.
public struct ProductTerm {
    /// Packed by `MatrixKernels.pack`, one matrix for all steps or one for each.
    public var weights: UnsafePointer<Float>
    /// Floats between the matrices of two steps; zero where all steps share one.
    public var weightsStepStride: Int
    /// [step][columns][lane]
    public var input: LaneTensor
    public var columns: Int

    public init(
        weights: UnsafePointer<Float>, weightsStepStride: Int = 0, input: LaneTensor, columns: Int
    ) {
        self.weights = weights
        self.weightsStepStride = weightsStepStride
        self.input = input
        self.columns = columns
    }
}

/// Where a product starts from.
public enum ProductStart {
    /// A packed bias, the same for each step and lane.
    case bias(UnsafePointer<Float>)
    /// What the output holds.
    case output
}

/// What a recurrent layer computes at each step; `RecurrentCell` of the layers has the equations.
public enum Recurrence: Sendable {
    case rnnTanh, rnnReLU, lstm, gru, gruResetBefore

    /// Rows of `RecurrentPass.gates` for each unit. Where the two parts of a gru's candidate meet inside of a
    /// product, each has a row: r, z, n by the input, n by the hidden state.
    @inlinable
    public var storedGates: Int {
        switch self {
        case .rnnTanh, .rnnReLU: 1
        case .gruResetBefore: 3
        case .lstm, .gru: 4
        }
    }

    /// Rows of `RecurrentPass.factors` for each unit.
    @inlinable
    public var storedFactors: Int {
        switch self {
        case .rnnTanh, .rnnReLU: 0
        case .gru: 1
        case .lstm: 2
        case .gruResetBefore: 3
        }
    }
}

/// The packed weights of gates that are computed by one product, G of them.
public struct GateWeights {
    /// Packed [G·H][D], [G·H][H], [G·H], and [H][G·H].
    public var input: UnsafePointer<Float>
    public var hidden: UnsafePointer<Float>
    public var bias: UnsafePointer<Float>
    public var hiddenTransposed: UnsafePointer<Float>

    public init(
        input: UnsafePointer<Float>, hidden: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        hiddenTransposed: UnsafePointer<Float>
    ) {
        self.input = input
        self.hidden = hidden
        self.bias = bias
        self.hiddenTransposed = hiddenTransposed
    }
}

/// One direction of one recurrent layer over a shard.
///
/// At step t the layer reads `output` one step back in its own direction: `output[t - 1]`, or
/// `output[t + 1]` when reversed. The slot before the first step (after the last one, reversed) holds
/// the initial state, so that an initial state of zero is no special case.
///
/// Sequences shorter than `steps` hold their state outside of their length: before their last step when
/// reversed, after it otherwise. So final states stand where those of the longest sequences stand.
public struct RecurrentPass {
    public var steps: Int
    public var inputSize: Int
    public var hiddenSize: Int
    public var isReversed: Bool
    /// [lane] The length of each sequence, at most `steps`; nil if all are as long as that.
    public var lengths: UnsafePointer<Float>?
    /// The smallest of `lengths`.
    public var shortest: Int

    /// [L][D][lane]
    public var input: LaneTensor
    /// [L] Where the input is not zero, if that is known.
    public var inputRanges: UnsafePointer<FeatureRange>?
    /// [L][H][lane], and one more slot for the initial state.
    public var output: LaneTensor
    /// [L][storedGates·H][lane]. Forward leaves the derivative of each gate's effect here, backward multiplies
    /// it into the gradient of the gate's pre-activation. With a step stride of zero nothing is kept.
    public var gates: LaneTensor
    /// [L][storedFactors·H][lane], further derivatives that backward needs.
    public var factors: LaneTensor
    /// [H][lane] The cell state: initial before, final after the forward pass.
    public var cell: UnsafeMutablePointer<Float>

    /// [L][H][lane] Gradient of the loss by the output of each step; backward adds what flows back in time.
    public var outputGradient: LaneTensor
    /// [H][lane] Gradient by the final hidden state before, by the initial one after the backward pass.
    public var hiddenGradient: UnsafeMutablePointer<Float>
    /// [H][lane] Gradient by the final cell state before, by the initial one after the backward pass.
    public var cellGradient: UnsafeMutablePointer<Float>
    /// [H][lane] Room for what a step needs for itself.
    public var scratch: UnsafeMutablePointer<Float>

    /// Of all gates, or of a GRU's r and z.
    public var weights: GateWeights
    /// Of a GRU's n; otherwise the same as `weights`.
    public var candidate: GateWeights
    /// The bias inside the reset product of a GRU, packed [H].
    public var candidateHiddenBias: UnsafePointer<Float>

    public init(
        steps: Int, inputSize: Int, hiddenSize: Int, isReversed: Bool, input: LaneTensor,
        inputRanges: UnsafePointer<FeatureRange>?, output: LaneTensor, gates: LaneTensor, factors: LaneTensor,
        cell: UnsafeMutablePointer<Float>, outputGradient: LaneTensor,
        hiddenGradient: UnsafeMutablePointer<Float>, cellGradient: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>, weights: GateWeights, candidate: GateWeights,
        candidateHiddenBias: UnsafePointer<Float>
    ) {
        self.steps = steps
        self.inputSize = inputSize
        self.hiddenSize = hiddenSize
        self.isReversed = isReversed
        lengths = nil
        shortest = steps
        self.input = input
        self.inputRanges = inputRanges
        self.output = output
        self.gates = gates
        self.factors = factors
        self.cell = cell
        self.outputGradient = outputGradient
        self.hiddenGradient = hiddenGradient
        self.cellGradient = cellGradient
        self.scratch = scratch
        self.weights = weights
        self.candidate = candidate
        self.candidateHiddenBias = candidateHiddenBias
    }

    /// The step at which the layer reads its `index`-th input.
    @inlinable
    public func step(at index: Int) -> Int { isReversed ? steps - 1 - index : index }

    /// The output one step back in the direction of the layer.
    @inlinable
    public var previousOutput: LaneTensor { output.advanced(steps: isReversed ? 1 : -1) }
}

/// What stands between two layers: zeros past the end of each sequence, and dropout.
public struct LaneFilter {
    /// [lane] The length of each sequence; nil if none ends early.
    public var lengths: UnsafePointer<Float>?
    /// [lane] What the dropout mask of each sequence follows from; nil without dropout.
    public var dropoutKeys: UnsafePointer<UInt32>?
    /// Probability of a zero.
    public var dropout: Float

    public init(lengths: UnsafePointer<Float>?, dropoutKeys: UnsafePointer<UInt32>?, dropout: Float) {
        self.lengths = lengths
        self.dropoutKeys = dropoutKeys
        self.dropout = dropout
    }
}

/// What the loss of one shard comes to.
public struct ShardLoss {
    /// Summed over the sequences of the shard.
    public var sum: Double
    /// Sequences whose label has the highest score.
    public var correct: Int

    public init(sum: Double, correct: Int) {
        self.sum = sum
        self.correct = correct
    }
}
