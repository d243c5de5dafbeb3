/// What a model reads of a recurrent stack's last layer.
///
/// The output of a bidirectional layer at the last step is **not** its final states: there the backward
/// direction has seen one step only, the last. Its final state stands at the first step, after all of them.
public enum Readout: String, Hashable, Codable, CaseIterable, Sendable {
    /// The outputs of all steps, one after the other: L · directions · H features.
    case all
    /// The output of the last step: directions · H features.
    case last
    /// The final hidden states of the directions side by side: directions · H features.
    case final
    /// The mean of the outputs of all steps: directions · H features.
    case mean
}

extension Readout {
    /// As summaries call it.
    var title: String {
        switch self {
        case .all: "outputs of all steps"
        case .last: "last output"
        case .final: "final states"
        case .mean: "mean of outputs"
        }
    }
}
