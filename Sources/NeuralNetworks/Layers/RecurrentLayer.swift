import KernelInterface
import Randomness

/// `torch.nn.RNN`: h = tanh(W x + b + U h' + b'), or with max(0, …).
public typealias RNN = RecurrentLayer<RNNKind>
/// `torch.nn.LSTM`: hidden and cell state, gates i, f, g, o.
public typealias LSTM = RecurrentLayer<LSTMKind>
/// `torch.nn.GRU`: gates r, z, n.
public typealias GRU = RecurrentLayer<GRUKind>

/// Tells layers of one family from those of another, and what their states are.
public protocol RecurrentKind {
    associatedtype State: RecurrentState
}

public enum RNNKind: RecurrentKind { public typealias State = HiddenState }
public enum LSTMKind: RecurrentKind { public typealias State = LSTMState }
public enum GRUKind: RecurrentKind { public typealias State = HiddenState }
/// Any cell, chosen at run time.
public enum AnyKind: RecurrentKind { public typealias State = AnyState }

/// A stack of recurrent layers with parameters of its own: tensors in, tensors out.
///
///     let lstm = LSTM(inputSize: 6, hiddenSize: 200, batchFirst: true)
///     let result = lstm(Tensor(shape: [100, 30, 6]))
///     result.output.shape         // [100, 30, 200]
///     result.state.hidden.shape   // [1, 100, 200]
///
/// Input is (L, N, D), or (N, L, D) with `batchFirst`, or (L, D) without a batch; `RecurrentStack` has the
/// shapes of all else. Nothing is remembered from call to call: states go in and come out. Layers alike start alike, unless
/// they have seeds of their own.
public final class RecurrentLayer<Kind: RecurrentKind>: Module {
    public typealias State = Kind.State

    public let stack: RecurrentStack
    public let batchFirst: Bool
    public let layout: ParameterLayout
    public let parameters: FloatBuffer
    public let gradients: FloatBuffer
    let runner: StackRunner

    /// What a layer makes of its input.
    public struct Result: Sendable {
        /// Of the last layer at all steps: (L, N, directions · H), (N, L, …) with `batchFirst`, (L, …) without a
        /// batch. Zero past the end of a sequence.
        public let output: Tensor
        /// After each sequence's last step; of the backward direction, that is its first element.
        public let state: State

        let stack: RecurrentStack
        let batchFirst: Bool
        let lengths: [Int]?
    }

    /// Gradients of a scalar, shaped as what they are by.
    public struct InputGradients: Sendable {
        public let input: Tensor
        public let initialState: State
    }

    /// A layer of any of the cells; `RNN`, `LSTM` and `GRU` have PyTorch's own.
    public convenience init(
        _ stack: RecurrentStack, batchFirst: Bool = false, seed: UInt64 = 0,
        instructionSet: InstructionSet = .best
    ) where Kind == AnyKind {
        self.init(stack: stack, batchFirst: batchFirst, seed: seed, instructionSet: instructionSet)
    }

    init(stack: RecurrentStack, batchFirst: Bool, seed: UInt64, instructionSet: InstructionSet) {
        self.stack = stack
        self.batchFirst = batchFirst
        runner = StackRunner(stack, seed: seed, kernels: instructionSet.kernels)
        layout = runner.layout
        parameters = runner.parameters
        gradients = FloatBuffer(count: layout.count)
        stack.warnOfIdleDropout()
    }

    /// Output and final states, without dropout.
    ///
    /// - Parameters:
    ///   - input: (L, N, D), (N, L, D) with `batchFirst`, or (L, D).
    ///   - state: before each sequence's first step; zeros if there is none.
    ///   - lengths: of each sequence, 1 to L; nil if all are as long as the input.
    public func callAsFunction(_ input: Tensor, state: State? = nil, lengths: [Int]? = nil) -> Result {
        result(runner.forward(problem(input, state, lengths), step: nil), input, lengths)
    }

    /// The same for training: with dropout, and with everything kept that `backward` needs.
    ///
    /// - Parameters:
    ///   - input: (L, N, D), (N, L, D) with `batchFirst`, or (L, D).
    ///   - state: before each sequence's first step; zeros if there is none.
    ///   - lengths: of each sequence, 1 to L; nil if all are as long as the input.
    ///   - step: the number of this step of training; dropout masks follow from the layer's seed, it, and the
    ///     place in the batch.
    public func forward(
        _ input: Tensor, state: State? = nil, lengths: [Int]? = nil, step: Int = 0
    ) -> Forward {
        let pass = runner.forward(problem(input, state, lengths), step: step)
        return Forward(layer: self, input: input, pass: pass, result: result(pass, input, lengths))
    }

    /// A forward pass that can be run backward, once, while the parameters are as they were.
    public final class Forward {
        public let result: Result
        public var output: Tensor { result.output }
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

        /// Adds the gradients by the parameters to the layer's and returns the others.
        ///
        /// - Parameters:
        ///   - outputGradient: of the scalar by `output`; nil for zeros.
        ///   - stateGradient: of it by `state`; nil for zeros.
        @discardableResult
        public func backward(_ outputGradient: Tensor?, state stateGradient: State? = nil) -> InputGradients {
            precondition(!isSpent, "backward: called twice on one forward pass")
            isSpent = true
            return layer.backward(
                pass, input, outputGradient ?? Tensor(shape: output.shape), stateGradient)
        }
    }

    // MARK: Shapes

