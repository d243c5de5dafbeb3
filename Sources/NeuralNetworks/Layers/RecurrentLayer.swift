import KernelInterface
import Platform
import Randomness

/// A stack of Elman RNN layers (`torch.nn.RNN`): h = tanh(W x + b + U h' + b'), or max(0, …) instead of tanh.
public typealias RNN = RecurrentLayer<RNNKind>
/// A stack of LSTM layers (`torch.nn.LSTM`): hidden state h and cell state c, gates i, f, g, o.
public typealias LSTM = RecurrentLayer<LSTMKind>
/// A stack of GRU layers (`torch.nn.GRU`): hidden state h, gates r, z, n.
public typealias GRU = RecurrentLayer<GRUKind>

/// A family of recurrent layers, which determines their initializers and the type of their states.
public protocol RecurrentKind {
    /// The type of the states.
    associatedtype State: RecurrentState
}

/// The family of ``RNN``.
public enum RNNKind: RecurrentKind {
    /// The state h.
    public typealias State = HiddenState
}

/// The family of ``LSTM``.
public enum LSTMKind: RecurrentKind {
    /// The states h and c.
    public typealias State = LSTMState
}

/// The family of ``GRU``.
public enum GRUKind: RecurrentKind {
    /// The state h.
    public typealias State = HiddenState
}

/// The family of layers whose cell is chosen at run time.
package enum AnyKind: RecurrentKind {
    /// The state h, and c if the cell has it.
    package typealias State = AnyState
}

/// A stack of recurrent layers with its parameters, from tensors to tensors.
///
///     let lstm = LSTM(inputSize: 6, hiddenSize: 200, batchFirst: true)
///     let result = lstm(Tensor(shape: [100, 30, 6]))
///     result.output.shape         // [100, 30, 200]
///     result.state.hidden.shape   // [1, 100, 200]
///
/// The input is (L, N, D), or (N, L, D) with `batchFirst`, or (L, D) for a single sequence; `RecurrentStack` has the
/// shapes of states and parameters. No state is kept from call to call: states are passed in and returned. Two layers
/// of the same shape and seed start with the same parameters.
///
/// With `threads`, several threads compute the shards of a batch, 32 sequences each. All layers with the same number of
/// threads share them. The default is 1, because a layer does not know what else its program computes.
public final class RecurrentLayer<Kind: RecurrentKind>: Module {
    /// The type of the states: h, or h and c.
    public typealias State = Kind.State

    /// The sizes and options of the layers.
    package let stack: RecurrentStack
    /// Whether a batch is (N, L, D) instead of (L, N, D).
    package let batchFirst: Bool
    /// The names, shapes and places of the parameters.
    public let layout: ParameterLayout
    /// The parameters, in the order of `layout`.
    public let parameters: FloatBuffer
    /// The gradients of the parameters, to which `backward` adds.
    public let gradients: FloatBuffer
    let runner: StackRunner

    /// The output and final states of a layer.
    public struct Result: Sendable {
        /// The output of the last layer at all steps: (L, N, directions · H), (N, L, …) with `batchFirst`, (L, …) for
        /// a single sequence. It is zero past the end of a sequence.
        public let output: Tensor
        /// The states after each sequence's last step; in the backward direction, after its first element.
        public let state: State

        let stack: RecurrentStack
        let batchFirst: Bool
        let lengths: [Int]?
    }

    /// The gradients of a scalar with respect to the input and the initial states.
    public struct InputGradients: Sendable {
        /// The gradient of the input, in its shape.
        public let input: Tensor
        /// The gradients of the initial states, in their shapes.
        public let initialState: State
    }

    /// Creates a layer of any cell, chosen at run time, with random parameters; `RNN`, `LSTM` and `GRU` have PyTorch's
    /// initializers.
    ///
    /// - Parameters:
    ///   - stack: The sizes and options of the layers.
    ///   - batchFirst: Whether a batch is (N, L, D) instead of (L, N, D).
    ///   - seed: The seed of initial parameters and dropout masks.
    ///   - threads: The number of threads that compute, one of which is the calling thread.
    ///   - instructionSet: The instruction set of the kernels.
    package convenience init(
        _ stack: RecurrentStack, batchFirst: Bool = false, seed: UInt64 = 0, threads: Int = 1,
        instructionSet: InstructionSet = .best
    ) where Kind == AnyKind {
        self.init(
            stack: stack, batchFirst: batchFirst, seed: seed, threads: threads, instructionSet: instructionSet
        )
    }

