import Testing

@testable import NeuralNetworks

@Suite("The text of a layer's result")
struct ResultTextTests {
    private static let input = Tensor(shape: [1, 2, 1], [1, -1])

    /// All parameters are zero, so that all states are zero and the gates 0.5.
    private static func cleared<Layer: Module>(_ layer: Layer) -> Layer {
        clear(layer)
        return layer
    }

    private static func clear(_ module: any Module) {
        module.parameters.base.clear(count: module.parameters.count)
    }

    @Test func `an LSTM prints its output and its states with their shapes`() {
        let lstm = Self.cleared(LSTM(inputSize: 1, hiddenSize: 2, batchFirst: true))
        let text = """
            output [1, 2, 2]
            tensor([[[0., 0.],
                     [0., 0.]]])
            hidden [1, 1, 2]
            tensor([[[0., 0.]]])
            cell [1, 1, 2]
            tensor([[[0., 0.]]])
            """
        #expect("\(lstm(Self.input))" == text)
        let pass = lstm.forward(Self.input)
        #expect("\(pass.result)" == text)
        #expect(
            "\(pass.backward(Tensor(shape: [1, 2, 2])))" == """
                input [1, 2, 1]
                tensor([[[0.],
                         [0.]]])
                hidden [1, 1, 2]
                tensor([[[0., 0.]]])
                cell [1, 1, 2]
                tensor([[[0., 0.]]])
                """)
    }

    @Test func `states print h, and c if there is one`() {
        #expect(
            "\(HiddenState(hidden: Tensor([[0.25, -1]])))" == "hidden [1, 2]\ntensor([[ 0.2500, -1.0000]])")
        let state = LSTMState(hidden: Tensor([[2, 3]]), cell: Tensor([[4, 5]]))
        #expect("\(state)" == "hidden [1, 2]\ntensor([[2., 3.]])\ncell [1, 2]\ntensor([[4., 5.]])")
        #expect("\(AnyState(hidden: Tensor([[1]])))" == "hidden [1, 1]\ntensor([[1.]])")
    }

    @Test func `gates, a Sequential and a loss print their tensors`() {
        let cell = Self.cleared(LSTMCell(inputSize: 1, hiddenSize: 2))
        #expect(
            "\(cell.gates(Tensor(shape: [1])))" == """
                input [2]
                tensor([0.5000, 0.5000])
                forget [2]
                tensor([0.5000, 0.5000])
                candidate [2]
                tensor([0., 0.])
                output [2]
                tensor([0.5000, 0.5000])
                hidden [2]
                tensor([0., 0.])
                cell [2]
                tensor([0., 0.])
                """)
        let model = Sequential(inputShape: [2, 1], [.gru(1, returnState: true)])
        model.modules.forEach(Self.clear)
        #expect(
            "\(model.result(Self.input))" == """
                output [1, 1]
                tensor([[0.]])
                hidden [1, 1, 1]
                tensor([[[0.]]])
                """)
        let loss = MSELoss()(Tensor([[1, 2]]), Tensor([[0, 2]]))
        #expect("\(loss)" == "value 0.5000, mean of 2\ngradient [1, 2]\ntensor([[1., 0.]])")
    }
}