    /// Where N and L stand in the shape of the input, or that there is no N.
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
        checkState(state, isBatched ? batch : nil)
        return StackRunner.Input(
            numbers: batchMajor(input).elements, batch: batch, steps: steps,
            hidden: state?.hidden.elements, cell: state?.cellOrNil?.elements, lengths: lengths)
    }

    private func stateShape(_ batch: Int?) -> [Int] {
        [stack.numLayers * stack.directions] + (batch.map { [$0] } ?? []) + [stack.hiddenSize]
    }

    private func checkState(_ state: State?, _ batch: Int?) {
        guard let state else { return }
        for tensor in [state.hidden, state.cellOrNil].compactMap({ $0 }) {
            precondition(
                tensor.shape == stateShape(batch),
                "state \(tensor.shape): expected \(stateShape(batch))")
        }
    }

    /// (N, L, …), whatever the layer's layout is.
    private func batchMajor(_ tensor: Tensor) -> Tensor {
        tensor.rank == 3 && !batchFirst ? tensor.swappingFirstTwo() : tensor
    }

    /// Numbers (N, L, features) in the shape of the input but for the features.
    private func shaped(_ numbers: [Float], like input: Tensor, features: Int) -> Tensor {
        guard input.rank == 3, !batchFirst else {
            return Tensor(shape: input.shape.dropLast() + [features], numbers)
        }
        return Tensor(shape: [input.shape[1], input.shape[0], features], numbers).swappingFirstTwo()
    }

    private func state(_ hidden: [Float], _ cell: [Float]?, like input: Tensor) -> State {
        let shape = stateShape(input.rank == 3 ? input.shape[1 - stepDimension] : nil)
        return State(hidden: Tensor(shape: shape, hidden), cell: cell.map { Tensor(shape: shape, $0) })
    }

    private func result(_ pass: StackRunner.Pass, _ input: Tensor, _ lengths: [Int]?) -> Result {
        Result(
            output: shaped(pass.output, like: input, features: stack.outputSize),
            state: state(pass.hidden, pass.cell, like: input), stack: stack, batchFirst: batchFirst,
            lengths: lengths)
    }

    private func backward(
        _ pass: StackRunner.Pass, _ input: Tensor, _ outputGradient: Tensor, _ stateGradient: State?
    ) -> InputGradients {
        let outputShape = input.shape.dropLast() + [stack.outputSize]
        precondition(
            outputGradient.shape == Array(outputShape),
            "gradient by the output \(outputGradient.shape): expected \(Array(outputShape))")
        checkState(stateGradient, input.rank == 3 ? input.shape[1 - stepDimension] : nil)
        let found = runner.backward(
            pass, outputGradient: batchMajor(outputGradient).elements,
            hiddenGradient: stateGradient?.hidden.elements, cellGradient: stateGradient?.cellOrNil?.elements,
            addingTo: gradients)
        return InputGradients(
            input: shaped(found.input, like: input, features: stack.inputSize),
            initialState: state(found.hidden, found.cell, like: input))
    }
}

extension RecurrentLayer: Summarizable {
    public var inputShape: String { "(\(dimensions), \(stack.inputSize))" }

    public var layerSummaries: [LayerSummary] { stack.layerSummaries(dimensions, prefix: "") }

    private var dimensions: String { batchFirst ? "N, L" : "L, N" }
}

extension RecurrentLayer where Kind == RNNKind {
    /// What comes after the sum.
    public enum Nonlinearity: String, Hashable, Codable, CaseIterable, Sendable { case tanh, relu }

    public convenience init(
        inputSize: Int, hiddenSize: Int, numLayers: Int = 1, nonlinearity: Nonlinearity = .tanh,
        bias: Bool = true, batchFirst: Bool = false, dropout: Double = 0, bidirectional: Bool = false,
        seed: UInt64 = 0
    ) {
        self.init(
            stack: RecurrentStack(
                nonlinearity == .tanh ? .rnnTanh : .rnnReLU, inputSize: inputSize, hiddenSize: hiddenSize,
                numLayers: numLayers, bias: bias ? .pytorch : .none, dropout: dropout,
                bidirectional: bidirectional), batchFirst: batchFirst, seed: seed, instructionSet: .best)
    }
}

extension RecurrentLayer where Kind == LSTMKind {
    public convenience init(
        inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true, batchFirst: Bool = false,
        dropout: Double = 0, bidirectional: Bool = false, seed: UInt64 = 0
    ) {
        self.init(
            stack: RecurrentStack(
                .lstm, inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers,
                bias: bias ? .pytorch : .none, dropout: dropout, bidirectional: bidirectional),
            batchFirst: batchFirst, seed: seed, instructionSet: .best)
    }
}

extension RecurrentLayer where Kind == GRUKind {
    /// Where the reset gate stands.
    public enum Reset: String, Hashable, Codable, CaseIterable, Sendable {
        /// r ⊙ (U h' + b'), as PyTorch, cuDNN and Keras have it.
        case afterProduct = "after-product"
        /// U (r ⊙ h') + b', as the paper has it.
        case beforeProduct = "before-product"
    }

    public convenience init(
        inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true, batchFirst: Bool = false,
        dropout: Double = 0, bidirectional: Bool = false, reset: Reset = .afterProduct, seed: UInt64 = 0
    ) {
        self.init(
            stack: RecurrentStack(
                reset == .afterProduct ? .gru : .gruResetBefore, inputSize: inputSize, hiddenSize: hiddenSize,
                numLayers: numLayers, bias: bias ? .pytorch : .none, dropout: dropout,
                bidirectional: bidirectional), batchFirst: batchFirst, seed: seed, instructionSet: .best)
    }
}
