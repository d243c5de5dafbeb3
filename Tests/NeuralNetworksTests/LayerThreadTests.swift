import Foundation
import Synchronization
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Layers on several threads")
struct LayerThreadTests {
    private static let (batch, steps, inputs, hidden) = (203, 7, 5, 6)
    private static let lengths = (0..<batch).map { 1 + $0 * 5 % steps }

    /// Returns the results of a training step and of inference, which must not depend on the number of threads.
    private func results(_ cell: RecurrentCell, threads: Int, lengths: [Int]?, dropout: Double) -> [[Float]] {
        let layer = RecurrentLayer(
            RecurrentStack(
                cell, inputSize: Self.inputs, hiddenSize: Self.hidden, numLayers: 2, dropout: dropout,
                bidirectional: true), batchFirst: true, threads: threads)
        let linear = Linear(inputSize: 2 * Self.hidden, outputSize: 131, threads: threads)
        let input = Tensor.random([Self.batch, Self.steps, Self.inputs], seed: 1)
        let pass = layer.forward(input, lengths: lengths, step: 3)
        let scores = linear.forward(pass.output)
        let found = pass.backward(scores.backward(.random(scores.output.shape, seed: 2)))
        let result = layer(input, lengths: lengths)
        return [
            pass.output.elements, pass.state.hidden.elements, scores.output.elements,
            layer.gradients.elements,
            linear.gradients.elements, found.input.elements, found.initialState.hidden.elements,
            result.output.elements, result.state.hidden.elements,
        ]
    }

    @Test(arguments: RecurrentCell.allCases, [false, true])
    func `the number of threads does not change a bit`(cell: RecurrentCell, hasLengths: Bool) {
        let lengths = hasLengths ? Self.lengths : nil
        let one = results(cell, threads: 1, lengths: lengths, dropout: 0.25)
        #expect(one.allSatisfy { $0.allSatisfy(\.isFinite) && Set($0).count > 100 })
        for threads in [2, 3] {
            #expect(
                results(cell, threads: threads, lengths: lengths, dropout: 0.25) == one, "\(threads) threads")
        }
    }

    @Test
    func `a Sequential gives its threads to its layers`() {
        func results(threads: Int) -> [[Float]] {
            let model = Sequential(
                inputShape: [Self.steps, Self.inputs],
                [
                    .bidirectional(.lstm(Self.hidden, returnSequences: true)), .gru(9),
                    .dense(11, activation: .tanh),
                ],
                threads: threads)
            let pass = model.forward(
                .random([Self.batch, Self.steps, Self.inputs], seed: 1), lengths: Self.lengths, step: 0)
            let found = pass.backward(.random([Self.batch, 11], seed: 2))
            return [pass.output.elements, found.elements] + model.modules.map { $0.gradients.elements }
        }
        let one = results(threads: 1)
        for threads in [2, 3] { #expect(results(threads: threads) == one) }
    }

    @Test
    func `layers on two threads at once share a pool`() async {
        let expected = results(.lstm, threads: 1, lengths: nil, dropout: 0)
        await withTaskGroup(of: [[Float]].self) { group in
            for _ in 0..<4 {
                group.addTask { self.results(.lstm, threads: 2, lengths: nil, dropout: 0) }
            }
            for await found in group { #expect(found == expected) }
        }
    }

    @Test
    func `tasks of a shared pool run on several threads`() {
        // No layer of a test has this number of threads: a task of a busy pool would wait for the other one for ever.
        let pool = SharedPool.of(threads: 5)
        #expect(pool === SharedPool.of(threads: 5) && pool !== SharedPool.of(threads: 3))
        // Each of two tasks waits for the other one.
        let meeting = Meeting()
        pool.run(tasks: 2) { _ in meeting.wait() }
        #expect(meeting.count == 2)
    }

    @Test
    func `an input gradient may be read on any thread`() async {
        let gru = GRU(inputSize: 2, hiddenSize: 3, threads: 2)
        let (input, slopes) = (Tensor.random([5, 99, 2], seed: 4), Tensor.random([5, 99, 3], seed: 5))
        let expected = gru.forward(input).backward(slopes).input.elements
        let found = gru.forward(input).backward(slopes)
        await withTaskGroup(of: [Float].self) { group in
            for _ in 0..<4 { group.addTask { found.input.elements } }
            // Meanwhile the layer packs other weights.
            gru.parameters.base.update(repeating: 0.5, count: gru.parameters.count)
            _ = gru(input)
            for await elements in group { #expect(elements == expected) }
        }
    }

    @Test
    func `fewer than one thread traps`() async {
        await #expect(processExitsWith: .failure) { _ = GRU(inputSize: 2, hiddenSize: 3, threads: 0) }
        await #expect(processExitsWith: .failure) { _ = Linear(inputSize: 2, outputSize: 3, threads: 0) }
    }
}

/// A place where two threads wait for each other.
private final class Meeting: Sendable {
    private let arrived = Atomic<Int>(0)

    var count: Int { arrived.load(ordering: .relaxed) }

    func wait() {
        arrived.add(1, ordering: .acquiringAndReleasing)
        while arrived.load(ordering: .acquiring) < 2 { sched_yield() }
    }
}
