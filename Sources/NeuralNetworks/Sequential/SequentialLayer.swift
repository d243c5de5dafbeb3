/// A layer of a `Sequential` model, with Keras' names and options.
public indirect enum SequentialLayer: Hashable, Codable, Sendable {
    case recurrent(RecurrentOptions)
    /// A recurrent layer and another one that reads the sequence backwards, put together by `merge`.
    case bidirectional(RecurrentOptions, merge: MergeMode)
    /// activation(W x + b) for the last dimension.
    case dense(Int, activation: Activation = .linear)
    /// Zeros in training, with this probability.
    case dropout(Double)
    /// (N, L, F) to (N, L · F).
    case flatten
    /// (N, F) to (N, count, F): the same at every step.
    case repeatVector(Int)

    /// Keras' `SimpleRNN`: h = tanh(W x + U h' + b).
    public static func simpleRNN(
        _ units: Int, returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false
    ) -> SequentialLayer {
        .recurrent(
            RecurrentOptions(
                .rnnTanh, units: units, returnSequences: returnSequences, returnState: returnState,
                goBackwards: goBackwards))
    }

    public static func lstm(
        _ units: Int, returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false
    ) -> SequentialLayer {
        .recurrent(
            RecurrentOptions(
                .lstm, units: units, returnSequences: returnSequences, returnState: returnState,
                goBackwards: goBackwards))
    }

    /// Keras' `GRU`; `resetAfter` is its `reset_after`.
    public static func gru(
        _ units: Int, returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false,
        resetAfter: Bool = true
    ) -> SequentialLayer {
        .recurrent(
            RecurrentOptions(
                resetAfter ? .gru : .gruResetBefore, units: units, returnSequences: returnSequences,
                returnState: returnState, goBackwards: goBackwards))
    }

    /// Keras' `Bidirectional` around a recurrent layer.
    public static func bidirectional(
        _ layer: SequentialLayer, merge: MergeMode = .concat
    ) -> SequentialLayer {
        guard case .recurrent(let options) = layer else {
            preconditionFailure("bidirectional: expected a recurrent layer, received \(layer)")
        }
        return .bidirectional(options, merge: merge)
    }
}

/// What Keras' recurrent layers are told.
public struct RecurrentOptions: Hashable, Codable, Sendable {
    package var cell: RecurrentCell
    package var units: Int
    /// Whether the output is (N, L, units), of all steps, or (N, units), of the last one; of a backward
    /// direction, that is the one after the sequence's first element.
    package var returnSequences: Bool
    /// Whether the model's result has this layer's states.
    package var returnState: Bool
    /// Whether the sequence is read, and the outputs stand, in reverse.
    package var goBackwards: Bool

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

/// How the outputs of two directions become one.
public enum MergeMode: String, Hashable, Codable, CaseIterable, Sendable {
    /// Side by side.
    case concat
    case sum
    /// Element by element.
    case mul
    /// The mean.
    case ave
}

public enum Activation: String, Hashable, Codable, CaseIterable, Sendable {
    case linear, sigmoid, tanh, relu
}
