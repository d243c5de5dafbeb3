import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Snapshots of layers, called by several tasks")
struct LayerSnapshotTests {
    private static let (inputs, hidden) = (5, 6)

    /// Returns the results of calls by several tasks at the same time, in the order of the calls.
    private func together<Found: Sendable>(
        _ calls: Int, _ call: @escaping @Sendable (Int) -> Found
    ) async -> [Found] {
        await withTaskGroup(of: (Int, Found).self) { group in
            for index in 0..<calls { group.addTask { (index, call(index)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// The input of a call: batches of different sizes and numbers of steps.
    private static func input(_ call: Int) -> Tensor {
        .random([3 + 31 * (call % 4), 2 + call % 3, inputs], seed: UInt64(call))
    }

    private static func lengths(_ input: Tensor) -> [Int] {
        (0..<input.shape[0]).map { 1 + $0 * 5 % input.shape[1] }
    }

    @Test(arguments: RecurrentCell.allCases, [1, 2])
    func `a recurrent layer`(cell: RecurrentCell, threads: Int) async {
        let layer = RecurrentLayer(
            RecurrentStack(
                cell, inputSize: Self.inputs, hiddenSize: Self.hidden, numLayers: 2, dropout: 0.5,
                bidirectional: true), batchFirst: true, seed: 3, threads: threads)
        @Sendable func results(_ input: Tensor, _ run: (Tensor, [Int]?) -> RecurrentLayer<AnyKind>.Result)
            -> [[Float]]
        {
            [nil, Self.lengths(input)].flatMap { lengths in
                let result = run(input, lengths)
                return [result.output.elements, result.state.hidden.elements]
            }
        }
        let expected = (0..<12).map { call in results(Self.input(call)) { layer($0, lengths: $1) } }
        #expect(expected.allSatisfy { $0.allSatisfy { $0.allSatisfy(\.isFinite) && Set($0).count > 20 } })
        let snapshot = layer.snapshot()
        let found = await together(12) { call in results(Self.input(call)) { snapshot($0, lengths: $1) } }
        #expect(found == expected)
    }

    @Test
    func `initial states`() async {
        let gru = GRU(inputSize: Self.inputs, hiddenSize: Self.hidden, batchFirst: true)
        let states = (0..<8).map {
            HiddenState(hidden: .random([1, Self.input($0).shape[0], Self.hidden], seed: 9 + UInt64($0)))
        }
        let expected = (0..<8).map { gru(Self.input($0), state: states[$0]).state }
        let snapshot = gru.snapshot()
        #expect(await together(8) { snapshot(Self.input($0), state: states[$0]).state } == expected)
        #expect(gru(Self.input(7)).state != expected[7])
    }

    @Test
    func `a cell, a linear layer and an embedding`() async {
        let cell = LSTMCell(inputSize: Self.inputs, hiddenSize: Self.hidden)
        let linear = Linear(inputSize: Self.inputs, outputSize: 37, threads: 2)
        let embedding = Embedding(count: 7, dimension: 3, paddingIndex: 0)
        let (cells, products, vectors) = (cell.snapshot(), linear.snapshot(), embedding.snapshot())
        @Sendable func indices(_ call: Int) -> Indices { Indices([[call % 7, 1, 0], [6, call % 5, 2]]) }
        let states = (0..<8).map { cell(Self.input($0).slice(1), cell(Self.input($0).slice(0))) }
        #expect(
            await together(8) { cells(Self.input($0).slice(1), cells(Self.input($0).slice(0))) } == states)
        #expect(await together(8) { products(Self.input($0)) } == (0..<8).map { linear(Self.input($0)) })
        #expect(await together(8) { vectors(indices($0)) } == (0..<8).map { embedding(indices($0)) })
    }

    @Test(arguments: [1, 2])
    func `a Sequential of all kinds of layers`(threads: Int) async {
        let model = Sequential(
            inputShape: [4],
            [
                .embedding(9, dimension: 5), .dropout(0.5),
                .recurrent(RecurrentOptions(.lstm, units: 6, returnSequences: true, returnState: true)),
                .bidirectional(.gru(5), merge: .sum), .repeatVector(3), .flatten,
                .dense(11, activation: .tanh), .dense(4),
            ],
            threads: threads)
        @Sendable func input(_ call: Int) -> Tensor {
            let batch = 2 + 33 * (call % 3)
            return Tensor(shape: [batch, 4], (0..<batch * 4).map { Float(($0 * 7 + call) % 9) })
        }
        @Sendable func elements(_ result: Sequential.Result) -> [[Float]] {
            [result.output.elements]
                + result.states.flatMap { [$0.hidden.elements, $0.cell?.elements ?? []] }
        }
        let expected = (0..<9).map { elements(model.result(input($0))) }
        let snapshot = model.snapshot()
        #expect(await together(9) { elements(snapshot.result(input($0))) } == expected)
        #expect(snapshot(input(1), lengths: Array(repeating: 2, count: 35)) != snapshot(input(1)))
        #expect(
            snapshot(input(1), lengths: Array(repeating: 2, count: 35))
                == model(input(1), lengths: Array(repeating: 2, count: 35)))
    }

    @Test
    func `training a model does not change its snapshot, even while tasks call it`() async {
        let lstm = LSTM(inputSize: Self.inputs, hiddenSize: Self.hidden, batchFirst: true, threads: 2)
        let linear = Linear(inputSize: Self.hidden, outputSize: 3, threads: 2)
        let optimization = Optimization(of: [lstm, linear], by: Adam(learningRate: 0.1))
        let (first, second) = (lstm.snapshot(), linear.snapshot())
        let expected = (0..<12).map { linear(lstm(Self.input($0)).features(.final)) }
        await withTaskGroup(of: (Int, Tensor).self) { group in
            for call in 0..<12 {
                group.addTask { (call, second(first(Self.input(call)).features(.final))) }
            }
            for step in 0..<5 {
                let pass = lstm.forward(Self.input(step))
                let scores = linear.forward(pass.result.features(.final))
                pass.backward(scores.backward(scores.output), from: .final)
                optimization.step()
            }
            for await (call, found) in group { #expect(found == expected[call]) }
        }
        #expect(linear(lstm(Self.input(0)).features(.final)) != expected[0])
        #expect(second(first(Self.input(0)).features(.final)) == expected[0])
    }
}
