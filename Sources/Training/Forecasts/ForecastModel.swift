import NeuralNetworks

/// The networks that forecast, as the tutorials build them: recurrent layers, the outputs of all steps side by side,
/// one linear layer to a number. The RNN has a sigmoid after it.
public enum ForecastModel: String, Codable, Hashable, CaseIterable, Sendable {
    case rnn, lstm, gru

    public var title: String { rawValue.uppercased() }

    public var cell: RecurrentCell {
        switch self {
        case .rnn: .rnnTanh
        case .lstm: .lstm
        case .gru: .gru
        }
    }

    var activation: SequenceModel.Activation { self == .rnn ? .sigmoid : .none }
}
