import Testing

@testable import NeuralNetworks

/// A shard has 32 lanes, and a batch may have fewer sequences. The content of the other lanes must have no effect.
@Suite("Lanes without a sequence")
struct IdleLaneTests {
    /// From an input of zero, h = max(0, x + 1 + 2 h') grows without bound; from inputs of -100 it stays zero.
    @Test(arguments: [nil, [200, 150]])
    func `idle lanes never diverge if no sequence does`(_ lengths: [Int]?) {
        let rnn = RNN(inputSize: 1, hiddenSize: 1, nonlinearity: .relu, batchFirst: true)
        rnn["weight_ih_l0"] = Tensor(shape: [1, 1], [1])
        rnn["weight_hh_l0"] = Tensor(shape: [1, 1], [2])
        rnn["bias_ih_l0"] = Tensor(shape: [1], [1])
        rnn["bias_hh_l0"] = Tensor(shape: [1], [0])
        let pass = rnn.forward(Tensor(shape: [2, 200, 1], repeating: -100), lengths: lengths)
        pass.backward(Tensor(shape: [2, 200, 1], repeating: 1))
        #expect(pass.output.elements.allSatisfy { $0 == 0 })
        #expect(rnn.gradients.elements.allSatisfy { $0 == 0 })
    }
}
