import Datasets
import Foundation
import NeuralNetworks
import Testing

/// The Swift code of the page "From the tutorials to Swift", word for word.
@Suite("From the tutorials to Swift")
struct TutorialPageTests {
    let print = Printer()

    @Test
    func `A step in NumPy`() throws {
        let cell = RNNCell(
            inputSize: 4, hiddenSize: 8)
        let xs = Tensor(
            shape: [10, 4], repeating: 0.5)

        var h = HiddenState(
            hidden: Tensor(shape: [8]))
        var states: [Tensor] = []
        for step in 0..<10 {
            h = cell(xs.slice(step), h)
            states.append(h.hidden)
        }

        let out = Tensor(stacking: states)
        print(out.shape)  // [10, 8]

        let (wx, wh) = (cell["weight_ih"], cell["weight_hh"])
        let (b1, b2) = (cell["bias_ih"], cell["bias_hh"])

        var byHand = [Float](repeating: 0, count: 8)
        for step in 0..<10 {
            let before = byHand
            for unit in 0..<8 {
                var sum = b1[unit] + b2[unit]
                for feature in 0..<4 { sum += wx[unit, feature] * xs[step, feature] }
                for other in 0..<8 { sum += wh[unit, other] * before[other] }
                byHand[unit] = tanh(sum)
            }
        }
        let error = zip(byHand, h.hidden.elements).map { abs($0 - $1) }.max()!
        print(error < 1e-6)  // true

        let rnn = RNN(inputSize: 4, hiddenSize: 8)
        let atOnce = rnn(xs)
        print(atOnce.output.shape)  // [10, 8]
        try print.expect("FromTheTutorials", "A step in NumPy")
    }

    @Test
    func `Printing a tensor`() throws {
        let out = Tensor([
            [0.9117, 0.9349],
            [-1, 0.5],
        ])
        print(out)
        // tensor([[ 0.9117,  0.9349],
        //         [-1.0000,  0.5000]])

        print(Tensor(shape: [1001]))  // tensor([0., 0., 0.,  ..., 0., 0., 0.])

        let rest = LSTMState(hidden: Tensor([[0, 0.5]]), cell: nil)
        print(rest)
        // hidden [1, 2]
        // tensor([[0.0000, 0.5000]])
        // cell [1, 2]
        // tensor([[0., 0.]])
        try print.expect("FromTheTutorials", "Printing a tensor")
    }

    @Test
    func `nn.RNN`() throws {
        let x = Tensor(shape: [1, 10, 5])

        let rnn = RNN(
            inputSize: 5, hiddenSize: 8,
            batchFirst: true)
        var result = rnn(x)
        print(result.output.shape)
        // [1, 10, 8]
        print(result.state.hidden.shape)
        // [1, 1, 8]

        let deep = RNN(
            inputSize: 5, hiddenSize: 8,
            numLayers: 2, batchFirst: true)
        result = deep(x)
        print(result.output.shape)
        // [1, 10, 8]
        print(result.state.hidden.shape)
        // [2, 1, 8]

        let both = RNN(
            inputSize: 5, hiddenSize: 8,
            numLayers: 2, batchFirst: true,
            bidirectional: true)
        result = both(x)
        print(result.output.shape)
        // [1, 10, 16]
        print(result.state.hidden.shape)
        // [4, 1, 8]
        try print.expect("FromTheTutorials", "nn.RNN")
    }

    @Test
    func `nn.LSTM`() throws {
        let x = Tensor(shape: [100, 30, 6])

        let lstm = LSTM(
            inputSize: 6, hiddenSize: 200)
        var result = lstm(x)
        print(result.output.shape)
        // [100, 30, 200]
        print(result.state.hidden.shape)
        // [1, 30, 200]
        print(result.state.cell.shape)
        // [1, 30, 200]

        let both = LSTM(
            inputSize: 6, hiddenSize: 200,
            bidirectional: true)
        result = both(x)
        print(result.output.shape)
        // [100, 30, 400]
        print(result.state.hidden.shape)
        // [2, 30, 200]

        let batchFirst = LSTM(
            inputSize: 6, hiddenSize: 200,
            batchFirst: true)
        result = batchFirst(x)
        print(result.output.shape)
        // [100, 30, 200]
        print(result.state.hidden.shape)
        // [1, 100, 200]

        let zeros = Tensor(
            shape: [1, 100, 200])
        result = batchFirst(
            x,
            state: LSTMState(
                hidden: zeros, cell: zeros))
        try print.expect("FromTheTutorials", "nn.LSTM")
    }

