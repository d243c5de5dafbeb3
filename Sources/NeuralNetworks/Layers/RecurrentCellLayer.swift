/// `torch.nn.RNNCell`: one step of an RNN.
public typealias RNNCell = RecurrentCellLayer<RNNKind>
/// `torch.nn.LSTMCell`: one step of an LSTM.
public typealias LSTMCell = RecurrentCellLayer<LSTMKind>
/// `torch.nn.GRUCell`: one step of a GRU.
public typealias GRUCell = RecurrentCellLayer<GRUKind>

/// One step of a recurrent layer at a time, for loops written by hand.
///
///     let cell = LSTMCell(inputSize: 6, hiddenSize: 200)
///     var state: LSTMState?
///     for step in 0..<30 { state = cell(input.slice(step), state) }   // input (L, N, 6)
///
/// Input is (N, D) or (D), states (N, H) or (H). The parameters are `weight_ih` (gates · H, D), `weight_hh`
/// (gates · H, H), `bias_ih` and `bias_hh` (gates · H). A step of it is a step of the layer, to the last bit.
public final class RecurrentCellLayer<Kind: RecurrentKind>: Module {
    public typealias State = Kind.State

    public let layout: ParameterLayout
    public var parameters: FloatBuffer { layer.parameters }
    public var gradients: FloatBuffer { layer.gradients }
    private let layer: RecurrentLayer<Kind>

    /// The cell that a layer of one direction is made of, with a copy of its parameters.
    public convenience init(of layer: RecurrentLayer<Kind>) {
        precondition(
            layer.stack.numLayers == 1 && !layer.stack.bidirectional,
            "a cell is of one layer in one direction, not of \(layer.stack.numLayers) in \(layer.stack.directions)"
        )
        self.init(layer.stack, seed: 0)
        parameters.base.update(from: layer.parameters.base, count: layout.count)
    }

    init(_ stack: RecurrentStack, seed: UInt64) {
        layer = RecurrentLayer(stack: stack, batchFirst: false, seed: seed, instructionSet: .best)
        var layout = ParameterLayout()
        for parameter in layer.layout.parameters {
            layout.append(String(parameter.name.dropLast("_l0".count)), shape: parameter.shape)
        }
        self.layout = layout
    }

    /// The states after the step; from zeros if there are none before.
    public func callAsFunction(_ input: Tensor, _ state: State? = nil) -> State {
        withoutSteps(layer(withStep(input), state: state.map(withLayer)).state)
    }

    /// The same, to be run backward.
    public func forward(_ input: Tensor, _ state: State? = nil) -> Forward {
        let pass = layer.forward(withStep(input), state: state.map(withLayer))
        return Forward(cell: self, pass: pass)
    }

    /// One step forward that can be run backward, once.
    public final class Forward {
        public let state: State
        private let cell: RecurrentCellLayer
        private let pass: RecurrentLayer<Kind>.Forward

        fileprivate init(cell: RecurrentCellLayer, pass: RecurrentLayer<Kind>.Forward) {
            self.cell = cell
            self.pass = pass
            state = cell.withoutSteps(pass.state)
        }

        /// Adds the gradients by the parameters to the cell's and returns those by the input and by the states
        /// before the step.
        @discardableResult
        public func backward(_ stateGradient: State) -> (input: Tensor, state: State) {
            let found = pass.backward(nil, state: cell.withLayer(stateGradient))
            let shape = Array(found.input.shape.dropFirst())
            return (found.input.reshaped(shape), cell.withoutSteps(found.initialState))
        }
    }

    // The layer's shapes have one dimension more: a step, or a layer.

    private func withStep(_ input: Tensor) -> Tensor {
        precondition(
            (input.rank == 1 || input.rank == 2) && input.shape.last == layer.stack.inputSize,
            "input \(input.shape): expected (N, \(layer.stack.inputSize)) or (\(layer.stack.inputSize))")
        return input.reshaped([1] + input.shape)
    }

    private func withLayer(_ state: State) -> State {
        func one(_ tensor: Tensor) -> Tensor { tensor.reshaped([1] + tensor.shape) }
        return State(hidden: one(state.hidden), cell: state.cellOrNil.map(one))
    }

    private func withoutSteps(_ state: State) -> State {
        func slice(_ tensor: Tensor) -> Tensor { tensor.reshaped(Array(tensor.shape.dropFirst())) }
        return State(hidden: slice(state.hidden), cell: state.cellOrNil.map(slice))
    }
}

extension RecurrentCellLayer where Kind == RNNKind {
    public convenience init(
        inputSize: Int, hiddenSize: Int, bias: Bool = true, nonlinearity: RNN.Nonlinearity = .tanh,
        seed: UInt64 = 0
    ) {
        self.init(
            RecurrentStack(
                nonlinearity == .tanh ? .rnnTanh : .rnnReLU, inputSize: inputSize, hiddenSize: hiddenSize,
                bias: bias ? .pytorch : .none), seed: seed)
    }
}

extension RecurrentCellLayer where Kind == LSTMKind {
    public convenience init(inputSize: Int, hiddenSize: Int, bias: Bool = true, seed: UInt64 = 0) {
        self.init(
            RecurrentStack(
                .lstm, inputSize: inputSize, hiddenSize: hiddenSize, bias: bias ? .pytorch : .none),
            seed: seed)
    }
}

extension RecurrentCellLayer where Kind == GRUKind {
    public convenience init(
        inputSize: Int, hiddenSize: Int, bias: Bool = true, reset: GRU.Reset = .afterProduct, seed: UInt64 = 0
    ) {
        self.init(
            RecurrentStack(
                reset == .afterProduct ? .gru : .gruResetBefore, inputSize: inputSize, hiddenSize: hiddenSize,
                bias: bias ? .pytorch : .none), seed: seed)
    }
}
