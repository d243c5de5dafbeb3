import NeuralNetworks

/// The forecasting networks, as in the tutorials: recurrent layers, the outputs of all steps concatenated, and one
/// linear layer with one output. The RNN has a sigmoid after it.
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
