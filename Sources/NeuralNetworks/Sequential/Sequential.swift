import Platform

/// A chain of layers, like Keras' `Sequential`.
///
///     let model = Sequential(inputShape: [10, 4], [.simpleRNN(3, returnSequences: true), .simpleRNN(3)])
///     print(model.summary())                    // 24 + 21 = 45 parameters
///     model(Tensor(shape: [2, 10, 4])).shape    // [2, 3]
///
/// Parameters are initially drawn as in PyTorch, from U(-1/√units, 1/√units), not as in Keras (Glorot, orthogonal);
/// an embedding from N(0, 1).
public final class Sequential {
    /// The layers from the input to the output.
    package let layers: [SequentialLayer]
    /// The shape of one sequence without N: (L, D), or (D).
    package let inputSizes: [Int]
    /// The layers that have parameters, for `Optimization`.
    public var modules: [any Module] { nodes.compactMap(\.module) }
    /// The layers that have parameters, by their index as in PyTorch's `Sequential`: "0", "2".
    public var namedModules: [(name: String, module: any Module)] {
        nodes.enumerated().compactMap { index, node in node.module.map { ("\(index)", $0) } }
    }
    /// A row for each layer.
    package let layerSummaries: [LayerSummary]

    private let nodes: [any SequentialNode]

    /// The output and the returned states of a model.
    public struct Result: Sendable {
        /// The output of the last layer, (N, …).
        public let output: Tensor
        /// The final states of the layers with `returnState`, in their order: h, and c of an LSTM, each
        /// (directions, N, H).
        public let states: [(hidden: Tensor, cell: Tensor?)]
    }

    /// Creates a model with random parameters. A layer that cannot read the output shape of the previous layer traps, and
    /// so does an embedding that is not the first layer.
    ///
    /// - Parameters:
    ///   - inputShape: The shape of one sequence without N: (L, D), or (D), or (L) of indices that an embedding reads.
    ///   - layers: The layers from the input to the output.
    ///   - bias: The number of biases of recurrent layers.
    ///   - seed: The seed of initial parameters and dropout masks.
    ///   - threads: The number of threads that compute recurrent and dense layers, one of which is the calling thread. It
    ///     does not change a bit of the results.
    public init(
        inputShape: [Int], _ layers: [SequentialLayer], bias: BiasStyle = .keras, seed: UInt64 = 0,
        threads: Int = 1
    ) {
        self.layers = layers
        inputSizes = inputShape
        var shape = inputShape
        var nodes: [any SequentialNode] = []
        var summaries: [LayerSummary] = []
        for (index, layer) in layers.enumerated() {
            if case .embedding = layer {
                precondition(
                    index == 0,
                    "embedding: expected as the first layer, which reads indices, received as layer \(index)")
            }
            // Each layer has a different seed.
            let node = layer.node(
                input: shape, bias: bias, seed: seed &* 1_000_003 &+ UInt64(index), threads: threads)
            shape = node.outputShape
            nodes.append(node)
            summaries.append(
                LayerSummary(
                    layer.title, outputShape: Self.text(shape),
                    parameterCount: node.module?.parameters.count ?? 0))
        }
        self.nodes = nodes
        layerSummaries = summaries
    }

    private init(_ nodes: [any SequentialNode], of other: Sequential) {
        self.nodes = nodes
        layers = other.layers
        inputSizes = other.inputSizes
        layerSummaries = other.layerSummaries
    }

    /// Returns a copy with constant parameters, which several tasks can call at the same time.
    public func snapshot() -> LayerSnapshot<Sequential> {
        LayerSnapshot(layer: Sequential(nodes.map { $0.snapshot() }, of: self))
    }

    /// Returns the output of the last layer for an input (N, …), without dropout. An input of another shape, and lengths
    /// that do not fit, trap.
    ///
    /// - Parameters:
    ///   - input: (N, L, D), or (N, D), or (N, L) of indices.
    ///   - lengths: The length of each sequence, 1 to L; nil if all are L. Recurrent layers do not read the padding past
    ///     the end of a sequence, and the last step is the last one of the sequence. `flatten` has the padding as zeros.
    public func callAsFunction(_ input: Tensor, lengths: [Int]? = nil) -> Tensor {
        result(input, lengths: lengths).output
    }

