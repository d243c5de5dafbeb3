import Testing

@testable import NeuralNetworks

@Suite("Summaries")
struct SummaryTests {
    @Test(
        arguments: RecurrentCell.allCases, BiasStyle.allCases)
    func `a layer has as many parameters as its layout`(_ cell: RecurrentCell, _ bias: BiasStyle) {
        for bidirectional in [false, true] {
            let stack = RecurrentStack(
                cell, inputSize: 3, hiddenSize: 5, numLayers: 3, bias: bias, bidirectional: bidirectional)
            let layer = RecurrentLayer(stack)
            #expect(layer.parameterCount == layer.layout.count)
            for readout in Readout.ofSequences {
                let model = SequenceModel(stack, sequenceLength: 4, classCount: 7, readout: readout)
                #expect(model.parameterCount == model.layout.count)
            }
        }
    }

    @Test(arguments: classifierTables.keys.sorted { $0.rawValue < $1.rawValue })
    func `the summary of a classifier has its layers`(_ readout: Readout) {
        let model = SequenceModel(
            RecurrentStack(
                .lstm, inputSize: 28, hiddenSize: 64, numLayers: 2, dropout: 0.2, bidirectional: true),
            sequenceLength: 28, classCount: 10, readout: readout, dropout: readout == .all ? 0.5 : 0)
        #expect(model.summary() == Self.classifierTables[readout])
    }

