/// One recurrent layer over one sequence, with both directions computed side by side.
///
/// The SIMD lanes are units: gates and states are in groups of `groupWidth` units, and the last group is padded with
/// units whose weights are zero. Each number is computed by the same operations in the same order as in a shard, so
/// that the scores of a sequence are bit-identical alone and in a batch.
@usableFromInline package struct SequencePass {
    /// The number of units in a group.
    @inlinable
    package static var groupWidth: Int { 16 }

    @usableFromInline package var steps: Int
    @usableFromInline package var inputSize: Int
    @usableFromInline package var hiddenSize: Int
    @usableFromInline package var directions: Int

    /// [L][D] The input sequence.
    @usableFromInline package var input: UnsafePointer<Float>
    /// [L] The indices of the ones, if the input is one-hot vectors; then `input` is not read.
    @usableFromInline package var symbols: UnsafePointer<Int32>?
    /// [L][directions · H] The hidden states.
    @usableFromInline package var output: UnsafeMutablePointer<Float>

    /// [direction][group][D][gate][unit], [direction][group][H][gate][unit] and [direction][group][gate][unit] The
    /// input weights, the hidden weights and the biases, with the gates in the order of the parameters' rows.
    @usableFromInline package var inputWeights: UnsafePointer<Float>
    @usableFromInline package var hiddenWeights: UnsafePointer<Float>
    @usableFromInline package var bias: UnsafePointer<Float>
    /// [direction][group][unit] The bias inside a GRU's reset product.
    @usableFromInline package var candidateHiddenBias: UnsafePointer<Float>

    /// [direction][L][group][gate][unit] Working memory for the input's part of the pre-activations.
    @usableFromInline package var gates: UnsafeMutablePointer<Float>
    /// [direction][L + 1][group][unit] Working memory for the hidden states; the first is the initial state.
    @usableFromInline package var hidden: UnsafeMutablePointer<Float>
    /// [direction][group][unit] The initial cell states before the pass, the final cell states after it.
    @usableFromInline package var cell: UnsafeMutablePointer<Float>
    /// [direction][group][unit] Working memory of a step.
    @usableFromInline package var scratch: UnsafeMutablePointer<Float>

    @usableFromInline package init(
        steps: Int, inputSize: Int, hiddenSize: Int, directions: Int, input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, inputWeights: UnsafePointer<Float>,
        hiddenWeights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        candidateHiddenBias: UnsafePointer<Float>, gates: UnsafeMutablePointer<Float>,
        hidden: UnsafeMutablePointer<Float>, cell: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        self.steps = steps
        self.inputSize = inputSize
        self.hiddenSize = hiddenSize
        self.directions = directions
        self.input = input
        symbols = nil
        self.output = output
        self.inputWeights = inputWeights
        self.hiddenWeights = hiddenWeights
        self.bias = bias
        self.candidateHiddenBias = candidateHiddenBias
        self.gates = gates
        self.hidden = hidden
        self.cell = cell
        self.scratch = scratch
    }

    @inlinable
    package var groups: Int { (hiddenSize + Self.groupWidth - 1) / Self.groupWidth }

    /// The number of units, including padding.
    @inlinable
    package var paddedUnits: Int { groups * Self.groupWidth }
}
