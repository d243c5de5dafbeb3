import ElementaryFunctions

/// The gates of one step of an LSTM and the states after it.
///
/// The gates are (N, H), or (H) for a single sequence, as are h and c:
///
///     i = σ(W_i x + b_i + U_i h' + b'_i)        input gate
///     f = σ(W_f x + b_f + U_f h' + b'_f)        forget gate
///     g = tanh(W_g x + b_g + U_g h' + b'_g)     candidate
///     o = σ(W_o x + b_o + U_o h' + b'_o)        output gate
///     c = f ⊙ c' + i ⊙ g                        cell state
///     h = o ⊙ tanh(c)                           hidden state
public struct LSTMGates: Hashable, Sendable {
    /// The input gate i, between 0 and 1: the share of the candidate that is added to the cell state.
    public let input: Tensor
    /// The forget gate f, between 0 and 1: the share of the cell state before the step that is kept.
    public let forget: Tensor
    /// The candidate g, between -1 and 1, which PyTorch calls the cell gate.
    public let candidate: Tensor
    /// The output gate o, between 0 and 1: the share of tanh(c) that is the hidden state.
    public let output: Tensor
    /// The states h and c after the step.
    public let state: LSTMState
}

extension LSTMGates: CustomStringConvertible {
    /// The shapes and the numbers of the gates and the states, as PyTorch prints tensors.
    public var description: String {
        let gates = NamedTensors([
            "input": input, "forget": forget, "candidate": candidate, "output": output,
        ])
        return NamedTensors(joining: [gates, state.named]).description
    }
}

extension RecurrentCellLayer where Kind == LSTMKind {
    /// Returns the gates of a step and the states after it, to look at or to draw; `callAsFunction` is the fast way
    /// to the states alone. Wrong shapes trap.
    ///
    /// The states are the result of `callAsFunction`, to the last bit. The gates are computed from the parameters
    /// in double precision and then rounded.
    ///
    /// - Parameters:
    ///   - input: x, (N, D) or (D).
    ///   - state: h' and c' before the step, (N, H) or (H); nil for zeros.
    public func gates(_ input: Tensor, _ state: LSTMState? = nil) -> LSTMGates {
        let after = self(input, state)
        let shape = after.hidden.shape
        let hiddenSize = shape[shape.count - 1]
        let sums = preActivations(input.elements, (state?.hidden ?? Tensor(shape: shape)).elements)
        func gate(_ index: Int, _ activation: (Double) -> Double) -> Tensor {
            let units = index * hiddenSize..<(index + 1) * hiddenSize
            return Tensor(shape: shape, sums.flatMap { $0[units].map { Float(activation($0)) } })
        }
        func logistic(_ z: Double) -> Double { 1 / (1 + Elementary.exp(-z)) }
        return LSTMGates(
            input: gate(0, logistic), forget: gate(1, logistic), candidate: gate(2) { Elementary.tanh($0) },
            output: gate(3, logistic), state: after)
    }

    /// W x + b + U h' + b' of each sequence, [N][4 · H].
    private func preActivations(_ input: [Float], _ hidden: [Float]) -> [[Double]] {
        let (w, u) = (self["weight_ih"], self["weight_hh"])
        let biases = ["bias_ih", "bias_hh"].filter { layout[$0] != nil }.map { self[$0].elements }
        func product(_ weights: Tensor, _ row: Int, _ vectors: [Float], _ sequence: Int) -> Double {
            let width = weights.shape[1]
            return (0..<width).reduce(0) { sum, column in
                let weight = weights.elements[row * width + column]
                return sum + Double(weight) * Double(vectors[sequence * width + column])
            }
        }
        return (0..<hidden.count / u.shape[1]).map { sequence in
            (0..<u.shape[0]).map { row in
                product(w, row, input, sequence) + product(u, row, hidden, sequence)
                    + biases.reduce(0) { $0 + Double($1[row]) }
            }
        }
    }
}
