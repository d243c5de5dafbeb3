/// The states of a recurrent layer, each (layers · directions, N, H) or, of one sequence without a batch,
/// (layers · directions, H); at index layer · directions + direction.
public protocol RecurrentState: Hashable, Sendable {
    /// h
    var hidden: Tensor { get }
    init(hidden: Tensor, cell: Tensor?)
    /// c, if the cell has one.
    var cellOrNil: Tensor? { get }
}

/// The state of an RNN or a GRU: h.
public struct HiddenState: RecurrentState {
    public var hidden: Tensor

    public init(hidden: Tensor) { self.hidden = hidden }

    public init(hidden: Tensor, cell: Tensor?) { self.hidden = hidden }

    public var cellOrNil: Tensor? { nil }
}

/// The state of an LSTM: h and c.
public struct LSTMState: RecurrentState {
    public var hidden: Tensor
    public var cell: Tensor

    public init(hidden: Tensor, cell: Tensor) {
        self.hidden = hidden
        self.cell = cell
    }

    public init(hidden: Tensor, cell: Tensor?) {
        self.init(hidden: hidden, cell: cell ?? Tensor(shape: hidden.shape))
    }

    public var cellOrNil: Tensor? { cell }
}

/// The state of a layer whose cell is chosen at run time: h, and c if there is one.
public struct AnyState: RecurrentState {
    public var hidden: Tensor
    public var cell: Tensor?

    public init(hidden: Tensor, cell: Tensor? = nil) {
        self.hidden = hidden
        self.cell = cell
    }

    public var cellOrNil: Tensor? { cell }
}
