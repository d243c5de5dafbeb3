import NeuralNetworks

extension SequenceClassifier {
    /// The model's layers, output shapes and parameter counts as a table, in the manner of Keras.
    public func summary() -> String {
        var table = TextTable([.init("Layer (type)"), .init("Output shape"), .init("Parameters", .right)])
        let family = stack.cell.family
        for layer in 0..<stack.numLayers {
            let parameters = layout.parameters.filter {
                $0.name.hasSuffix("_l\(layer)") || $0.name.hasSuffix("_l\(layer)_reverse")
            }
            table.append([
                "\(family.lowercased()).l\(layer) (\(stack.bidirectional ? "bidirectional " : "")\(family))",
                "(N, \(sequenceLength), \(stack.outputSize))",
                TextFormat.grouped(parameters.reduce(0) { $0 + $1.count }),
            ])
        }
        let linear = layout.parameters.filter { $0.name.hasPrefix("fc.") }
        table.append(["flatten", "(N, \(linear[0].shape[1]))", "0"])
        table.append([
            "fc (Linear)", "(N, \(classCount))", TextFormat.grouped(linear.reduce(0) { $0 + $1.count }),
        ])
        table.appendRule()
        table.append([
            "total", "input (N, \(sequenceLength), \(stack.inputSize))",
            "\(TextFormat.grouped(layout.count)) (\(TextFormat.bytes(4 * layout.count)))",
        ])
        return table.rendered()
    }
}
