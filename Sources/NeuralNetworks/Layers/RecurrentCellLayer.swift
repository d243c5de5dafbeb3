import Platform

/// One step of an RNN at a time (`torch.nn.RNNCell`).
public typealias RNNCell = RecurrentCellLayer<RNNKind>
/// One step of an LSTM at a time (`torch.nn.LSTMCell`).
public typealias LSTMCell = RecurrentCellLayer<LSTMKind>
/// One step of a GRU at a time (`torch.nn.GRUCell`).
public typealias GRUCell = RecurrentCellLayer<GRUKind>

/// One step of a recurrent layer at a time, for loops written by hand.
///
///     let cell = LSTMCell(inputSize: 6, hiddenSize: 200)
///     var state: LSTMState?
///     for step in 0..<30 { state = cell(input.slice(step), state) }   // input (L, N, 6)
///
/// The input is (N, D) or (D), states are (N, H) or (H). The parameters are `weight_ih` (gates · H, D), `weight_hh`
/// (gates · H, H), `bias_ih` and `bias_hh` (gates · H). The result of a step is bit-identical to a step of the layer.
public final class RecurrentCellLayer<Kind: RecurrentKind>: Module {
    /// The type of the states: h, or h and c.
    public typealias State = Kind.State

    /// The names, shapes and places of the parameters.
    public let layout: ParameterLayout
    /// The parameters, in the order of `layout`.
    public var parameters: FloatBuffer { layer.parameters }
    /// The gradients of the parameters, to which `backward` adds.
    public var gradients: FloatBuffer { layer.gradients }
    private let layer: RecurrentLayer<Kind>

    /// Creates a cell with a copy of a layer's parameters. More than one layer or direction traps.
    public convenience init(of layer: RecurrentLayer<Kind>) {
        precondition(
            layer.stack.numLayers == 1 && !layer.stack.bidirectional,
            "a cell is of one layer in one direction, not of \(layer.stack.numLayers) in \(layer.stack.directions)"
        )
        self.init(layer.stack, seed: 0)
        parameters.base.update(from: layer.parameters.base, count: layout.count)
    }

    convenience init(_ stack: RecurrentStack, seed: UInt64) {
        self.init(
            RecurrentLayer(stack: stack, batchFirst: false, seed: seed, threads: 1, instructionSet: .best))
    }

    private init(_ layer: RecurrentLayer<Kind>) {
        self.layer = layer
        var layout = ParameterLayout()
        for parameter in layer.layout.parameters {
            layout.append(String(parameter.name.dropLast("_l0".count)), shape: parameter.shape)
        }
        self.layout = layout
    }

    /// Returns a copy with constant parameters, which several tasks can call at the same time.
    public func snapshot() -> LayerSnapshot<RecurrentCellLayer> {
        LayerSnapshot(layer: RecurrentCellLayer(layer.snapshot().layer))
    }

    /// Returns the states after a step, from an input (N, D) or (D) and the previous states; nil for zeros. Wrong
    /// shapes trap.
    public func callAsFunction(_ input: Tensor, _ state: State? = nil) -> State {
        withoutSteps(layer(withStep(input), state: state.map(withLayer)).state)
    }

    /// Runs a step, for a later `backward`, from an input (N, D) or (D) and the previous states; nil for zeros. Wrong
    /// shapes trap.
    public func forward(_ input: Tensor, _ state: State? = nil) -> Forward {
        let pass = layer.forward(withStep(input), state: state.map(withLayer))
        return Forward(cell: self, pass: pass)
    }

    /// A step that can be run backward, once, as long as the parameters have not changed.
    public final class Forward {
        /// The states after the step.
        public let state: State
        private let cell: RecurrentCellLayer
        private let pass: RecurrentLayer<Kind>.Forward

        fileprivate init(cell: RecurrentCellLayer, pass: RecurrentLayer<Kind>.Forward) {
            self.cell = cell
            self.pass = pass
            state = cell.withoutSteps(pass.state)
        }

        /// Adds the gradients of the parameters to the cell's and returns the gradients of the input and of the
        /// previous states.
        ///
        /// A second call traps, and so do gradients of wrong shapes and parameters that changed since the step.
        ///
        /// - Parameter stateGradient: The gradients of the states after the step, in their shapes.
        @discardableResult
        public func backward(_ stateGradient: State) -> (input: Tensor, state: State) {
            let found = pass.backward(nil, state: cell.withLayer(stateGradient))
            let shape = Array(found.input.shape.dropFirst())
            return (found.input.reshaped(shape), cell.withoutSteps(found.initialState))
        }
    }

    // The layer's shapes have one more dimension than the cell's: L in the input, the layer in the states.

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
    /// Creates a cell with random parameters, drawn from U(-1/√H, 1/√H). Sizes below 1 trap.
    ///
    /// - Parameters:
    ///   - inputSize: D, the number of features of a step of the input.
    ///   - hiddenSize: H, the number of hidden units.
    ///   - bias: Whether there are the biases `bias_ih` and `bias_hh`.
    ///   - nonlinearity: The activation function.
    ///   - seed: The seed of the initial parameters.
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
    /// Creates a cell with random parameters, drawn from U(-1/√H, 1/√H). Sizes below 1 trap.
    ///
    /// - Parameters:
    ///   - inputSize: D, the number of features of a step of the input.
    ///   - hiddenSize: H, the number of hidden units.
    ///   - bias: Whether there are the biases `bias_ih` and `bias_hh`.
    ///   - seed: The seed of the initial parameters.
    public convenience init(inputSize: Int, hiddenSize: Int, bias: Bool = true, seed: UInt64 = 0) {
        self.init(
            RecurrentStack(
                .lstm, inputSize: inputSize, hiddenSize: hiddenSize, bias: bias ? .pytorch : .none),
            seed: seed)
    }
}

extension RecurrentCellLayer where Kind == GRUKind {
    /// Creates a cell with random parameters, drawn from U(-1/√H, 1/√H). Sizes below 1 trap.
    ///
    /// - Parameters:
    ///   - inputSize: D, the number of features of a step of the input.
    ///   - hiddenSize: H, the number of hidden units.
    ///   - bias: Whether there are the biases `bias_ih` and `bias_hh`.
    ///   - reset: The place of the reset gate.
    ///   - seed: The seed of the initial parameters.
    public convenience init(
        inputSize: Int, hiddenSize: Int, bias: Bool = true, reset: GRU.Reset = .afterProduct, seed: UInt64 = 0
    ) {
        self.init(
            RecurrentStack(
                reset == .afterProduct ? .gru : .gruResetBefore, inputSize: inputSize, hiddenSize: hiddenSize,
                bias: bias ? .pytorch : .none), seed: seed)
    }
}
