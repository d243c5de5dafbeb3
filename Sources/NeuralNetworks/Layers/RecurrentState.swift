/// The states of a recurrent layer, each (layers · directions, N, H), or (layers · directions, H) for a single
/// sequence; the index of a state is layer · directions + direction.
public protocol RecurrentState: Hashable, Sendable, CustomStringConvertible {
    /// The hidden states h.
    var hidden: Tensor { get }
    /// Creates states from a hidden state and, if the layer has one, a cell state of the same shape.
    init(hidden: Tensor, cell: Tensor?)
    /// The cell states c; nil if the layer has none.
    var cellOrNil: Tensor? { get }
}

extension RecurrentState {
    /// The shapes and the numbers, as PyTorch prints tensors.
    public var description: String { named.description }

    /// The states with their names.
    var named: NamedTensors { NamedTensors(["hidden": hidden, "cell": cellOrNil]) }
}

/// The states of an RNN or a GRU: h.
public struct HiddenState: RecurrentState {
    /// The hidden states h, (layers · directions, N, H) or (layers · directions, H).
    public var hidden: Tensor

    /// Creates states from the hidden states h; `cell` is ignored.
    public init(hidden: Tensor, cell: Tensor? = nil) { self.hidden = hidden }

    /// Nil: there are no cell states.
    public var cellOrNil: Tensor? { nil }
}

/// The states of an LSTM: h and c.
public struct LSTMState: RecurrentState {
    /// The hidden states h, (layers · directions, N, H) or (layers · directions, H).
    public var hidden: Tensor
    /// The cell states c, in the shape of `hidden`.
    public var cell: Tensor

    /// Creates states from the hidden states h and the cell states c, of equal shapes; nil for cell states of zero.
    public init(hidden: Tensor, cell: Tensor?) {
        self.hidden = hidden
        self.cell = cell ?? Tensor(shape: hidden.shape)
    }

    /// The cell states c.
    public var cellOrNil: Tensor? { cell }
}

/// The states of a layer whose cell is chosen at run time: h, and c if the cell has it.
package struct AnyState: RecurrentState {
    /// The hidden states h, (layers · directions, N, H) or (layers · directions, H).
    package var hidden: Tensor
    /// The cell states c, in the shape of `hidden`; nil if the cell has none.
    package var cell: Tensor?

    /// Creates states from the hidden states h and, for an LSTM, the cell states c.
    package init(hidden: Tensor, cell: Tensor? = nil) {
        self.hidden = hidden
        self.cell = cell
    }

    /// The cell states c; nil if the cell has none.
    package var cellOrNil: Tensor? { cell }
}
