// What the kernels are told, with one letter for each size:
// L steps, D input features, H hidden units, G gates (4 in an LSTM), C classes; lanes are `shardLanes`.

/// One operand of a product: a packed matrix and what it is multiplied with.
@usableFromInline package struct ProductTerm {
    /// Packed by `MatrixKernels.pack`, one matrix for all steps or one for each.
    @usableFromInline package var weights: UnsafePointer<Float>
    /// Floats between the matrices of two steps; zero where all steps share one.
    @usableFromInline package var weightsStepStride: Int
    /// [step][columns][lane]
    @usableFromInline package var input: LaneTensor
    @usableFromInline package var columns: Int

    @usableFromInline package init(
        weights: UnsafePointer<Float>, weightsStepStride: Int = 0, input: LaneTensor, columns: Int
    ) {
        self.weights = weights
        self.weightsStepStride = weightsStepStride
        self.input = input
        self.columns = columns
    }
}

/// Where a product starts from.
@usableFromInline package enum ProductStart {
    /// A packed bias, the same for each step and lane.
    case bias(UnsafePointer<Float>)
    /// What the output holds.
    case output
}

/// What a recurrent layer computes at each step; `RecurrentCell` of the layers has the equations.
@usableFromInline package enum Recurrence: Sendable {
    case rnnTanh, rnnReLU, lstm, gru, gruResetBefore

    /// Rows of `RecurrentPass.gates` for each unit. Where the two parts of a gru's candidate meet inside of a
    /// product, each has a row: r, z, n by the input, n by the hidden state.
    @inlinable
    package var storedGates: Int {
        switch self {
        case .rnnTanh, .rnnReLU: 1
        case .gruResetBefore: 3
        case .lstm, .gru: 4
        }
    }

    /// Rows of `RecurrentPass.factors` for each unit.
    @inlinable
    package var storedFactors: Int {
        switch self {
        case .rnnTanh, .rnnReLU: 0
        case .gru: 1
        case .lstm: 2
        case .gruResetBefore: 3
        }
    }
}

/// The packed weights of gates that are computed by one product, G of them.
@usableFromInline package struct GateWeights {
    /// Packed [G·H][D], [G·H][H], [G·H], and [H][G·H].
    @usableFromInline package var input: UnsafePointer<Float>
    @usableFromInline package var hidden: UnsafePointer<Float>
    @usableFromInline package var bias: UnsafePointer<Float>
    @usableFromInline package var hiddenTransposed: UnsafePointer<Float>

    @usableFromInline package init(
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
@usableFromInline package struct RecurrentPass {
    @usableFromInline package var steps: Int
    @usableFromInline package var inputSize: Int
    @usableFromInline package var hiddenSize: Int
    @usableFromInline package var isReversed: Bool
    /// [lane] The length of each sequence, at most `steps`; nil if all are as long as that.
    @usableFromInline package var lengths: UnsafePointer<Float>?
    /// The smallest of `lengths`.
    @usableFromInline package var shortest: Int

    /// [L][D][lane]
    @usableFromInline package var input: LaneTensor
    /// [L] Where the input is not zero, if that is known.
    @usableFromInline package var inputRanges: UnsafePointer<FeatureRange>?
    /// [L][H][lane], and one more slot for the initial state.
    @usableFromInline package var output: LaneTensor
    /// [L][storedGates·H][lane]. Forward leaves the derivative of each gate's effect here, backward multiplies
    /// it into the gradient of the gate's pre-activation. With a step stride of zero nothing is kept.
    @usableFromInline package var gates: LaneTensor
    /// [L][storedFactors·H][lane], further derivatives that backward needs.
    @usableFromInline package var factors: LaneTensor
    /// [H][lane] The cell state: initial before, final after the forward pass.
    @usableFromInline package var cell: UnsafeMutablePointer<Float>

    /// [L][H][lane] Gradient of the loss by the output of each step; backward adds what flows back in time.
    @usableFromInline package var outputGradient: LaneTensor
    /// [H][lane] Gradient by the final hidden state before, by the initial one after the backward pass.
    @usableFromInline package var hiddenGradient: UnsafeMutablePointer<Float>
    /// [H][lane] Gradient by the final cell state before, by the initial one after the backward pass.
    @usableFromInline package var cellGradient: UnsafeMutablePointer<Float>
    /// [H][lane] Room for what a step needs for itself.
    @usableFromInline package var scratch: UnsafeMutablePointer<Float>

    /// Of all gates, or of a GRU's r and z.
    @usableFromInline package var weights: GateWeights
    /// Of a GRU's n; otherwise the same as `weights`.
    @usableFromInline package var candidate: GateWeights
    /// The bias inside the reset product of a GRU, packed [H].
    @usableFromInline package var candidateHiddenBias: UnsafePointer<Float>

    @usableFromInline package init(
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
    package func step(at index: Int) -> Int { isReversed ? steps - 1 - index : index }

    /// The output one step back in the direction of the layer.
    @inlinable
    package var previousOutput: LaneTensor { output.advanced(steps: isReversed ? 1 : -1) }
}

/// What stands between two layers: zeros past the end of each sequence, and dropout.
@usableFromInline package struct LaneFilter {
    /// [lane] The length of each sequence; nil if none ends early.
    @usableFromInline package var lengths: UnsafePointer<Float>?
    /// [lane] What the dropout mask of each sequence follows from; nil without dropout.
    @usableFromInline package var dropoutKeys: UnsafePointer<UInt32>?
    /// Probability of a zero.
    @usableFromInline package var dropout: Float

    @usableFromInline package init(
        lengths: UnsafePointer<Float>?, dropoutKeys: UnsafePointer<UInt32>?, dropout: Float
    ) {
        self.lengths = lengths
        self.dropoutKeys = dropoutKeys
        self.dropout = dropout
    }
}

/// What the loss of one shard comes to.
@usableFromInline package struct ShardLoss {
    /// Summed over the sequences of the shard.
    @usableFromInline package var sum: Double
    /// Sequences whose label has the highest score.
    @usableFromInline package var correct: Int

    @usableFromInline package init(sum: Double, correct: Int) {
        self.sum = sum
        self.correct = correct
    }
}
