import KernelInterface

/// What a recurrent layer computes at each step, from the input x and the states h' (and c') one step back.
///
/// W are weights by the input, U by the hidden state; `⊙` multiplies element by element.
public enum RecurrentCell: String, Hashable, Codable, CaseIterable, Sendable {
    /// h = tanh(W x + b + U h' + b'). Elman, "Finding structure in time", 1990.
    case rnnTanh = "rnn-tanh"
    /// h = max(0, W x + b + U h' + b').
    case rnnReLU = "rnn-relu"
    /// Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget gate of Gers,
    /// Schmidhuber and Cummins, 2000:
    ///
    ///     i, f, o = σ(W x + b + U h' + b')     g = tanh(W x + b + U h' + b')
    ///     c = f ⊙ c' + i ⊙ g                   h = o ⊙ tanh(c)
    case lstm
    /// The gated recurrent unit with the reset gate after the product, as PyTorch, cuDNN and Keras have it:
    ///
    ///     r, z = σ(W x + b + U h' + b')        n = tanh(W x + b + r ⊙ (U h' + b'))
    ///     h = (1 - z) ⊙ n + z ⊙ h'
    case gru
    /// The gated recurrent unit with the reset gate before the product, as in the paper (Cho et al.,
    /// "Learning phrase representations using RNN encoder-decoder", 2014):
    ///
    ///     r, z = σ(W x + b + U h' + b')        n = tanh(W x + b + U (r ⊙ h') + b')
    ///     h = (1 - z) ⊙ n + z ⊙ h'
    case gruResetBefore = "gru-reset-before"

    /// Gates of one unit: i, f, g, o or r, z, n, or the one sum.
    package var gates: Int {
        switch self {
        case .rnnTanh, .rnnReLU: 1
        case .lstm: 4
        case .gru, .gruResetBefore: 3
        }
    }

    /// Whether there is a cell state c beside the hidden state.
    package var hasCellState: Bool { self == .lstm }

    /// What tutorials call a layer of it, and what its parameters are named after in a model.
    package var family: String {
        switch self {
        case .rnnTanh, .rnnReLU: "RNN"
        case .lstm: "LSTM"
        case .gru, .gruResetBefore: "GRU"
        }
    }

    /// The same for the kernels.
    var recurrence: Recurrence {
        switch self {
        case .rnnTanh: .rnnTanh
        case .rnnReLU: .rnnReLU
        case .lstm: .lstm
        case .gru: .gru
        case .gruResetBefore: .gruResetBefore
        }
    }
}

/// How many biases a recurrent layer has. The layers compute the same with one bias as with two that add up
/// to it; what differs is the number of parameters, and so their count and how fast they learn.
public enum BiasStyle: String, Hashable, Codable, CaseIterable, Sendable {
    /// None at all.
    case none
    /// `bias_ih` and `bias_hh`, as PyTorch and cuDNN have them.
    case pytorch
    /// One, `bias_ih`, as Keras has it; but two in a GRU with the reset gate after the product, where the
    /// second one stands inside of it.
    case keras

    /// Whether a layer has `bias_hh`.
    func hasHiddenBias(_ cell: RecurrentCell) -> Bool {
        self == .pytorch || self == .keras && cell == .gru
    }
}
