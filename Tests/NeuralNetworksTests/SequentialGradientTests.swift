import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Sequential gradients and errors")
struct SequentialGradientTests {
    static let chains: [[SequentialLayer]] = [
        [
            .gru(3, returnSequences: true), .dropout(0.4),
            .bidirectional(.lstm(2, returnSequences: true), merge: .mul), .dense(3, activation: .tanh),
            .flatten, .dense(2, activation: .sigmoid),
        ],
        [
            .lstm(2, goBackwards: true), .repeatVector(3), .dense(2),
            .bidirectional(.simpleRNN(2), merge: .ave), .dropout(0.3), .dense(2),
        ],
        [
            .bidirectional(.gru(2, returnSequences: true, resetAfter: false), merge: .sum),
            .simpleRNN(3, returnSequences: true, goBackwards: true),
            .bidirectional(.simpleRNN(2, goBackwards: true)),
        ],
        [
            .bidirectional(.lstm(2, returnSequences: true, goBackwards: true), merge: .ave),
            .bidirectional(.gru(2), merge: .mul),
        ],
        [
            .bidirectional(.simpleRNN(2, returnSequences: true)), .lstm(2, returnSequences: true),
            .bidirectional(.gru(2, resetAfter: false), merge: .sum),
        ],
    ]

    @Test(arguments: chains.indices)
    func `gradients of all parameters and the input equal finite differences`(_ index: Int) {
        let model = SequentialTests.model(Self.chains[index], inputShape: [3, 2])
        let x = Tensor.random([2, 3, 2], seed: 8)
        let pass = model.forward(x, step: 5)
        let factor = Tensor.random(pass.output.shape, seed: 9)
        let found = pass.backward(factor)
        for (index, module) in model.modules.enumerated() {
            expectSlopes(of: module, absolute: 3e-4, "module \(index)") {
                model.forward(x, step: 5).output.dot(factor)
            }
        }
        expectSlopes(found.elements, at: x.elements, absolute: 3e-4, "input") {
            model.forward(Tensor(shape: x.shape, $0), step: 5).output.dot(factor)
        }
    }

    /// Finite differences would step over the kink.
    @Test
    func `ReLU passes the gradient where it is positive`() {
        let model = SequentialTests.model([.dense(40, activation: .relu)], inputShape: [3])
        let linear = Linear(inputSize: 3, outputSize: 40)
        linear.parameters.base.update(
            from: model.modules[0].parameters.base, count: linear.layout.count)
        let (x, factor) = (Tensor.random([2, 3], seed: 1), Tensor.random([2, 40], seed: 2))
        let pass = linear.forward(x)
        var through = factor
        for (index, number) in pass.output.elements.enumerated() where number <= 0 {
            through.elements[index] = 0
        }
        #expect(through.elements.count { $0 == 0 } > 10)
        expectEqual(model.forward(x, step: 0).backward(factor).elements, pass.backward(through).elements)
        expectEqual(model.modules[0].gradients.elements, linear.gradients.elements)
    }

    @Test
    func `shapes that do not match trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = Sequential(inputShape: [10, 4], [.simpleRNN(3), .simpleRNN(3)])
        }
        await #expect(processExitsWith: .failure) {
            _ = Sequential(inputShape: [10, 4], [.bidirectional(.dense(3))])
        }
        await #expect(processExitsWith: .failure) {
            _ = Sequential(inputShape: [10, 4], [.repeatVector(3)])
        }
        await #expect(processExitsWith: .failure) {
            _ = Sequential(inputShape: [4], [.repeatVector(0)])
        }
        await #expect(processExitsWith: .failure) { _ = SequentialLayer.lstm(0) }
        await #expect(processExitsWith: .failure) {
            _ = Sequential(inputShape: [10, 4], [.gru(3)])(Tensor(shape: [2, 4, 10]))
        }
        await #expect(processExitsWith: .failure) {
            _ = Sequential(inputShape: [10, 4], [.gru(3)])(Tensor(shape: [10, 4]))
        }
    }

    @Test
    func `a recurrent layer after one without sequences says what to do`() async throws {
        let result = try await #require(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) { _ = Sequential(inputShape: [10, 4], [.lstm(3), .bidirectional(.gru(3))]) }
        #expect(
            String(decoding: result.standardErrorContent, as: UTF8.self).contains(
                "GRU reads (N, steps, features), not (N, 3); "
                    + "a recurrent layer before it needs returnSequences: true"))
    }
}
