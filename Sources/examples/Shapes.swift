import ArgumentParser
import Console
import NeuralNetworks

/// The shapes and values that the tutorials print, computed by the layers.
struct Shapes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shapes",
        abstract: "Shapes of outputs and states, Keras' parameter counts, return_sequences and return_state.")

    func run() {
        printPyTorch()
        printKeras()
        ReturnedStates.show()
    }

    private func printPyTorch() {
        let deep = RNN(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true)
        let both = RNN(inputSize: 5, hiddenSize: 8, numLayers: 2, batchFirst: true, bidirectional: true)
        var table = TextTable(
            ["PyTorch", "Input", "Output", "h (and c of an LSTM)"].map { .init($0) })
        table.append(row("RNN(5, 8)", [1, 10, 5], RNN(inputSize: 5, hiddenSize: 8, batchFirst: true)))
        table.append(row("  2 layers", [1, 10, 5], deep))
        table.append(row("  2 layers, bidirectional", [1, 10, 5], both))
        table.append(row("  2 layers, 140 stock rows", [1, 140, 5], deep))
        table.append(row("LSTM(6, 200)", [100, 30, 6], LSTM(inputSize: 6, hiddenSize: 200)))
        table.append(
            row("  bidirectional", [100, 30, 6], LSTM(inputSize: 6, hiddenSize: 200, bidirectional: true)))
        table.append(
            row(
                "  bidirectional, batchFirst", [100, 30, 6],
                LSTM(inputSize: 6, hiddenSize: 200, batchFirst: true, bidirectional: true)))
        table.append(row("GRU(6, 200)", [100, 30, 6], GRU(inputSize: 6, hiddenSize: 200)))
        print(table.rendered())
    }

    /// Returns a row with the name, and the shapes of the input, the output and the hidden state.
    private func row<Kind>(_ name: String, _ input: [Int], _ layer: RecurrentLayer<Kind>) -> [String] {
        let result = layer(Tensor(shape: input))
        return [name, text(input), text(result.output.shape), text(result.state.hidden.shape)]
    }

    /// Prints Keras' layers for `batch_input_shape=(5, 10, 4)`.
    private func printKeras() {
        let sequences = SequentialLayer.simpleRNN(3, returnSequences: true)
        var table = TextTable(["Keras", "Input", "Output", "Parameters"].map { .init($0) })
        let models: [(String, [SequentialLayer])] = [
            ("SimpleRNN(3)", [.simpleRNN(3)]), ("SimpleRNN(3, return_sequences=True)", [sequences]),
            ("  two layers", [sequences, sequences]), ("  Bidirectional", [.bidirectional(sequences)]),
        ]
        for (name, layers) in models {
            let model = Sequential(inputShape: [10, 4], layers)
            let output = model(Tensor(shape: [5, 10, 4])).shape
            table.append([name, text([5, 10, 4]), text(output), "\(model.parameterCount)"])
        }
        print(table.rendered())
        print(Sequential(inputShape: [10, 4], [sequences, sequences]).summary())
    }

    private func text(_ shape: [Int]) -> String {
        "(" + shape.map(String.init).joined(separator: ", ") + ")"
    }
}