    convenience init(
        stack: RecurrentStack, batchFirst: Bool, seed: UInt64, threads: Int, instructionSet: InstructionSet
    ) {
        let runner = StackRunner(stack, seed: seed, threads: threads, kernels: instructionSet.kernels)
        self.init(runner, batchFirst: batchFirst, gradients: FloatBuffer(count: runner.layout.count))
        stack.warnOfIdleDropout()
    }

    private init(_ runner: StackRunner, batchFirst: Bool, gradients: FloatBuffer) {
        self.runner = runner
        self.batchFirst = batchFirst
        self.gradients = gradients
        stack = runner.stack
        layout = runner.layout
        parameters = runner.parameters
    }

    /// Returns a copy with constant parameters, which several tasks can call at the same time.
    public func snapshot() -> LayerSnapshot<RecurrentLayer> {
        LayerSnapshot(
            layer: RecurrentLayer(
                runner.snapshot(), batchFirst: batchFirst, gradients: FloatBuffer(count: 0)))
    }

    /// Returns the output and the final states, without dropout. Wrong shapes and lengths trap.
    ///
    /// - Parameters:
    ///   - input: (L, N, D), (N, L, D) with `batchFirst`, or (L, D).
    ///   - state: The states before each sequence's first step; nil for zeros.
    ///   - lengths: The length of each sequence in steps, 1 to L; nil if all are L.
    public func callAsFunction(_ input: Tensor, state: State? = nil, lengths: [Int]? = nil) -> Result {
        result(runner.forward(problem(input, state, lengths), step: nil), input, lengths)
    }

    /// Runs the layer for training, with dropout, and keeps the data for `backward`. Wrong shapes and lengths trap.
    ///
    /// - Parameters:
    ///   - input: (L, N, D), (N, L, D) with `batchFirst`, or (L, D).
    ///   - state: The states before each sequence's first step; nil for zeros.
    ///   - lengths: The length of each sequence in steps, 1 to L; nil if all are L.
    ///   - step: The number of the training step. Dropout masks are determined by the layer's seed, this number and the
    ///     index in the batch. A layer without dropout needs none; without it, a layer with dropout between its layers
    ///     traps, because every step would drop the same places.
    public func forward(
        _ input: Tensor, state: State? = nil, lengths: [Int]? = nil, step: Int? = nil
    ) -> Forward {
        precondition(
            step != nil || !stack.drops(after: 0),
            "forward: expected the number of the training step, because the layer has dropout; add step: to the call"
        )
        let pass = runner.forward(problem(input, state, lengths), step: step ?? 0)
        return Forward(layer: self, input: input, pass: pass, result: result(pass, input, lengths))
    }

    /// A forward pass that can be run backward, once, as long as the parameters have not changed.
    public final class Forward {
        /// The output and the final states.
        public let result: Result
        /// The output of the last layer at all steps, as in `Result`.
        public var output: Tensor { result.output }
        /// The final states, as in `Result`.
        public var state: State { result.state }

        private let layer: RecurrentLayer
        private let input: Tensor
        private let pass: StackRunner.Pass
        private var isSpent = false

        init(layer: RecurrentLayer, input: Tensor, pass: StackRunner.Pass, result: Result) {
            self.layer = layer
            self.input = input
            self.pass = pass
            self.result = result
        }

        /// Adds the gradients of the parameters to the layer's and returns the gradients of the input and of the
        /// initial states.
        ///
        /// A second call traps, and so do gradients of wrong shapes and parameters that changed since the pass.
        ///
        /// - Parameters:
        ///   - outputGradient: The gradient of `output`, in its shape; nil for zeros.
        ///   - stateGradient: The gradient of `state`, in its shapes; nil for zeros.
        @discardableResult
        public func backward(_ outputGradient: Tensor?, state stateGradient: State? = nil) -> InputGradients {
            backward(outputGradient, hidden: stateGradient?.hidden, cell: stateGradient?.cellOrNil)
        }

        /// Runs the pass backward from gradients of which each may be nil for zeros.
        @discardableResult
        func backward(_ outputGradient: Tensor?, hidden: Tensor?, cell: Tensor?) -> InputGradients {
            precondition(!isSpent, "backward: called twice on one forward pass")
            isSpent = true
            return layer.backward(pass, input, outputGradient, hidden: hidden, cell: cell)
        }
    }

    // MARK: Shapes

    /// The dimension of L in the shape of a batch; N is the other one of the first two dimensions.
    private var stepDimension: Int { batchFirst ? 1 : 0 }