    @Test
    func `The gates of an LSTM`() throws {
        let cell = LSTMCell(
            inputSize: 2, hiddenSize: 4,
            seed: 1)
        let x = Tensor(shape: [2], [1, -1])
        let before = LSTMState(
            hidden: Tensor(
                shape: [4],
                [0.1, 0.2, -0.3, -0.4]),
            cell: Tensor(
                shape: [4], [2, 1, -1, -2]))

        var gates = cell.gates(x, before)

        print(gates.input)  // tensor([0.4038, 0.3602, 0.5945, 0.7378])
        print(gates.forget)  // tensor([0.4688, 0.5145, 0.3649, 0.4634])
        print(gates.candidate)  // tensor([-0.7380,  0.5484, -0.1755,  0.3051])
        print(gates.output)  // tensor([0.5887, 0.5471, 0.1847, 0.5657])
        print(gates.state.cell)  // tensor([ 0.6396,  0.7121, -0.4693, -0.7017])
        print(gates.state.hidden)  // tensor([ 0.3324,  0.3348, -0.0808, -0.3425])

        for row in 4..<8 { cell["bias_ih"][row] = -1000 }
        gates = cell.gates(x, before)
        print(gates.forget)  // tensor([0., 0., 0., 0.])
        print(gates.state.cell)  // tensor([-0.2980,  0.1975, -0.1043,  0.2251])
        try print.expect("FromTheTutorials", "The gates of an LSTM")
    }

    @Test
    func `nn.GRU`() throws {
        let x = Tensor(shape: [1, 10, 5])

        let gru = GRU(
            inputSize: 5, hiddenSize: 8,
            batchFirst: true)
        let result = gru(x)
        print(result.output.shape)
        // [1, 10, 8]
        print(result.state.hidden.shape)
        // [1, 1, 8]

        for p in gru.layout.parameters {
            print(p.name, p.shape)
        }
        // weight_ih_l0 [24, 5]
        // weight_hh_l0 [24, 8]
        // bias_ih_l0 [24]
        // bias_hh_l0 [24]
        try print.expect("FromTheTutorials", "nn.GRU")
    }

    @Test
    func `Keras SimpleRNN`() throws {
        var model = Sequential(
            inputShape: [10, 4],
            [.simpleRNN(3)])
        let x = Tensor(shape: [5, 10, 4])
        print(model.parameterCount)  // 24
        print(model(x).shape)  // [5, 3]

        model = Sequential(
            inputShape: [10, 4],
            [
                .simpleRNN(
                    3, returnSequences: true),
                .simpleRNN(
                    3, returnSequences: true),
            ])
        print(model.parameterCount)  // 45
        print(model.summary())
        try print.expect("FromTheTutorials", "Keras SimpleRNN")
    }

    @Test
    func `Keras return_sequences and return_state`() throws {
        let x = Tensor(
            shape: [1, 4, 5],
            [
                0.1, 4.2, 1.5, 1.1, 2.8,
                1.0, 3.1, 2.5, 0.7, 1.1,
                0.3, 2.1, 1.5, 2.1, 0.1,
                2.2, 1.4, 0.5, 0.9, 1.1,
            ])

        func set(
            _ names: [String],
            _ value: Float,
            in module: any Module
        ) {
            for name in names {
                module[name] = Tensor(
                    shape: module[name].shape,
                    repeating: value)
            }
        }

        let rnn = Sequential(
            inputShape: [4, 5],
            [
                .simpleRNN(
                    3, returnSequences: true,
                    returnState: true)
            ])
        let weights = [
            "weight_ih_l0", "weight_hh_l0",
        ]
        let bias = ["bias_ih_l0"]
        var module = rnn.modules[0]
        set(weights, 0.1, in: module)
        set(bias, 0, in: module)
        var result = rnn.result(x)
        print(result.output)
        // tensor([[[0.7487, 0.7487, 0.7487],
        //          [0.7874, 0.7874, 0.7874],
        //          [0.6891, 0.6891, 0.6891],
        //          [0.6733, 0.6733, 0.6733]]])
        print(result.states[0].hidden.shape)
        // [1, 1, 3]
        print(result.states[0].hidden)
        // tensor([[[0.6733, 0.6733, 0.6733]]])

        let lstm = Sequential(
            inputShape: [4, 5],
            [.lstm(3, returnState: true)])
        module = lstm.modules[0]
        set(weights, 0.1, in: module)
        set(bias, 0, in: module)
        for row in 3..<6 {
            module[bias[0]][row] = 1
        }
        result = lstm.result(x)
        print(result.output)
        // tensor([[0.6303, 0.6303, 0.6303]])
        print(result.states[0].cell!)
        // tensor([[[1.5707, 1.5707, 1.5707]]])
        try print.expect("FromTheTutorials", "Keras return_sequences and return_state")
    }