    /// Returns the output for an input (N, …), without dropout, and the states of the layers with `returnState`. An
    /// input of another shape, and lengths that do not fit, trap.
    public func result(_ input: Tensor, lengths: [Int]? = nil) -> Result {
        forward(input, lengths, step: nil).result
    }

    /// Runs the model for training: with dropout, and for a later `backward`. An input of another shape, and lengths
    /// that do not fit, trap.
    ///
    /// - Parameters:
    ///   - input: (N, L, D), or (N, D), or (N, L) of indices.
    ///   - lengths: The length of each sequence, 1 to L; nil if all are L.
    ///   - step: The number of the training step, which, with the seed, determines the dropout masks.
    public func forward(_ input: Tensor, lengths: [Int]? = nil, step: Int) -> Forward {
        forward(input, lengths, step: .some(step))
    }

    /// A forward pass that can be run backward, once, as long as the parameters have not changed.
    public struct Forward {
        /// The output and the returned states.
        package let result: Result
        /// The output of the last layer, (N, …).
        public var output: Tensor { result.output }
        fileprivate let backwards: [(Tensor) -> Tensor]

        /// Adds the gradients of all parameters to the modules' and returns the gradient of the input, in its shape.
        ///
        /// - Parameter outputGradient: The gradient of `output`, in its shape.
        @discardableResult
        public func backward(_ outputGradient: Tensor) -> Tensor {
            backwards.reversed().reduce(outputGradient) { $1($0) }
        }
    }

    private func forward(_ input: Tensor, _ lengths: [Int]?, step: Int?) -> Forward {
        precondition(
            Array(input.shape.dropFirst()) == inputSizes,
            "input \(input.shape): expected \(Self.text(inputSizes))")
        if let lengths {
            let (batch, steps) = (input.shape[0], inputSizes.first ?? 0)
            precondition(lengths.count == batch, "\(lengths.count) lengths for \(batch) sequences")
            precondition(
                lengths.allSatisfy { (1...max(steps, 1)).contains($0) },
                "lengths \(lengths): expected 1 to \(steps)")
        }
        var lengths = lengths
        var output = input
        var states: [(hidden: Tensor, cell: Tensor?)] = []
        var backwards: [(Tensor) -> Tensor] = []
        for node in nodes {
            let pass = node.forward(output, lengths: lengths, step: step)
            output = pass.output
            // (N, …) without steps.
            if output.rank < 3 { lengths = nil }
            if let state = pass.state { states.append((state.hidden, state.cell)) }
            backwards.append(pass.backward)
        }
        return Forward(result: Result(output: output, states: states), backwards: backwards)
    }

    static func text(_ sizes: [Int]) -> String {
        "(" + (["N"] + sizes.map(String.init)).joined(separator: ", ") + ")"
    }
}

extension Sequential: Summarizable {
    /// The shape of the input: "(N, L, D)" or "(N, D)", with the numbers of steps and features.
    package var inputShape: String { Self.text(inputSizes) }

    /// The number of parameters (floats) of all layers.
    public var parameterCount: Int { modules.reduce(0) { $0 + $1.parameters.count } }

    /// Returns layers, output shapes and parameter counts as a table, in the manner of Keras.
    public func summary() -> String { summaryTable() }
}

extension SequentialLayer {
    /// The name in summaries.
    fileprivate var title: String {
        switch self {
        case .recurrent(let options): options.title
        case .bidirectional(let options, let merge): "Bidirectional (\(options.title), \(merge.rawValue))"
        case .embedding: "Embedding"
        case .dense: "Dense"
        case .dropout(let probability): "Dropout \(probability)"
        case .flatten: "Flatten"
        case .repeatVector: "RepeatVector"
        }
    }
}

extension RecurrentOptions {
    var title: String { cell.family == "RNN" ? "SimpleRNN" : cell.family }
}

extension Sequential.Result: CustomStringConvertible {
    /// The shapes and the numbers of the output and the states, as PyTorch prints tensors.
    public var description: String {
        NamedTensors(
            joining: [NamedTensors(["output": output])]
                + states.map { NamedTensors(["hidden": $0.hidden, "cell": $0.cell]) }
        ).description
    }
}