    private func problem(_ input: Tensor, _ state: State?, _ lengths: [Int]?) -> StackRunner.Input {
        let layout = batchFirst ? "(N, L, \(stack.inputSize))" : "(L, N, \(stack.inputSize))"
        precondition(
            (input.rank == 2 || input.rank == 3) && input.shape.last == stack.inputSize,
            "input \(input.shape): expected \(layout) or (L, \(stack.inputSize))")
        let isBatched = input.rank == 3
        let steps = isBatched ? input.shape[stepDimension] : input.shape[0]
        let batch = isBatched ? input.shape[1 - stepDimension] : 1
        precondition(steps > 0, "input \(input.shape): a sequence needs at least one step")
        if let lengths {
            precondition(lengths.count == batch, "\(lengths.count) lengths for \(batch) sequences")
            precondition(
                lengths.allSatisfy { (1...steps).contains($0) }, "lengths \(lengths): expected 1 to \(steps)")
        }
        checkStates([state?.hidden, state?.cellOrNil], isBatched ? batch : nil)
        return StackRunner.Input(
            numbers: input, batch: batch, steps: steps, isStepMajor: isBatched && !batchFirst,
            hidden: state?.hidden, cell: state?.cellOrNil, lengths: lengths)
    }

    private func stateShape(_ batch: Int?) -> [Int] {
        [stack.numLayers * stack.directions] + (batch.map { [$0] } ?? []) + [stack.hiddenSize]
    }

    private func checkStates(_ states: [Tensor?], _ batch: Int?) {
        for case let tensor? in states {
            precondition(
                tensor.shape == stateShape(batch),
                "state \(tensor.shape): expected \(stateShape(batch))")
        }
    }

    private func state(_ hidden: LaneBlock, _ cell: LaneBlock?, like input: Tensor) -> State {
        let shape = stateShape(input.rank == 3 ? input.shape[1 - stepDimension] : nil)
        return State(hidden: Tensor(shape: shape, hidden), cell: cell.map { Tensor(shape: shape, $0) })
    }

    private func result(_ pass: StackRunner.Pass, _ input: Tensor, _ lengths: [Int]?) -> Result {
        Result(
            output: Tensor(shape: input.shape.dropLast() + [stack.outputSize], pass.output),
            state: state(pass.hidden, pass.cell, like: input), stack: stack, batchFirst: batchFirst,
            lengths: lengths)
    }

    private func backward(
        _ pass: StackRunner.Pass, _ input: Tensor, _ outputGradient: Tensor?, hidden: Tensor?, cell: Tensor?
    ) -> InputGradients {
        let outputShape = input.shape.dropLast() + [stack.outputSize]
        if let outputGradient {
            precondition(
                outputGradient.shape == Array(outputShape),
                "gradient by the output \(outputGradient.shape): expected \(Array(outputShape))")
        }
        checkStates([hidden, cell], input.rank == 3 ? input.shape[1 - stepDimension] : nil)
        let found = runner.backward(
            pass, outputGradient: outputGradient, hiddenGradient: hidden, cellGradient: cell,
            addingTo: gradients)
        return InputGradients(
            input: Tensor(shape: input.shape, found.input),
            initialState: state(found.hidden, found.cell, like: input))
    }
}

extension RecurrentLayer: Summarizable {
    /// The shape of the input: "(L, N, D)", or "(N, L, D)" with `batchFirst`, with the number of features in place of
    /// D.
    package var inputShape: String { "(\(dimensions), \(stack.inputSize))" }

    /// A row for each layer and for each dropout between two layers.
    package var layerSummaries: [LayerSummary] { stack.layerSummaries(dimensions, prefix: "") }

    /// The number of parameters (floats) of all layers.
    public var parameterCount: Int { layout.count }

    /// Layers, output shapes and parameter counts as a table, in the manner of Keras.
    public func summary() -> String { summaryTable() }

    private var dimensions: String { batchFirst ? "N, L" : "L, N" }
}

extension RecurrentLayer where Kind == RNNKind {
    /// The activation function of an RNN.
    public enum Nonlinearity: String, Hashable, Codable, CaseIterable, Sendable {
        /// h = tanh(…).
        case tanh
        /// h = max(0, …).
        case relu
    }