    @Test
    func `Keras Bidirectional`() throws {
        let x = Tensor(shape: [1, 10, 4])
        var model = Sequential(
            inputShape: [10, 4],
            [
                .bidirectional(
                    .simpleRNN(
                        3,
                        returnSequences: true))
            ])
        print(model.parameterCount)  // 48
        print(model(x).shape)  // [1, 10, 6]

        model = Sequential(
            inputShape: [10, 4],
            [
                .bidirectional(
                    .simpleRNN(3), merge: .sum)
            ])
        print(model(x).shape)  // [1, 3]
        try print.expect("FromTheTutorials", "Keras Bidirectional")
    }

    @Test
    func `The Bi-LSTM that reads MNIST`() throws {
        let lstm = LSTM(
            inputSize: 28, hiddenSize: 12,
            numLayers: 2, batchFirst: true,
            bidirectional: true)
        let fc = Linear(
            inputSize: 28 * 24, outputSize: 10)

        func scores(_ x: Tensor) -> Tensor {
            fc(lstm(x).features(.all))
        }

        let x = Tensor(shape: [128, 28, 28])
        print(scores(x).shape)  // [128, 10]

        let lossOf = CrossEntropyLoss()
        let optimization = Optimization(
            of: [lstm, fc],
            by: Adam(learningRate: 5e-3))

        func train(
            _ x: Tensor, _ labels: [Int]
        ) -> Double {
            let steps = lstm.forward(x)
            let scores = fc.forward(
                steps.result.features(.all))
            let loss = lossOf(
                scores.output, labels)
            steps.backward(
                scores.backward(loss.gradient),
                from: .all)
            optimization.step()
            return loss.value
        }

        let labels = (0..<128).map { $0 % 10 }
        let images = Tensor(
            stacking: labels.map {
                Tensor(
                    shape: [28, 28],
                    repeating: Float($0) / 10)
            })
        let before = train(images, labels)
        var after = before
        for _ in 0..<20 {
            after = train(images, labels)
        }
        print(after < before)  // true

        let model = SequenceModel(
            RecurrentStack(
                .lstm, inputSize: 28, hiddenSize: 12, numLayers: 2, bidirectional: true),
            sequenceLength: 28, classCount: 10)
        print(model.parameterCount)  // 14410
        print(model.summary())
        try print.expect("FromTheTutorials", "The Bi-LSTM that reads MNIST")
    }

    @Test
    func `Vanishing gradients`() throws {
        func gradientNorms<Kind>(_ layer: RecurrentLayer<Kind>) -> [String] {
            let x = Tensor(shape: [51, 4], (0..<51 * 4).map { sin(Float($0)) })
            let ones = Kind.State(hidden: Tensor(shape: [1, 8], repeating: 1), cell: nil)
            let gradient = layer.forward(x).backward(nil, state: ones).input
            return [10, 30, 50].map { back in
                let squares = gradient.slice(50 - back).elements.map { Double($0 * $0) }
                return String(format: "%.1e", squares.reduce(0, +).squareRoot())
            }
        }

        let open = LSTM(inputSize: 4, hiddenSize: 8, seed: 1)
        for row in 8..<16 { open["bias_ih_l0"][row] += 5 }

        print("RNN", gradientNorms(RNN(inputSize: 4, hiddenSize: 8, seed: 1)))
        print("LSTM", gradientNorms(LSTM(inputSize: 4, hiddenSize: 8, seed: 1)))
        print("GRU", gradientNorms(GRU(inputSize: 4, hiddenSize: 8, seed: 1)))
        print("LSTM, forget gate open", gradientNorms(open))
        try print.expect("FromTheTutorials", "Vanishing gradients")
    }
}
