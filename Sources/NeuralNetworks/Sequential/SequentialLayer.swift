import Platform

/// A layer of a `Sequential` model, with Keras' names and options.
public indirect enum SequentialLayer: Hashable, Codable, Sendable {
    /// A recurrent layer: (N, L, D) to (N, H), or (N, L, H) with `returnSequences`.
    case recurrent(RecurrentOptions)
    /// A recurrent layer and a second one that reads the sequence backwards; their outputs are combined by `merge`.
    case bidirectional(RecurrentOptions, merge: MergeMode)
    /// An embedding of indices, the first layer of a model: (N, …) to (N, …, dimension). The vector of the padding index
    /// is zero and is not trained.
    case embedding(Int, dimension: Int, paddingIndex: Int? = nil)
    /// A dense layer, activation(W x + b), applied to the last dimension: (N, …, D) to (N, …, units).
    case dense(Int, activation: Activation = .linear)
    /// A dropout layer with this probability, in training only.
    case dropout(Double)
    /// A reshape of (N, L, D) to (N, L · D).
    case flatten
    /// A repetition of (N, D) at every step: (N, count, D).
    case repeatVector(Int)

    /// Returns Keras' `SimpleRNN`: h = tanh(W x + U h' + b). Fewer than 1 unit trap.
    ///
    /// - Parameters:
    ///   - units: H, the number of hidden units.
    ///   - returnSequences: Whether the output is (N, L, H) instead of (N, H).
    ///   - returnState: Whether the model's result has this layer's states.
    ///   - goBackwards: Whether the sequence is read, and outputs are returned, in reverse order.
    public static func simpleRNN(
        _ units: Int, returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false
    ) -> SequentialLayer {
        .recurrent(
            RecurrentOptions(
                .rnnTanh, units: units, returnSequences: returnSequences, returnState: returnState,
                goBackwards: goBackwards))
    }

    /// Returns Keras' `LSTM`. Fewer than 1 unit trap.
    ///
    /// - Parameters:
    ///   - units: H, the number of hidden units.
    ///   - returnSequences: Whether the output is (N, L, H) instead of (N, H).
    ///   - returnState: Whether the model's result has this layer's states.
    ///   - goBackwards: Whether the sequence is read, and outputs are returned, in reverse order.
    public static func lstm(
        _ units: Int, returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false
    ) -> SequentialLayer {
        .recurrent(
            RecurrentOptions(
                .lstm, units: units, returnSequences: returnSequences, returnState: returnState,
                goBackwards: goBackwards))
    }

    /// Returns Keras' `GRU`. Fewer than 1 unit trap.
    ///
    /// - Parameters:
    ///   - units: H, the number of hidden units.
    ///   - returnSequences: Whether the output is (N, L, H) instead of (N, H).
    ///   - returnState: Whether the model's result has this layer's states.
    ///   - goBackwards: Whether the sequence is read, and outputs are returned, in reverse order.
    ///   - resetAfter: Keras' `reset_after`: whether the reset gate is after the product.
    public static func gru(
        _ units: Int, returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false,
        resetAfter: Bool = true
    ) -> SequentialLayer {
        .recurrent(
            RecurrentOptions(
                resetAfter ? .gru : .gruResetBefore, units: units, returnSequences: returnSequences,
                returnState: returnState, goBackwards: goBackwards))
    }

    /// Returns Keras' `Bidirectional` around a recurrent layer. Any other layer traps.
    public static func bidirectional(
        _ layer: SequentialLayer, merge: MergeMode = .concat
    ) -> SequentialLayer {
        guard case .recurrent(let options) = layer else {
            preconditionFailure("bidirectional: expected a recurrent layer, received \(layer)")
        }
        return .bidirectional(options, merge: merge)
    }
}

/// The options of Keras' recurrent layers.
public struct RecurrentOptions: Hashable, Codable, Sendable {
    /// The equations of a step.
    package var cell: RecurrentCell
    /// H, the number of hidden units.
    package var units: Int
    /// Whether the output is (N, L, H), all steps, instead of (N, H), the last step. The backward direction's last step
    /// is the sequence's first element.
    package var returnSequences: Bool
    /// Whether the model's result has this layer's states.
    package var returnState: Bool
    /// Whether the sequence is read, and outputs are returned, in reverse order.
    package var goBackwards: Bool

    /// Creates options of a layer with any cell. Fewer than 1 unit trap.
    ///
    /// - Parameters:
    ///   - cell: The equations of a step.
    ///   - units: H, the number of hidden units.
    ///   - returnSequences: Whether the output is (N, L, H) instead of (N, H).
    ///   - returnState: Whether the model's result has this layer's states.
    ///   - goBackwards: Whether the sequence is read, and outputs are returned, in reverse order.
    public init(
        _ cell: RecurrentCell, units: Int, returnSequences: Bool = false, returnState: Bool = false,
        goBackwards: Bool = false
    ) {
        precondition(units > 0, "units must be positive, not \(units)")
        self.cell = cell
        self.units = units
        self.returnSequences = returnSequences
        self.returnState = returnState
        self.goBackwards = goBackwards
    }
}

/// The way in which the outputs of the two directions are combined.
public enum MergeMode: String, Hashable, Codable, CaseIterable, Sendable {
    /// The concatenation, 2 · H features.
    case concat
    /// The sum.
    case sum
    /// The element-wise product.
    case mul
    /// The mean.
    case ave
}

/// An activation function of a dense layer.
public enum Activation: String, Hashable, Codable, CaseIterable, Sendable {
    /// The identity x.
    case linear
    /// 1 / (1 + e⁻ˣ).
    case sigmoid
    /// tanh(x).
    case tanh
    /// max(0, x).
    case relu
}
