import NeuralNetworks

/// The networks that forecast, as the tutorials build them: recurrent layers, the outputs of all steps side by side,
/// one linear layer to a number. The RNN has a sigmoid after it.
package enum ForecastModel: String, Codable, Hashable, CaseIterable, Sendable {
    case rnn, lstm, gru

    package var title: String { rawValue.uppercased() }

    package var cell: RecurrentCell {
        switch self {
        case .rnn: .rnnTanh
        case .lstm: .lstm
        case .gru: .gru
        }
    }

    package var activation: SequenceModel.Activation { self == .rnn ? .sigmoid : .none }
}
