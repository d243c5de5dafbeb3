/// The part of a recurrent stack's last layer that the linear layer reads.
///
/// The output of a bidirectional layer at the last step is **not** its final states: at the last step the backward
/// direction has read only one step. Its final state is its output at the first step, after it has read all steps.
public enum Readout: String, Hashable, Codable, CaseIterable, Sendable {
    /// The outputs of all steps, concatenated: L · directions · H features.
    case all
    /// The output of the last step: directions · H features.
    case last
    /// The final hidden states of all directions, concatenated: directions · H features.
    case final
    /// The mean of the outputs of all steps: directions · H features.
    case mean
    /// The output of each step, separately: directions · H features, from which the linear layer computes C outputs at
    /// each step (Keras: `return_sequences=True` and `TimeDistributed(Dense(C))`).
    case each
}

extension Readout {
    /// The readouts from which a model computes one output for a whole sequence.
    package static let ofSequences: [Readout] = [.all, .last, .final, .mean]

    /// The name in summaries.
    var title: String {
        switch self {
        case .all: "outputs of all steps"
        case .last: "last output"
        case .final: "final states"
        case .mean: "mean of outputs"
        case .each: "output of each step"
        }
    }
}
