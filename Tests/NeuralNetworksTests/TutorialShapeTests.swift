import Testing

@testable import NeuralNetworks

/// Every shape printed in the tutorials, computed by the layers.
@Suite("Shapes of the tutorials")
struct TutorialShapeTests {
    /// The equation is h = tanh(W x + b + U h'), for ten steps of four features and eight hidden units.
    @Test
    func `an RNN step by hand gives (10, 8)`() {
        let result = RNN(inputSize: 4, hiddenSize: 8)(Tensor(shape: [10, 4]))
        #expect(result.output.shape == [10, 8])
        #expect(result.state.hidden.shape == [1, 8])
    }

    @Test(
        arguments: [
            (1, false, [1, 10, 8], [1, 1, 8]), (2, false, [1, 10, 8], [2, 1, 8]),
            (1, true, [1, 10, 16], [2, 1, 8]), (2, true, [1, 10, 16], [4, 1, 8]),
        ])
    func `RNN and GRU of 5 features and 8 hidden units on (1, 10, 5) have the tutorials' shapes`(
        layers: Int, bidirectional: Bool, output: [Int], state: [Int]
    ) {
        let input = Tensor(shape: [1, 10, 5])
        let rnn = RNN(
            inputSize: 5, hiddenSize: 8, numLayers: layers, batchFirst: true, bidirectional: bidirectional)
        let gru = GRU(
            inputSize: 5, hiddenSize: 8, numLayers: layers, batchFirst: true, bidirectional: bidirectional)
        #expect(rnn(input).output.shape == output)
        #expect(rnn(input).state.hidden.shape == state)
        #expect(gru(input).output.shape == output)
        #expect(gru(input).state.hidden.shape == state)
    }

    @Test
    func `two layers on 140 stock rows of five columns have the tutorials' shapes`() {
        let rows = Tensor(shape: [1, 140, 5])
        let rnn = RNN(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true)(rows)
        #expect(rnn.output.shape == [1, 140, 8])
        #expect(rnn.state.hidden.shape == [2, 1, 8])
        let gru = GRU(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true)(rows)
        #expect(gru.output.shape == [1, 140, 8])
        #expect(gru.state.hidden.shape == [2, 1, 8])
        let lstm = LSTM(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true)(rows)
        #expect(lstm.output.shape == [1, 140, 8])
        #expect(lstm.state.hidden.shape == [2, 1, 8])
        #expect(lstm.state.cell.shape == [2, 1, 8])
    }

    @Test(
        arguments: [(false, [100, 30, 200], [1, 100, 200]), (true, [100, 30, 400], [2, 100, 200])])
    func `LSTM of 6 features and 200 hidden units on (100, 30, 6) has the tutorials' shapes`(
        bidirectional: Bool, output: [Int], state: [Int]
    ) {
        let lstm = LSTM(inputSize: 6, hiddenSize: 200, batchFirst: true, bidirectional: bidirectional)
        let result = lstm(Tensor(shape: [100, 30, 6]))
        #expect(result.output.shape == output)
        #expect(result.state.hidden.shape == state)
        #expect(result.state.cell.shape == state)
    }

    /// The tutorials print h and c as (1, 30, 200), because their layer is time-first: it reads the 100 as steps and
    /// the 30 as sequences.
    @Test
    func `the same layer without batchFirst has the tutorials' shapes`() {
        let result = LSTM(inputSize: 6, hiddenSize: 200)(Tensor(shape: [100, 30, 6]))
        #expect(result.output.shape == [100, 30, 200])
        #expect(result.state.hidden.shape == [1, 30, 200])
        #expect(result.state.cell.shape == [1, 30, 200])
        let both = LSTM(inputSize: 6, hiddenSize: 200, bidirectional: true)(Tensor(shape: [100, 30, 6]))
        #expect(both.output.shape == [100, 30, 400])
        #expect(both.state.hidden.shape == [2, 30, 200])
        #expect(both.state.cell.shape == [2, 30, 200])
    }

    @Test
    func `SimpleRNN(3) of Keras on (10, 4) has the tutorials' shapes with and without sequences`() {
        let rnn = RecurrentLayer<AnyKind>(
            RecurrentStack(.rnnTanh, inputSize: 4, hiddenSize: 3, bias: .keras), batchFirst: true)
        let result = rnn(Tensor(shape: [1, 10, 4]))
        #expect(rnn.layout.count == 24)
        #expect(result.output.shape == [1, 10, 3])
        #expect(result.state.hidden.shape == [1, 1, 3])
    }

    /// Five days of five columns, two layers of eight units, and the outputs of all steps concatenated.
    @Test
    func `forecasters read windows of five days and have forty features`() {
        let windows = Tensor(shape: [20, 5, 5])
        #expect(
            RNN(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true)(windows).features(.all).shape
                == [20, 40])
        #expect(
            LSTM(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true)(windows).features(.all).shape
                == [20, 40])
        #expect(
            GRU(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true)(windows).features(.all).shape
                == [20, 40])
    }

    @Test
    func `the Bi-LSTM on MNIST has 28 · 24 features and 14,410 parameters`() {
        let stack = RecurrentStack(.lstm, inputSize: 28, hiddenSize: 12, numLayers: 2, bidirectional: true)
        let lstm = LSTM(
            inputSize: 28, hiddenSize: 12, numLayers: 2, batchFirst: true, bidirectional: true)
        #expect(lstm.stack == stack)
        let result = lstm(Tensor(shape: [128, 28, 28]))
        #expect(result.output.shape == [128, 28, 24])
        #expect(result.features(.all).shape == [128, 672])
        #expect(SequenceModel(stack, sequenceLength: 28, classCount: 10).layout.count == 14_410)
    }
}