    @Test
    func `the summary of a regressor has its sigmoid`() {
        let model = SequenceModel(
            RecurrentStack(.rnnTanh, inputSize: 4, hiddenSize: 8, numLayers: 2), sequenceLength: 5,
            valueCount: 1, activation: .sigmoid)
        #expect(
            model.summary() == """
                ┌──────────────┬─────────────────┬───────────────┐
                │ Layer (type) │ Output shape    │    Parameters │
                ├──────────────┼─────────────────┼───────────────┤
                │ rnn.l0 (RNN) │ (N, 5, 8)       │           112 │
                │ rnn.l1 (RNN) │ (N, 5, 8)       │           144 │
                │ flatten      │ (N, 40)         │             0 │
                │ fc (Linear)  │ (N, 1)          │            41 │
                │ sigmoid      │ (N, 1)          │             0 │
                ├──────────────┼─────────────────┼───────────────┤
                │ total        │ input (N, 5, 4) │ 297 (1.2 KiB) │
                └──────────────┴─────────────────┴───────────────┘
                """)
    }

    @Test
    func `the summary of a layer has its order of dimensions`() {
        let layer = GRU(inputSize: 3, hiddenSize: 5)
        #expect(
            layer.summary() == """
                ┌──────────────┬─────────────────┬─────────────┐
                │ Layer (type) │ Output shape    │  Parameters │
                ├──────────────┼─────────────────┼─────────────┤
                │ l0 (GRU)     │ (L, N, 5)       │         150 │
                ├──────────────┼─────────────────┼─────────────┤
                │ total        │ input (L, N, 3) │ 150 (600 B) │
                └──────────────┴─────────────────┴─────────────┘
                """)
        #expect(GRU(inputSize: 3, hiddenSize: 5, batchFirst: true).inputShape == "(N, L, 3)")
    }

    @Test
    func `the summary of Keras' example of two simple layers equals Keras'`() {
        let model = Sequential(inputShape: [10, 4], [.simpleRNN(3, returnSequences: true), .simpleRNN(3)])
        #expect(
            model.summary() == """
                ┌──────────────┬──────────────────┬────────────┐
                │ Layer (type) │ Output shape     │ Parameters │
                ├──────────────┼──────────────────┼────────────┤
                │ SimpleRNN    │ (N, 10, 3)       │         24 │
                │ SimpleRNN    │ (N, 3)           │         21 │
                ├──────────────┼──────────────────┼────────────┤
                │ total        │ input (N, 10, 4) │ 45 (180 B) │
                └──────────────┴──────────────────┴────────────┘
                """)
    }

    @Test
    func `the summary of every layer of Sequential fits names and numbers`() {
        let model = Sequential(
            inputShape: [10, 4],
            [
                .simpleRNN(3, returnSequences: true), .bidirectional(.gru(7)), .dropout(0.5),
                .repeatVector(4), .flatten, .dense(20000),
            ])
        #expect(
            model.summary() == """
                ┌─────────────────────────────┬──────────────────┬─────────────────────┐
                │ Layer (type)                │ Output shape     │          Parameters │
                ├─────────────────────────────┼──────────────────┼─────────────────────┤
                │ SimpleRNN                   │ (N, 10, 3)       │                  24 │
                │ Bidirectional (GRU, concat) │ (N, 14)          │                 504 │
                │ Dropout 0.5                 │ (N, 14)          │                   0 │
                │ RepeatVector                │ (N, 4, 14)       │                   0 │
                │ Flatten                     │ (N, 56)          │                   0 │
                │ Dense                       │ (N, 20000)       │           1,140,000 │
                ├─────────────────────────────┼──────────────────┼─────────────────────┤
                │ total                       │ input (N, 10, 4) │ 1,140,528 (4.4 MiB) │
                └─────────────────────────────┴──────────────────┴─────────────────────┘
                """)
    }

    static let classifierTables: [Readout: String] = [
        .all: """
        ┌──────────────────────────────┬───────────────────┬─────────────────────┐
        │ Layer (type)                 │ Output shape      │          Parameters │
        ├──────────────────────────────┼───────────────────┼─────────────────────┤
        │ lstm.l0 (bidirectional LSTM) │ (N, 28, 128)      │              48,128 │
        │ dropout 0.2                  │ (N, 28, 128)      │                   0 │
        │ lstm.l1 (bidirectional LSTM) │ (N, 28, 128)      │              99,328 │
        │ flatten                      │ (N, 3584)         │                   0 │
        │ dropout 0.5                  │ (N, 3584)         │                   0 │
        │ fc (Linear)                  │ (N, 10)           │              35,850 │
        ├──────────────────────────────┼───────────────────┼─────────────────────┤
        │ total                        │ input (N, 28, 28) │ 183,306 (716.0 KiB) │
        └──────────────────────────────┴───────────────────┴─────────────────────┘
        """,
        .last: """
        ┌──────────────────────────────┬───────────────────┬─────────────────────┐
        │ Layer (type)                 │ Output shape      │          Parameters │
        ├──────────────────────────────┼───────────────────┼─────────────────────┤
        │ lstm.l0 (bidirectional LSTM) │ (N, 28, 128)      │              48,128 │
        │ dropout 0.2                  │ (N, 28, 128)      │                   0 │
        │ lstm.l1 (bidirectional LSTM) │ (N, 28, 128)      │              99,328 │
        │ last output                  │ (N, 128)          │                   0 │
        │ fc (Linear)                  │ (N, 10)           │               1,290 │
        ├──────────────────────────────┼───────────────────┼─────────────────────┤
        │ total                        │ input (N, 28, 28) │ 148,746 (581.0 KiB) │
        └──────────────────────────────┴───────────────────┴─────────────────────┘
        """,
        .final: """
        ┌──────────────────────────────┬───────────────────┬─────────────────────┐
        │ Layer (type)                 │ Output shape      │          Parameters │
        ├──────────────────────────────┼───────────────────┼─────────────────────┤
        │ lstm.l0 (bidirectional LSTM) │ (N, 28, 128)      │              48,128 │
        │ dropout 0.2                  │ (N, 28, 128)      │                   0 │
        │ lstm.l1 (bidirectional LSTM) │ (N, 28, 128)      │              99,328 │
        │ final states                 │ (N, 128)          │                   0 │
        │ fc (Linear)                  │ (N, 10)           │               1,290 │
        ├──────────────────────────────┼───────────────────┼─────────────────────┤
        │ total                        │ input (N, 28, 28) │ 148,746 (581.0 KiB) │
        └──────────────────────────────┴───────────────────┴─────────────────────┘
        """,
        .mean: """
        ┌──────────────────────────────┬───────────────────┬─────────────────────┐
        │ Layer (type)                 │ Output shape      │          Parameters │
        ├──────────────────────────────┼───────────────────┼─────────────────────┤
        │ lstm.l0 (bidirectional LSTM) │ (N, 28, 128)      │              48,128 │
        │ dropout 0.2                  │ (N, 28, 128)      │                   0 │
        │ lstm.l1 (bidirectional LSTM) │ (N, 28, 128)      │              99,328 │
        │ mean of outputs              │ (N, 128)          │                   0 │
        │ fc (Linear)                  │ (N, 10)           │               1,290 │
        ├──────────────────────────────┼───────────────────┼─────────────────────┤
        │ total                        │ input (N, 28, 28) │ 148,746 (581.0 KiB) │
        └──────────────────────────────┴───────────────────┴─────────────────────┘
        """,
    ]
}
