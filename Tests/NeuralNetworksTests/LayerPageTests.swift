import Testing

@testable import NeuralNetworks
@testable import Training

/// The Swift of the layers' pages, word for word.
@Suite("Pages of the layers")
struct LayerPageTests {
    let print = Printer()

    @Test("NeuralNetworks: Overview")
    func neuralnetworksOverview() throws {
        let lstm = LSTM(inputSize: 6, hiddenSize: 200, batchFirst: true)
        let result = lstm(Tensor(shape: [100, 30, 6]))
        print(result.output.shape)  // [100, 30, 200]
        print(result.state.hidden.shape)  // [1, 100, 200]
        try print.expect("NeuralNetworks", "Overview")
    }

    @Test("RNN: Equations")
    func rnnEquations() throws {
        let rnn = RNN(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true, bidirectional: true)
        let result = rnn(Tensor(shape: [1, 10, 5]))
        print(result.output.shape)  // [1, 10, 16]
        print(result.state.hidden.shape)  // [4, 1, 8]
        try print.expect("RNN", "Equations")
    }

    @Test("LSTM: Equations")
    func lstmEquations() throws {
        let lstm = LSTM(inputSize: 6, hiddenSize: 200, batchFirst: true, bidirectional: true)
        let result = lstm(Tensor(shape: [100, 30, 6]))
        print(result.output.shape)  // [100, 30, 400]
        print(result.state.hidden.shape)  // [2, 100, 200]
        print(result.state.cell.shape)  // [2, 100, 200]
        try print.expect("LSTM", "Equations")
    }

    @Test("LSTM: Parameters")
    func lstmParameters() throws {
        let lstm = LSTM(inputSize: 6, hiddenSize: 200)
        for row in 200..<400 { lstm["bias_ih_l0"][row] += 1 }
    }

    @Test("GRU: Equations")
    func gruEquations() throws {
        let gru = GRU(inputSize: 5, hiddenSize: 8, batchFirst: true)
        let result = gru(Tensor(shape: [1, 10, 5]))
        print(result.output.shape)  // [1, 10, 8]
        print(result.state.hidden.shape)  // [1, 1, 8]
        try print.expect("GRU", "Equations")
    }

    @Test("RecurrentCells: Overview")
    func recurrentcellsOverview() throws {
        let cell = LSTMCell(inputSize: 6, hiddenSize: 200)
        let input = Tensor(shape: [30, 100, 6])  // (L, N, D)
        var state: LSTMState?
        for step in 0..<30 { state = cell(input.slice(step), state) }
        print(state!.hidden.shape)  // [100, 200]
        try print.expect("RecurrentCells", "Overview")
    }

    @Test("RecurrentCells: Backward")
    func recurrentcellsBackward() throws {
        let cell = GRUCell(inputSize: 6, hiddenSize: 8)
        let input = Tensor(shape: [30, 6], repeating: 0.5)
        var state: HiddenState?
        var passes: [GRUCell.Forward] = []
        for step in 0..<30 {
            passes.append(cell.forward(input.slice(step), state))
            state = passes.last!.state
        }
        var gradient = HiddenState(hidden: Tensor(shape: [8], repeating: 1))
        for pass in passes.reversed() { gradient = pass.backward(gradient).state }
    }

    @Test("Readouts: Overview")
    func readoutsOverview() throws {
        let lstm = LSTM(inputSize: 28, hiddenSize: 12, batchFirst: true, bidirectional: true)
        let result = lstm(Tensor(shape: [128, 28, 28]))
        print(result.features(.all).shape)  // [128, 672]
        print(result.features(.final).shape)  // [128, 24]
        try print.expect("Readouts", "Overview")
    }

    @Test("VariableLengths: Overview")
    func variablelengthsOverview() throws {
        let gru = GRU(inputSize: 5, hiddenSize: 8, batchFirst: true, bidirectional: true)
        let result = gru(Tensor(shape: [3, 10, 5]), lengths: [10, 4, 7])
        print(result.output.shape)  // [3, 10, 16]
        print(result.state.hidden.shape)  // [2, 3, 8]
        try print.expect("VariableLengths", "Overview")
    }

    @Test("Sequential: Overview")
    func sequentialOverview() throws {
        let model = Sequential(inputShape: [10, 4], [.bidirectional(.simpleRNN(3)), .dense(1)])
        print(model(Tensor(shape: [2, 10, 4])).shape)  // [2, 1]
        print(model.parameterCount)  // 55
        try print.expect("Sequential", "Overview")
    }
}
