import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Sequential with sequences of different lengths")
struct SequentialLengthTests {
    static let lengths = [5, 2, 3]
    static let chains: [[SequentialLayer]] = [
        [.gru(3), .dense(2)],
        [.bidirectional(.lstm(2, returnSequences: true), merge: .sum), .dropout(0), .simpleRNN(3)],
        [.lstm(3, returnSequences: true, goBackwards: true), .gru(2, goBackwards: true)],
        [.gru(2, returnSequences: true, goBackwards: true), .dense(3, activation: .tanh)],
        [.bidirectional(.gru(2)), .repeatVector(2), .simpleRNN(2)],
    ]

    private static func model(_ index: Int, steps: Int) -> Sequential {
        SequentialTests.model(chains[index], inputShape: [steps, 4])
    }

    /// The padding is not read, so it may be anything.
    private static func padded() -> Tensor {
        var x = Tensor.random([3, 5, 4], seed: 3)
        for (row, length) in lengths.enumerated() {
            for step in length..<5 { for feature in 0..<4 { x[row, step, feature] = 1e9 } }
        }
        return x
    }

    @Test(arguments: chains.indices)
    func `each sequence has the output that it has alone`(_ index: Int) {
        let x = Self.padded()
        let together = Self.model(index, steps: 5)(x, lengths: Self.lengths)
        for (row, length) in Self.lengths.enumerated() {
            let alone = Self.model(index, steps: length)(
                Tensor(shape: [1, length, 4], Array(x.slice(row).elements[..<(length * 4)])))
            let found = together.slice(row).elements
            expectEqual(Array(found[..<alone.count]), alone.elements, "sequence \(row)")
        }
    }

    @Test(arguments: chains.indices)
    func `gradients equal finite differences, and padding gets none`(_ index: Int) {
        let model = Self.model(index, steps: 5)
        var x = Self.padded()
        for place in x.elements.indices where x.elements[place] == 1e9 { x.elements[place] = 0.5 }
        let pass = model.forward(x, lengths: Self.lengths, step: 1)
        #expect(pass.output == model(x, lengths: Self.lengths))
        // The output past the end is not part of any loss, because a dense layer adds its bias there.
        var factor = Tensor.random(pass.output.shape, seed: 4)
        if factor.rank == 3, factor.shape[1] == 5 {
            for (row, length) in Self.lengths.enumerated() {
                for step in length..<5 { for unit in 0..<factor.shape[2] { factor[row, step, unit] = 0 } }
            }
        }
        let found = pass.backward(factor)
        for (index, module) in model.modules.enumerated() {
            expectSlopes(of: module, absolute: 3e-4, "module \(index)") {
                model(x, lengths: Self.lengths).dot(factor)
            }
        }
        expectSlopes(found.elements, at: x.elements, absolute: 3e-4, "input") {
            model(Tensor(shape: x.shape, $0), lengths: Self.lengths).dot(factor)
        }
        for (row, length) in Self.lengths.enumerated() {
            #expect(found.slice(row).elements[(length * 4)...].allSatisfy { $0 == 0 })
        }
    }

    @Test
    func `an embedding passes the lengths on`() {
        let model = Sequential(inputShape: [4], [.embedding(5, dimension: 3), .gru(2)])
        let words = Tensor([[1, 2, 3, 4], [3, 1, 0, 0]])
        let alone = Sequential(inputShape: [2], [.embedding(5, dimension: 3), .gru(2)])
        expectEqual(
            model(words, lengths: [4, 2]).slice(1).elements, alone(Tensor([[3, 1]])).slice(0).elements)
    }

    @Test
    func `lengths that do not fit trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = Sequential(inputShape: [4, 2], [.dense(2)])(Tensor(shape: [2, 4, 2]), lengths: [4])
        }
        await #expect(processExitsWith: .failure) {
            _ = Sequential(inputShape: [4, 2], [.dense(2)])(Tensor(shape: [1, 4, 2]), lengths: [5])
        }
        await #expect(processExitsWith: .failure) {
            _ = Sequential(inputShape: [4, 2], [.dense(2)])(Tensor(shape: [1, 4, 2]), lengths: [0])
        }
    }
}
