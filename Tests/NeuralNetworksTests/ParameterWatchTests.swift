import Testing

@testable import NeuralNetworks

@Suite("Weights are packed only when the parameters change")
struct ParameterWatchTests {
    @Test
    func `every change is seen once`() {
        let parameters = FloatBuffer(count: 37)
        let watch = ParameterWatch(parameters)
        #expect(watch.look())
        #expect(!watch.look())
        for index in [0, 36] {
            parameters.base[index] = 1
            #expect(watch.look())
            #expect(!watch.look())
        }
        // The bit pattern differs, though the numbers are equal.
        parameters.base[5] = -0.0
        #expect(watch.look())
        #expect(watch.changes == 4)
    }

    @Test
    func `a layer's output follows its parameters`() {
        let (gru, linear) = (GRU(inputSize: 2, hiddenSize: 3), Linear(inputSize: 2, outputSize: 3))
        let input = Tensor(shape: [4, 2], repeating: 1)
        let before = (gru(input).output, linear(input))
        let former = (gru.parameters.base[0], linear.parameters.base[0])
        gru.parameters.base[0] += 1
        linear.parameters.base[0] += 1
        #expect(gru(input).output != before.0)
        #expect(linear(input) != before.1)
        (gru.parameters.base[0], linear.parameters.base[0]) = former
        #expect(gru(input).output == before.0)
        #expect(linear(input) == before.1)
    }

    /// A pass can be run backward as long as no other weights were packed, whatever the parameters are now.
    @Test
    func `backward uses the weights of the forward pass`() {
        let gradients = [false, true].map { changes in
            let gru = GRU(inputSize: 2, hiddenSize: 3)
            let pass = gru.forward(Tensor(shape: [4, 2], repeating: 1))
            if changes { gru.parameters.base.update(repeating: 9, count: gru.parameters.count) }
            return pass.backward(Tensor(shape: [4, 3], repeating: 1)).input
        }
        #expect(gradients[0] == gradients[1])
    }

    @Test
    func `a pass whose weights were replaced traps`() async {
        await #expect(processExitsWith: .failure) {
            let gru = GRU(inputSize: 2, hiddenSize: 3)
            let input = Tensor(shape: [4, 2])
            let pass = gru.forward(input)
            gru.parameters.base[0] += 1
            _ = gru(input)
            pass.backward(nil)
        }
        await #expect(processExitsWith: .failure) {
            let linear = Linear(inputSize: 2, outputSize: 3)
            let input = Tensor(shape: [4, 2])
            let pass = linear.forward(input)
            linear.parameters.base[0] += 1
            _ = linear(input)
            pass.backward(Tensor(shape: [4, 3]))
        }
    }
}
