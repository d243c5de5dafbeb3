// The arguments of the kernels. Shapes have one letter for each size: L steps, D input features, H hidden units, G
// gates (4 in an LSTM), C classes; `lane` counts the `shardLanes` sequences of a shard.

/// One term of a product: a packed matrix and the vectors that it multiplies.
@usableFromInline package struct ProductTerm {
    /// One matrix for all steps or one for each, packed by `MatrixKernels.pack`.
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

/// The initial value of a product.
@usableFromInline package enum ProductStart {
    /// A packed bias, the same for each step and lane.
    case bias(UnsafePointer<Float>)
    /// The current contents of the output.
    case output
}

/// The cell of a recurrent layer; `RecurrentCell` in NeuralNetworks has the equations.
@usableFromInline package enum Recurrence: Sendable {
    case rnnTanh, rnnReLU, lstm, gru, gruResetBefore

    /// The number of rows of `RecurrentPass.gates` for each unit. A `gru` has four, because its candidate has one row
    /// for the input's part and one for the hidden state's part: r, z, n by the input, n by the hidden state.
    @inlinable
    package var storedGates: Int {
        switch self {
        case .rnnTanh, .rnnReLU: 1
        case .gruResetBefore: 3
        case .lstm, .gru: 4
        }
    }

    /// The number of rows of `RecurrentPass.factors` for each unit. Where a gate multiplies the hidden state before the
    /// product, the last of them is that product's other factor, r ⊙ h', which the weights' gradient reads.
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

/// The packed weights of the G gates that one product computes.
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
/// The state of a sequence shorter than `steps` does not change outside its length: before its last step when
/// reversed, after it otherwise. So the final states of all sequences are at the same place.
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
    /// [L] The features of the input that may be non-zero; nil if that is not known.
    @usableFromInline package var inputRanges: UnsafePointer<FeatureRange>?
    /// [L][H][lane], and one more slot for the initial state.
    @usableFromInline package var output: LaneTensor
    /// [L][storedGates·H][lane] After the forward pass, the factor from which the backward pass computes the gradient
    /// of each gate's pre-activation, which then replaces it. With a step stride of zero nothing is kept.
    @usableFromInline package var gates: LaneTensor
    /// [L][storedFactors·H][lane] Further derivatives that the backward pass reads.
    @usableFromInline package var factors: LaneTensor
    /// [H][lane] The initial cell state before the forward pass, the final one after it.
    @usableFromInline package var cell: UnsafeMutablePointer<Float>

    /// [L][H][lane] The gradient of the loss with respect to the output of each step; the backward pass adds the
    /// gradient from the step after.
    @usableFromInline package var outputGradient: LaneTensor
    /// [H][lane] The gradient of the final hidden state before the backward pass, of the initial one after it.
    @usableFromInline package var hiddenGradient: UnsafeMutablePointer<Float>
    /// [H][lane] The gradient of the final cell state before the backward pass, of the initial one after it.
    @usableFromInline package var cellGradient: UnsafeMutablePointer<Float>
    /// [H][lane] Working memory of a step.
    @usableFromInline package var scratch: UnsafeMutablePointer<Float>

    /// The weights of all gates; in a GRU, of r and z.
    @usableFromInline package var weights: GateWeights
    /// The weights of a GRU's n; in other cells the same as `weights`.
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

/// The filter between two layers: zeros past the end of each sequence, and dropout.
@usableFromInline package struct LaneFilter {
    /// [lane] The length of each sequence; nil if none ends early.
    @usableFromInline package var lengths: UnsafePointer<Float>?
    /// [lane] The key that determines the dropout mask of each sequence; nil without dropout.
    @usableFromInline package var dropoutKeys: UnsafePointer<UInt32>?
    /// The probability of a zero.
    @usableFromInline package var dropout: Float

    @usableFromInline package init(
        lengths: UnsafePointer<Float>?, dropoutKeys: UnsafePointer<UInt32>?, dropout: Float
    ) {
        self.lengths = lengths
        self.dropoutKeys = dropoutKeys
        self.dropout = dropout
    }
}

/// The loss of one shard.
@usableFromInline package struct ShardLoss {
    /// The sum over the sequences of the shard.
    @usableFromInline package var sum: Double
    /// The number of sequences whose label has the highest score.
    @usableFromInline package var correct: Int

    @usableFromInline package init(sum: Double, correct: Int) {
        self.sum = sum
        self.correct = correct
    }
}
