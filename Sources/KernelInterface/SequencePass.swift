/// One recurrent layer over one sequence, its directions side by side.
///
/// Here the lanes are units: gates and states lie in groups of `groupWidth` units, the last one filled up with
/// units whose weights are zero. Each number comes about by the same operations in the same order as in a
/// shard, so that a sequence gets the same scores alone as in a batch, to the last bit.
@usableFromInline package struct SequencePass {
    /// Units side by side.
    @inlinable
    package static var groupWidth: Int { 16 }

    @usableFromInline package var steps: Int
    @usableFromInline package var inputSize: Int
    @usableFromInline package var hiddenSize: Int
    @usableFromInline package var directions: Int

    /// [L][D]
    @usableFromInline package var input: UnsafePointer<Float>
    /// [L][directions · H]
    @usableFromInline package var output: UnsafeMutablePointer<Float>

    /// For each direction one after the other [group][D][gate][unit], [group][H][gate][unit] and
    /// [group][gate][unit], the gates in the order of the parameters' rows.
    @usableFromInline package var inputWeights: UnsafePointer<Float>
    @usableFromInline package var hiddenWeights: UnsafePointer<Float>
    @usableFromInline package var bias: UnsafePointer<Float>
    /// [direction][group][unit] The bias inside the reset product of a GRU.
    @usableFromInline package var candidateHiddenBias: UnsafePointer<Float>

    /// Room for the pre-activations from the input, [direction][L][group][gate][unit].
    @usableFromInline package var gates: UnsafeMutablePointer<Float>
    /// Room for the hidden states, [direction][L + 1][group][unit]; the first one is the initial state.
    @usableFromInline package var hidden: UnsafeMutablePointer<Float>
    /// Cell states, [direction][group][unit]: initial before, final after.
    @usableFromInline package var cell: UnsafeMutablePointer<Float>
    /// Room for what a step needs for itself, [direction][group][unit].
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

    /// Units with the filling.
    @inlinable
    package var paddedUnits: Int { groups * Self.groupWidth }
}
