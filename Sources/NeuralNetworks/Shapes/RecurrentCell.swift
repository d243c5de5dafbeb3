import KernelInterface

/// The equations of one step of a recurrent layer, from the input x and the states h' (and c') of the previous step.
///
/// W multiplies the input, U the hidden state; σ is the logistic function, `⊙` the element-wise product.
public enum RecurrentCell: String, Hashable, Codable, CaseIterable, Sendable {
    /// h = tanh(W x + b + U h' + b'). Elman, "Finding structure in time", 1990.
    case rnnTanh = "rnn-tanh"
    /// h = max(0, W x + b + U h' + b').
    case rnnReLU = "rnn-relu"
    /// The long short-term memory of Hochreiter and Schmidhuber, 1997, with the forget gate of Gers, Schmidhuber and
    /// Cummins, "Learning to forget", 2000:
    ///
    ///     i, f, o = σ(W x + b + U h' + b')     g = tanh(W x + b + U h' + b')
    ///     c = f ⊙ c' + i ⊙ g                   h = o ⊙ tanh(c)
    case lstm
    /// The gated recurrent unit with the reset gate after the product, as in PyTorch, cuDNN and Keras:
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

    /// The number of gates of one unit: 4 (i, f, g, o) in an LSTM, 3 (r, z, n) in a GRU, 1 in an RNN.
    package var gates: Int {
        switch self {
        case .rnnTanh, .rnnReLU: 1
        case .lstm: 4
        case .gru, .gruResetBefore: 3
        }
    }

    /// Whether there is a cell state c in addition to the hidden state h.
    package var hasCellState: Bool { self == .lstm }

    /// The name of a layer, "RNN", "LSTM" or "GRU"; in lower case, the prefix of its parameters in a model.
    package var family: String {
        switch self {
        case .rnnTanh, .rnnReLU: "RNN"
        case .lstm: "LSTM"
        case .gru, .gruResetBefore: "GRU"
        }
    }

    /// The kernels' value for this cell.
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

/// The number of biases in a recurrent layer.
///
/// One bias computes the same function as two biases with the same sum. Two biases have more parameters. Both get the
/// same gradient, so that a step changes their sum twice as much.
public enum BiasStyle: String, Hashable, Codable, CaseIterable, Sendable {
    /// No biases.
    case none
    /// Two biases, `bias_ih` and `bias_hh`, as in PyTorch and cuDNN.
    case pytorch
    /// One bias, `bias_ih`, as in Keras; but two in a GRU with the reset gate after the product, whose second bias is
    /// inside the product.
    case keras

    /// Returns whether a layer has `bias_hh`.
    func hasHiddenBias(_ cell: RecurrentCell) -> Bool {
        self == .pytorch || self == .keras && cell == .gru
    }
}
