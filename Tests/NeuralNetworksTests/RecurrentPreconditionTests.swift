import Testing

@testable import NeuralNetworks

@Suite("Invalid tensors and shapes trap")
struct RecurrentPreconditionTests {
    // An exit test captures values since Swift 6.3.
    #if compiler(>=6.3)
        @Test(arguments: [[2], [4, 3], [4, 2, 3], [1, 4, 2, 2], [0, 2], [0, 1, 2], [4, 2, 0]])
        func `input of another shape traps`(_ shape: [Int]) async {
            await #expect(processExitsWith: .failure) { [shape] in
                _ = GRU(inputSize: 2, hiddenSize: 3)(Tensor(shape: shape))
            }
        }

        @Test(arguments: [[], [4], [4, 5], [4, 0], [4, -1], [4, 4, 4]])
        func `invalid lengths trap`(_ lengths: [Int]) async {
            await #expect(processExitsWith: .failure) { [lengths] in
                _ = RNN(inputSize: 2, hiddenSize: 3)(Tensor(shape: [4, 2, 2]), lengths: lengths)
            }
        }

        /// The correct shape is [2, 5, 3].
        @Test(arguments: [[1, 5, 3], [2, 4, 3], [2, 5, 2], [5, 2, 3], [2, 3], [2, 15]])
        func `states of another shape trap`(_ shape: [Int]) async {
            await #expect(processExitsWith: .failure) { [shape] in
                let layer = GRU(inputSize: 2, hiddenSize: 3, bidirectional: true)
                _ = layer(Tensor(shape: [4, 5, 2]), state: HiddenState(hidden: Tensor(shape: shape)))
            }
        }
    #endif

    @Test
    func `a batched state for a single sequence and a cell state of another shape trap`() async {
        await #expect(processExitsWith: .failure) {
            let state = HiddenState(hidden: Tensor(shape: [1, 1, 3]))
            _ = RNN(inputSize: 2, hiddenSize: 3)(Tensor(shape: [4, 2]), state: state)
        }
        await #expect(processExitsWith: .failure) {
            let state = LSTMState(hidden: Tensor(shape: [1, 5, 3]), cell: Tensor(shape: [1, 4, 3]))
            _ = LSTM(inputSize: 2, hiddenSize: 3)(Tensor(shape: [4, 5, 2]), state: state)
        }
    }

    @Test
    func `gradients in the other layout trap`() async {
        await #expect(processExitsWith: .failure) {
            let pass = RNN(inputSize: 2, hiddenSize: 3, batchFirst: true).forward(Tensor(shape: [5, 4, 2]))
            pass.backward(Tensor(shape: [4, 5, 3]))
        }
        await #expect(processExitsWith: .failure) {
            let pass = RNN(inputSize: 2, hiddenSize: 3).forward(Tensor(shape: [4, 5, 2]))
            pass.backward(nil, state: HiddenState(hidden: Tensor(shape: [1, 4, 3])))
        }
    }

    @Test
    func `an invalid dropout probability traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = RecurrentStack(.lstm, inputSize: 1, hiddenSize: 1, numLayers: 2, dropout: -0.1)
        }
        await #expect(processExitsWith: .failure) {
            _ = RecurrentStack(.lstm, inputSize: 1, hiddenSize: 1, numLayers: 2, dropout: 1)
        }
        await #expect(processExitsWith: .failure) {
            _ = RecurrentStack(.lstm, inputSize: 1, hiddenSize: 1, numLayers: 2, dropout: .nan)
        }
    }

    @Test
    func `unknown parameters and parameters of another shape trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = RNN(inputSize: 2, hiddenSize: 3, bias: false)["bias_ih_l0"]
        }
        await #expect(processExitsWith: .failure) {
            RNN(inputSize: 2, hiddenSize: 3)["weight_ih_l0"] = Tensor(shape: [2, 3])
        }
    }

    @Test
    func `tensors of other counts and shapes trap`() async {
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3], [1, 2, 3, 4, 5]) }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [-1, -1], [1]) }
        await #expect(processExitsWith: .failure) { _ = Tensor([[1, 2], [3]]) }
        await #expect(processExitsWith: .failure) { _ = Tensor(stacking: []) }
        await #expect(processExitsWith: .failure) {
            _ = Tensor(stacking: [Tensor(shape: [2]), Tensor(shape: [1, 2])])
        }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3]).reshaped([3, 3]) }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2]).swappingFirstTwo() }
    }

    @Test
    func `indices outside a tensor trap`() async {
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3])[0, 3] }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3])[-1, 0] }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3])[1] }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 3]).slice(2) }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: []).slice(0) }
    }
}
