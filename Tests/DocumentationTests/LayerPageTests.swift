import NeuralNetworks
import Testing

/// The Swift code of the pages about layers, word for word.
@Suite("Pages of the layers")
struct LayerPageTests {
    let print = Printer()

    @Test
    func `Landing page`() throws {
        let lstm = LSTM(inputSize: 6, hiddenSize: 200, batchFirst: true)
        let result = lstm(Tensor(shape: [100, 30, 6]))
        print(result.output.shape)  // [100, 30, 200]
        print(result.state.hidden.shape)  // [1, 100, 200]
        try print.expect("NeuralNetworks", "Overview")
    }

    @Test
    func `RNN: Equations`() throws {
        let rnn = RNN(
            inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true,
            bidirectional: true)
        let result = rnn(Tensor(shape: [1, 10, 5]))
        print(result.output.shape)  // [1, 10, 16]
        print(result.state.hidden.shape)  // [4, 1, 8]
        try print.expect("RNN", "Equations")
    }

    @Test
    func `LSTM: Equations`() throws {
        let lstm = LSTM(
            inputSize: 6, hiddenSize: 200, batchFirst: true, bidirectional: true)
        let result = lstm(Tensor(shape: [100, 30, 6]))
        print(result.output.shape)  // [100, 30, 400]
        print(result.state.hidden.shape)  // [2, 100, 200]
        print(result.state.cell.shape)  // [2, 100, 200]
        try print.expect("LSTM", "Equations")
    }

    @Test
    func `LSTM: Parameters`() {
        let lstm = LSTM(inputSize: 6, hiddenSize: 200)
        for row in 200..<400 { lstm["bias_ih_l0"][row] += 1 }
        let open = lstm["bias_ih_l0"].elements.enumerated().filter { $0.element > 0.5 }.map(\.offset)
        #expect(open == Array(200..<400))
    }

    @Test
    func `GRU: Equations`() throws {
        let gru = GRU(inputSize: 5, hiddenSize: 8, batchFirst: true)
        let result = gru(Tensor(shape: [1, 10, 5]))
        print(result.output.shape)  // [1, 10, 8]
        print(result.state.hidden.shape)  // [1, 1, 8]
        try print.expect("GRU", "Equations")
    }

    @Test
    func `RecurrentCells: Overview`() throws {
        let cell = LSTMCell(inputSize: 6, hiddenSize: 200)
        let input = Tensor(shape: [30, 100, 6])  // (L, N, D)
        var state: LSTMState?
        for step in 0..<30 { state = cell(input.slice(step), state) }
        print(state!.hidden.shape)  // [100, 200]
        try print.expect("RecurrentCells", "Overview")
    }

    @Test
    func `RecurrentCells: Gates`() throws {
        let cell = LSTMCell(inputSize: 6, hiddenSize: 200)
        let gates = cell.gates(Tensor(shape: [6]))
        print(gates.forget.shape)  // [200]
        print(gates.state == cell(Tensor(shape: [6])))  // true
        try print.expect("RecurrentCells", "Gates")
    }

    @Test
    func `RecurrentCells: Backward`() throws {
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
        print(gradient.hidden.shape)  // [8]
        try print.expect("RecurrentCells", "Backward")
    }

    @Test
    func `Readouts: Overview`() throws {
        let lstm = LSTM(
            inputSize: 28, hiddenSize: 12, batchFirst: true, bidirectional: true)
        let result = lstm(Tensor(shape: [128, 28, 28]))
        print(result.features(.all).shape)  // [128, 672]
        print(result.features(.final).shape)  // [128, 24]
        try print.expect("Readouts", "Overview")
    }

    @Test
    func `VariableLengths: Overview`() throws {
        let gru = GRU(
            inputSize: 5, hiddenSize: 8, batchFirst: true, bidirectional: true)
        let result = gru(Tensor(shape: [3, 10, 5]), lengths: [10, 4, 7])
        print(result.output.shape)  // [3, 10, 16]
        print(result.state.hidden.shape)  // [2, 3, 8]
        try print.expect("VariableLengths", "Overview")
    }

    @Test
    func `Embedding: Equation`() throws {
        let embedding = Embedding(count: 1_000, dimension: 16, paddingIndex: 0)
        let gru = GRU(inputSize: 16, hiddenSize: 32, batchFirst: true)
        let words = Indices([[4, 17, 9], [812, 3]], padding: 0)
        let pass = embedding.forward(words)
        print(pass.output.shape)  // [2, 3, 16]
        let steps = gru.forward(pass.output, lengths: [3, 2])
        let gradients = steps.backward(Tensor(shape: [2, 3, 32], repeating: 1))
        pass.backward(gradients.input)
        print(embedding.gradient(of: "weight").shape)  // [1000, 16]
        try print.expect("Embedding", "Equation")
    }

    @Test
    func `LossesAndOptimizers: Overview`() throws {
        let lstm = LSTM(inputSize: 3, hiddenSize: 8, batchFirst: true)
        let linear = Linear(inputSize: 8, outputSize: 2)
        let optimization = Optimization(
            of: [lstm, linear], by: AdamW(learningRate: 1e-2), clipping: .norm(1))
        let lossOf = CrossEntropyLoss(labelSmoothing: 0.1)

        func step(_ input: Tensor, _ labels: [Int]) -> Double {
            let steps = lstm.forward(input)
            let scores = linear.forward(steps.result.features(.last))
            let loss = lossOf(scores.output, labels)
            steps.backward(scores.backward(loss.gradient), from: .last)
            optimization.step()
            return loss.value
        }

        let input = Tensor(
            shape: [2, 2, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1])
        let before = step(input, [0, 1])
        for _ in 0..<20 { _ = step(input, [0, 1]) }
        print(step(input, [0, 1]) < before)  // true
        try print.expect("LossesAndOptimizers", "Overview")
    }

    @Test
    func `Sequential: Overview`() throws {
        let model = Sequential(
            inputShape: [10, 4], [.bidirectional(.simpleRNN(3)), .dense(1)])
        print(model(Tensor(shape: [2, 10, 4])).shape)  // [2, 1]
        print(model.parameterCount)  // 55
        try print.expect("Sequential", "Overview")
    }
}
