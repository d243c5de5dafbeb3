import Testing

@testable import NeuralNetworks

@Suite("Programming errors trap")
struct PreconditionTests {
    @Test
    func `invalid sizes trap`() async {
        await #expect(processExitsWith: .failure) { _ = RecurrentStack(.lstm, inputSize: 0, hiddenSize: 1) }
        await #expect(processExitsWith: .failure) { _ = RecurrentStack(.lstm, inputSize: 1, hiddenSize: -1) }
        await #expect(processExitsWith: .failure) {
            _ = RecurrentStack(.lstm, inputSize: 1, hiddenSize: 1, numLayers: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = SequenceModel(
                RecurrentStack(.lstm, inputSize: 1, hiddenSize: 1), sequenceLength: 0, classCount: 2)
        }
        await #expect(processExitsWith: .failure) {
            _ = SequenceModel(
                RecurrentStack(.lstm, inputSize: 1, hiddenSize: 1), sequenceLength: 1, classCount: 65_537)
        }
    }

    @Test
    func `parameters of another model trap`() async {
        await #expect(processExitsWith: .failure) {
            let model = SequenceModel(
                RecurrentStack(.lstm, inputSize: 2, hiddenSize: 3), sequenceLength: 4, classCount: 5)
            _ = SequenceEngine(model: model, parameters: FloatBuffer(count: model.layout.count - 1))
        }
    }

    // An exit test captures values since Swift 6.3.
    #if compiler(>=6.3)
        @Test(arguments: [(9, 0), (0, 1), (0, -1)])
        func `labels out of range and indices out of range trap`(_ label: Int, _ index: Int) async {
            await #expect(processExitsWith: .failure) { [label, index] in
                let model = SequenceModel(
                    RecurrentStack(.lstm, inputSize: 2, hiddenSize: 3), sequenceLength: 4, classCount: 5)
                let engine = SequenceEngine(model: model, parameters: model.initialParameters(seed: 0))
                // Eight bytes of input are followed by the label.
                ([UInt8](repeating: 0, count: 8) + [UInt8(label)]).withUnsafeBufferPointer { bytes in
                    let base = bytes.baseAddress!
                    let sequences = SequenceSamples(bytes: base, labels: base + 8, count: 1)
                    _ = [Int32(index)].withUnsafeBufferPointer { engine.train(sequences, batch: $0) }
                }
            }
        }
    #endif

    @Test
    func `input and states of other shapes trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = LSTM(inputSize: 2, hiddenSize: 3)(Tensor(shape: [4, 3]))
        }
        await #expect(processExitsWith: .failure) {
            let state = LSTMState(hidden: Tensor(shape: [1, 3]), cell: Tensor(shape: [1, 2]))
            _ = LSTM(inputSize: 2, hiddenSize: 3)(Tensor(shape: [1, 2]), state: state)
        }
        await #expect(processExitsWith: .failure) {
            _ = LSTM(inputSize: 2, hiddenSize: 3)(Tensor(shape: [0, 2]))
        }
    }

    @Test
    func `gradients of other shapes and a second backward pass trap`() async {
        await #expect(processExitsWith: .failure) {
            let pass = LSTM(inputSize: 2, hiddenSize: 3).forward(Tensor(shape: [1, 2]))
            pass.backward(Tensor(shape: [1, 4]))
        }
        await #expect(processExitsWith: .failure) {
            let pass = LSTM(inputSize: 2, hiddenSize: 3).forward(Tensor(shape: [1, 2]))
            pass.backward(nil, state: LSTMState(hidden: Tensor(shape: [1, 3]), cell: Tensor(shape: [1, 4])))
        }
        await #expect(processExitsWith: .failure) {
            let pass = LSTM(inputSize: 2, hiddenSize: 3).forward(Tensor(shape: [1, 2]))
            pass.backward(nil)
            pass.backward(nil)
        }
    }

    @Test
    func `two parameters with one name and a pool without threads trap`() async {
        await #expect(processExitsWith: .failure) {
            var layout = ParameterLayout()
            layout.append("weight", shape: [2])
            layout.append("weight", shape: [3])
        }
        await #expect(processExitsWith: .failure) { _ = WorkerPool(threads: 0) }
    }
}
