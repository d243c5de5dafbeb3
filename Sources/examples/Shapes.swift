import ArgumentParser
import Console
import NeuralNetworks

/// The shapes that tutorials print, by the real layers.
struct Shapes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shapes", abstract: "Shapes of outputs and states, and Keras' parameter counts.")

    func run() {
        let rows: [[String]] = [
            row("RNN(5, 8)", [1, 10, 5], RNN(inputSize: 5, hiddenSize: 8, batchFirst: true)),
            row("  2 layers", [1, 10, 5], RNN(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true)),
            row(
                "  2 layers, bidirectional", [1, 10, 5],
                RNN(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true, bidirectional: true)),
            row(
                "  2 layers, 140 stock rows", [1, 140, 5],
                RNN(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true)),
            row("LSTM(6, 200)", [100, 30, 6], LSTM(inputSize: 6, hiddenSize: 200)),
            row(
                "  bidirectional", [100, 30, 6], LSTM(inputSize: 6, hiddenSize: 200, bidirectional: true)),
            row(
                "  bidirectional, batchFirst", [100, 30, 6],
                LSTM(inputSize: 6, hiddenSize: 200, batchFirst: true, bidirectional: true)),
            row("GRU(6, 200)", [100, 30, 6], GRU(inputSize: 6, hiddenSize: 200)),
        ]
        var table = TextTable([
            .init("Layer"), .init("Input"), .init("Output"), .init("h (an LSTM's c is alike)"),
        ])
        for row in rows { table.append(row) }
        print(table.rendered())
        for layers: [SequentialLayer] in [
            [.simpleRNN(3)], [.simpleRNN(3, returnSequences: true), .simpleRNN(3)],
            [.bidirectional(.simpleRNN(3))],
        ] {
            print(Sequential(inputShape: [10, 4], layers).summary())
        }
    }

    /// Name, input, output and hidden state.
    private func row<Kind>(_ name: String, _ input: [Int], _ layer: RecurrentLayer<Kind>) -> [String] {
        let result = layer(Tensor(shape: input))
        return [name, text(input), text(result.output.shape), text(result.state.hidden.shape)]
    }

    private func text(_ shape: [Int]) -> String {
        "(" + shape.map(String.init).joined(separator: ", ") + ")"
    }
}
