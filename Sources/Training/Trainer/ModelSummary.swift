import NeuralNetworks

extension SequenceClassifier {
    /// The model's layers, output shapes and parameter counts as a table, in the manner of Keras.
    public func summary() -> String {
        var table = TextTable([.init("Layer (type)"), .init("Output shape"), .init("Parameters", .right)])
        for layer in 0..<lstm.numLayers {
            let parameters = layout.parameters.filter {
                $0.name.hasSuffix("_l\(layer)") || $0.name.hasSuffix("_l\(layer)_reverse")
            }
            table.append([
                "lstm.l\(layer) (\(lstm.bidirectional ? "bidirectional LSTM" : "LSTM"))",
                "(N, \(sequenceLength), \(lstm.outputSize))",
                TextFormat.grouped(parameters.reduce(0) { $0 + $1.count }),
            ])
        }
        table.append(["flatten", "(N, \(head.inputSize))", "0"])
        let linear = layout.parameters.filter { $0.name.hasPrefix("fc.") }
        table.append([
            "fc (Linear)", "(N, \(classCount))", TextFormat.grouped(linear.reduce(0) { $0 + $1.count }),
        ])
        table.appendRule()
        table.append([
            "total", "input (N, \(sequenceLength), \(lstm.inputSize))",
            "\(TextFormat.grouped(layout.count)) (\(TextFormat.bytes(4 * layout.count)))",
        ])
        return table.rendered()
    }
}
