/// One recurrent layer over one sequence, its directions side by side.
///
/// Here the lanes are units: gates and states lie in groups of `groupWidth` units, the last one filled up with
/// units whose weights are zero. Each number comes about by the same operations in the same order as in a
/// shard, so that a sequence gets the same scores alone as in a batch, to the last bit.
public struct SequencePass {
    /// Units side by side.
    @inlinable
    public static var groupWidth: Int { 16 }

    public var steps: Int
    public var inputSize: Int
    public var hiddenSize: Int
    public var directions: Int

    /// [L][D]
    public var input: UnsafePointer<Float>
    /// [L][directions · H]
    public var output: UnsafeMutablePointer<Float>

    /// For each direction one after the other [group][D][gate][unit], [group][H][gate][unit] and
    /// [group][gate][unit], the gates in the order of the parameters' rows.
    public var inputWeights: UnsafePointer<Float>
    public var hiddenWeights: UnsafePointer<Float>
    public var bias: UnsafePointer<Float>
    /// [direction][group][unit] The bias inside the reset product of a GRU.
    public var candidateHiddenBias: UnsafePointer<Float>

    /// Room for the pre-activations from the input, [direction][L][group][gate][unit].
    public var gates: UnsafeMutablePointer<Float>
    /// Room for the hidden states, [direction][L + 1][group][unit]; the first one is the initial state.
    public var hidden: UnsafeMutablePointer<Float>
    /// Cell states, [direction][group][unit]: initial before, final after.
    public var cell: UnsafeMutablePointer<Float>
    /// Room for what a step needs for itself, [direction][group][unit].
    public var scratch: UnsafeMutablePointer<Float>

    public init(
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
    public var groups: Int { (hiddenSize + Self.groupWidth - 1) / Self.groupWidth }

    /// Units with the filling.
    @inlinable
    public var paddedUnits: Int { groups * Self.groupWidth }
}
