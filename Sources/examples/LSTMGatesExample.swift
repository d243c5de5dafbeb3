import ArgumentParser
import NeuralNetworks

/// The gates and states of one step of an LSTM, and the effect of a closed gate on the cell state.
struct LSTMGatesExample: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lstm-gates", abstract: "The gates of one step of an LSTM, and what a closed gate does.")

    func run() {
        let x = Tensor(shape: [2], [1, -1])
        let before = LSTMState(
            hidden: Tensor(shape: [4], [0.1, 0.2, -0.3, -0.4]), cell: Tensor(shape: [4], [2, 1, -1, -2]))
        print("Input x", x)
        print("Hidden state h'", before.hidden)
        print("Cell state c'", before.cell)

        let cell = LSTMCell(inputSize: 2, hiddenSize: 4, seed: 1)
        show("A step: c = f ⊙ c' + i ⊙ g, h = o ⊙ tanh(c)", cell.gates(x, before))

        let forgetful = LSTMCell(copying: cell, bias: -1000, ofGate: 1)
        show("f = 0: the cell state before the step is forgotten, c = i ⊙ g", forgetful.gates(x, before))

        let deaf = LSTMCell(copying: cell, bias: -1000, ofGate: 0)
        show("i = 0: the input does not enter the cell state, c = f ⊙ c'", deaf.gates(x, before))

        let keeping = LSTMCell(copying: deaf, bias: 1000, ofGate: 1)
        show("i = 0 and f = 1: the cell state is kept, c = c'", keeping.gates(x, before))
    }

    private func show(_ title: String, _ gates: LSTMGates) {
        print("\n\(title)")
        print("  i", gates.input)
        print("  f", gates.forget)
        print("  g", gates.candidate)
        print("  o", gates.output)
        print("  c", gates.state.cell)
        print("  h", gates.state.hidden)
    }
}

extension LSTMCell {
    /// Creates a copy with another bias of one gate: 0 for i, 1 for f, 2 for g, 3 for o.
    fileprivate convenience init(copying other: LSTMCell, bias: Float, ofGate gate: Int) {
        self.init(inputSize: other["weight_ih"].shape[1], hiddenSize: other["weight_hh"].shape[1])
        parameters.assign(other.parameters.elements)
        let units = other["weight_hh"].shape[1]
        for unit in gate * units..<(gate + 1) * units { self["bias_ih"][unit] = bias }
    }
}
