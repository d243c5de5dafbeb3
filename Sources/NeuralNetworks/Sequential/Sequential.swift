/// A chain of layers, as Keras' `Sequential`.
///
///     let model = Sequential(inputShape: [10, 4], [.simpleRNN(3, returnSequences: true), .simpleRNN(3)])
///     print(model.summary())                    // 24 + 21 = 45 parameters
///     model(Tensor(shape: [2, 10, 4])).shape    // [2, 3]
///
/// Parameters start as PyTorch's do, from U(-1/√units, 1/√units), and not as Keras' (Glorot, orthogonal).
public final class Sequential {
    package let layers: [SequentialLayer]
    /// (steps, features), or (features), without N.
    package let inputSizes: [Int]
    /// What an optimizer works on.
    public var modules: [any Module] { nodes.compactMap(\.module) }
    public let layerSummaries: [LayerSummary]

    private let nodes: [any SequentialNode]

    public struct Result: Sendable {
        public let output: Tensor
        /// Of the layers with `returnState`, in their order; h, and c of an LSTM, each (directions, N, units).
        public let states: [AnyState]
    }

    /// - Parameters:
    ///   - inputShape: of one sequence, (steps, features).
    ///   - layers: the first one reads the input.
    ///   - bias: how many biases recurrent layers have.
    ///   - seed: of parameters and dropout.
    public init(
        inputShape: [Int], _ layers: [SequentialLayer], bias: BiasStyle = .keras, seed: UInt64 = 0
    ) {
        self.layers = layers
        inputSizes = inputShape
        var shape = inputShape
        var nodes: [any SequentialNode] = []
        var summaries: [LayerSummary] = []
        for (index, layer) in layers.enumerated() {
            // Each layer draws from a seed of its own.
            let node = layer.node(input: shape, bias: bias, seed: seed &* 1_000_003 &+ UInt64(index))
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

    /// (N, …) to the output of the last layer, without dropout.
    public func callAsFunction(_ input: Tensor) -> Tensor { result(input).output }

    /// The same with the states of the layers that return them.
    public func result(_ input: Tensor) -> Result { forward(input, step: nil).result }

    /// For training: with dropout, and to be run backward.
    ///
    /// - Parameters:
    ///   - input: (N, …), as `inputSizes` has it.
    ///   - step: the number of this step of training, which dropout masks follow from.
    public func forward(_ input: Tensor, step: Int) -> Forward { forward(input, step: .some(step)) }

    /// A forward pass that can be run backward, once.
    public struct Forward {
        public let result: Result
        public var output: Tensor { result.output }
        fileprivate let backwards: [(Tensor) -> Tensor]

        /// Adds the gradients by all parameters to those of the modules and returns that by the input.
        @discardableResult
        public func backward(_ outputGradient: Tensor) -> Tensor {
            backwards.reversed().reduce(outputGradient) { $1($0) }
        }
    }

    private func forward(_ input: Tensor, step: Int?) -> Forward {
        precondition(
            Array(input.shape.dropFirst()) == inputSizes,
            "input \(input.shape): expected \(Self.text(inputSizes))")
        var output = input
        var states: [AnyState] = []
        var backwards: [(Tensor) -> Tensor] = []
        for node in nodes {
            let pass = node.forward(output, step: step)
            output = pass.output
            if let state = pass.state { states.append(state) }
            backwards.append(pass.backward)
        }
        return Forward(result: Result(output: output, states: states), backwards: backwards)
    }

    static func text(_ sizes: [Int]) -> String {
        "(" + (["N"] + sizes.map(String.init)).joined(separator: ", ") + ")"
    }
}

extension Sequential: Summarizable {
    public var inputShape: String { Self.text(inputSizes) }
}

extension SequentialLayer {
    /// As summaries call it.
    fileprivate var title: String {
        switch self {
        case .recurrent(let options): options.title
        case .bidirectional(let options, let merge): "Bidirectional (\(options.title), \(merge.rawValue))"
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