    /// Creates an RNN with random parameters, drawn from U(-1/√H, 1/√H). Sizes below 1, and a dropout outside 0..<1,
    /// trap.
    ///
    /// - Parameters:
    ///   - inputSize: D, the number of features of a step of the input.
    ///   - hiddenSize: H, the number of hidden units of one direction.
    ///   - numLayers: The number of layers.
    ///   - nonlinearity: The activation function.
    ///   - bias: Whether layers have the biases `bias_ih` and `bias_hh`.
    ///   - batchFirst: Whether a batch is (N, L, D) instead of (L, N, D).
    ///   - dropout: The probability with which training zeros an output of a layer before the next layer reads it.
    ///   - bidirectional: Whether each layer also reads the sequence backwards.
    ///   - seed: The seed of initial parameters and dropout masks.
    ///   - threads: The number of threads that compute, one of which is the calling thread. More than a batch has shards
    ///     of 32 sequences have no work. The number does not change a bit of the results.
    public convenience init(
        inputSize: Int, hiddenSize: Int, numLayers: Int = 1, nonlinearity: Nonlinearity = .tanh,
        bias: Bool = true, batchFirst: Bool = false, dropout: Double = 0, bidirectional: Bool = false,
        seed: UInt64 = 0,
        threads: Int = 1
    ) {
        self.init(
            stack: RecurrentStack(
                nonlinearity == .tanh ? .rnnTanh : .rnnReLU, inputSize: inputSize, hiddenSize: hiddenSize,
                numLayers: numLayers, bias: bias ? .pytorch : .none, dropout: dropout,
                bidirectional: bidirectional), batchFirst: batchFirst, seed: seed,
            threads: threads, instructionSet: .best)
    }
}

extension RecurrentLayer where Kind == LSTMKind {
    /// Creates an LSTM with random parameters, drawn from U(-1/√H, 1/√H). Sizes below 1, and a dropout outside 0..<1,
    /// trap.
    ///
    /// - Parameters:
    ///   - inputSize: D, the number of features of a step of the input.
    ///   - hiddenSize: H, the number of hidden units of one direction.
    ///   - numLayers: The number of layers.
    ///   - bias: Whether layers have the biases `bias_ih` and `bias_hh`.
    ///   - batchFirst: Whether a batch is (N, L, D) instead of (L, N, D).
    ///   - dropout: The probability with which training zeros an output of a layer before the next layer reads it.
    ///   - bidirectional: Whether each layer also reads the sequence backwards.
    ///   - seed: The seed of initial parameters and dropout masks.
    ///   - threads: The number of threads that compute, one of which is the calling thread. More than a batch has shards
    ///     of 32 sequences have no work. The number does not change a bit of the results.
    public convenience init(
        inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true, batchFirst: Bool = false,
        dropout: Double = 0, bidirectional: Bool = false, seed: UInt64 = 0,
        threads: Int = 1
    ) {
        self.init(
            stack: RecurrentStack(
                .lstm, inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers,
                bias: bias ? .pytorch : .none, dropout: dropout, bidirectional: bidirectional),
            batchFirst: batchFirst, seed: seed,
            threads: threads, instructionSet: .best)
    }
}

extension RecurrentLayer where Kind == GRUKind {
    /// The place of a GRU's reset gate.
    public enum Reset: String, Hashable, Codable, CaseIterable, Sendable {
        /// r ⊙ (U h' + b'), as in PyTorch, cuDNN and Keras.
        case afterProduct = "after-product"
        /// U (r ⊙ h') + b', as in the paper (Cho et al., 2014).
        case beforeProduct = "before-product"
    }

    /// Creates a GRU with random parameters, drawn from U(-1/√H, 1/√H). Sizes below 1, and a dropout outside 0..<1,
    /// trap.
    ///
    /// - Parameters:
    ///   - inputSize: D, the number of features of a step of the input.
    ///   - hiddenSize: H, the number of hidden units of one direction.
    ///   - numLayers: The number of layers.
    ///   - bias: Whether layers have the biases `bias_ih` and `bias_hh`.
    ///   - batchFirst: Whether a batch is (N, L, D) instead of (L, N, D).
    ///   - dropout: The probability with which training zeros an output of a layer before the next layer reads it.
    ///   - bidirectional: Whether each layer also reads the sequence backwards.
    ///   - reset: The place of the reset gate.
    ///   - seed: The seed of initial parameters and dropout masks.
    ///   - threads: The number of threads that compute, one of which is the calling thread. More than a batch has shards
    ///     of 32 sequences have no work. The number does not change a bit of the results.
    public convenience init(
        inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true, batchFirst: Bool = false,
        dropout: Double = 0, bidirectional: Bool = false, reset: Reset = .afterProduct, seed: UInt64 = 0,
        threads: Int = 1
    ) {
        self.init(
            stack: RecurrentStack(
                reset == .afterProduct ? .gru : .gruResetBefore, inputSize: inputSize, hiddenSize: hiddenSize,
                numLayers: numLayers, bias: bias ? .pytorch : .none, dropout: dropout,
                bidirectional: bidirectional), batchFirst: batchFirst, seed: seed,
            threads: threads, instructionSet: .best)
    }
}
