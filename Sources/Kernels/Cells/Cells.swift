import KernelInterface

/// The passes of all cells, with the tiles of one instruction set.
enum Cells<Third: Tile> {
    @inline(__always)
    static func forward(_ recurrence: Recurrence, _ pass: RecurrentPass, keepsFactors: Bool) {
        switch recurrence {
        case .rnnTanh: TimeLoop<RNN<Third, Tanh>>.forward(pass, keepsFactors: keepsFactors)
        case .rnnReLU: TimeLoop<RNN<Third, ReLU>>.forward(pass, keepsFactors: keepsFactors)
        case .lstm: TimeLoop<LSTM<Third>>.forward(pass, keepsFactors: keepsFactors)
        case .gru: TimeLoop<GRU<Third>>.forward(pass, keepsFactors: keepsFactors)
        case .gruResetBefore: TimeLoop<GRUResetBefore<Third>>.forward(pass, keepsFactors: keepsFactors)
        }
    }

    @inline(__always)
    static func backward(_ recurrence: Recurrence, _ pass: RecurrentPass) {
        switch recurrence {
        case .rnnTanh: TimeLoop<RNN<Third, Tanh>>.backward(pass)
        case .rnnReLU: TimeLoop<RNN<Third, ReLU>>.backward(pass)
        case .lstm: TimeLoop<LSTM<Third>>.backward(pass)
        case .gru: TimeLoop<GRU<Third>>.backward(pass)
        case .gruResetBefore: TimeLoop<GRUResetBefore<Third>>.backward(pass)
        }
    }
}
