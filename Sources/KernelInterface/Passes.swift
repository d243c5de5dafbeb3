// The arguments of the kernels. Shapes have one letter for each size: L steps, D input features, H hidden units, G
// gates (4 in an LSTM), C classes; `lane` counts the `shardLanes` sequences of a shard.

/// One term of a product: a packed matrix and the vectors that it multiplies.
@usableFromInline package struct ProductTerm {
    /// A packed matrix for all steps, or one for each step, from `MatrixKernels.pack`.
    @usableFromInline package var weights: UnsafePointer<Float>
    /// The number of floats between the matrices of two steps; zero if all steps share one matrix.
    @usableFromInline package var weightsStepStride: Int
    /// [step][columns][lane] The vectors.
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

    /// The number of rows of `RecurrentPass.gates` for each unit. A `gru` has four: r, z, the input's part of n, and
    /// the hidden state's part of n.
    @inlinable
    package var storedGates: Int {
        switch self {
        case .rnnTanh, .rnnReLU: 1
        case .gruResetBefore: 3
        case .lstm, .gru: 4
        }
    }

    /// The number of rows of `RecurrentPass.factors` for each unit. If a gate multiplies the hidden state before the
    /// product, the last row is the other factor of that product, r ⊙ h', which the weight gradient reads.
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
    /// The packed input weights [G·H][D], hidden weights [G·H][H], biases [G·H], and transposed hidden weights
    /// [H][G·H].
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
/// At step t the layer reads `output` of the previous step in its own direction: `output[t - 1]`, or `output[t + 1]` if
/// reversed. The slot before the first step (after the last one if reversed) holds the initial state, so that an
/// initial state of zero is no special case.
///
/// The state of a sequence shorter than `steps` does not change outside its length: before its last step if reversed,
/// after it otherwise. So the final states of all sequences are at the same place.
@usableFromInline package struct RecurrentPass {
    @usableFromInline package var steps: Int
    @usableFromInline package var inputSize: Int
    @usableFromInline package var hiddenSize: Int
    @usableFromInline package var isReversed: Bool
    /// [lane] The length of each sequence, at most `steps`; nil if all have that length.
    @usableFromInline package var lengths: UnsafePointer<Float>?
    /// The smallest of `lengths`.
    @usableFromInline package var shortest: Int

    /// [L][D][lane] The input sequences.
    @usableFromInline package var input: LaneTensor
    /// [L] The features of the input that may be non-zero; nil if unknown.
    @usableFromInline package var inputRanges: UnsafePointer<FeatureRange>?
    /// [L][H][lane] The hidden states, with one more slot for the initial state.
    @usableFromInline package var output: LaneTensor
    /// [L][storedGates·H][lane] After the forward pass, the factors from which the backward pass computes the gradient
    /// of each gate's pre-activation. The backward pass replaces them by that gradient. With a step stride of zero
    /// nothing is kept.
    @usableFromInline package var gates: LaneTensor
    /// [L][storedFactors·H][lane] Further derivatives that the backward pass reads.
    @usableFromInline package var factors: LaneTensor
    /// Whether `gates` contains the bias plus the product with the input before the forward pass, which then reads no
    /// input.
    @usableFromInline package var gatesHaveInput = false
    /// [H][lane] The initial cell state before the forward pass, the final cell state after it.
    @usableFromInline package var cell: UnsafeMutablePointer<Float>

    /// [L][H][lane] The gradient of the loss with respect to the output of each step; the backward pass adds the
    /// gradient from the next step.
    @usableFromInline package var outputGradient: LaneTensor
    /// [H][lane] The gradient of the final hidden state before the backward pass, of the initial hidden state after it.
    @usableFromInline package var hiddenGradient: UnsafeMutablePointer<Float>
    /// [H][lane] The gradient of the final cell state before the backward pass, of the initial cell state after it.
    @usableFromInline package var cellGradient: UnsafeMutablePointer<Float>
    /// [H][lane] Working memory of a step.
    @usableFromInline package var scratch: UnsafeMutablePointer<Float>

    /// The weights of all gates; in a GRU, only of r and z.
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

    /// Returns the step at which the layer reads its `index`-th input.
    @inlinable
    package func step(at index: Int) -> Int { isReversed ? steps - 1 - index : index }

    /// The output of the previous step in the direction of the layer.
    @inlinable
    package var previousOutput: LaneTensor { output.advanced(steps: isReversed ? 1 : -1) }
}

/// The filter between two layers: it sets steps past the end of each sequence to zero, and applies dropout.
@usableFromInline package struct LaneFilter {
    /// [lane] The length of each sequence; nil if all have the full length.
    @usableFromInline package var lengths: UnsafePointer<Float>?
    /// [lane] The key that determines the dropout mask of each sequence; nil without dropout.
    @usableFromInline package var dropoutKeys: UnsafePointer<UInt32>?
    /// The dropout probability.
    @usableFromInline package var dropout: Float

    @usableFromInline package init(
        lengths: UnsafePointer<Float>?, dropoutKeys: UnsafePointer<UInt32>?, dropout: Float
    ) {
        self.lengths = lengths
        self.dropoutKeys = dropoutKeys
        self.dropout = dropout
    }
}

/// The weights of the terms of a loss.
@usableFromInline package struct LossWeights {
    /// [C] The weight of each class; nil if all are 1.
    @usableFromInline package let classes: UnsafePointer<Float>?
    /// [lane] The weight of each lane; nil if all are 1.
    @usableFromInline package let lanes: UnsafePointer<Float>?

    @usableFromInline package init(
        classes: UnsafePointer<Float>? = nil, lanes: UnsafePointer<Float>? = nil
    ) {
        self.classes = classes
        self.lanes = lanes
    }
}

/// The loss of one shard.
@usableFromInline package struct ShardLoss {
    /// The weighted sum of the losses of the shard's targets.
    @usableFromInline package var sum: Double
    /// The number of targets whose label has the highest score.
    @usableFromInline package var correct: Int

    @usableFromInline package init(sum: Double, correct: Int) {
        self.sum = sum
        self.correct = correct
    }
}
