/// A row of a model's summary.
package struct LayerSummary: Hashable, Sendable {
    /// The layer's name and type: "lstm.l0 (bidirectional LSTM)".
    package let name: String
    /// The shape of the output, with N for the number of sequences: "(N, 28, 24)".
    package let outputShape: String
    /// The number of parameters (floats).
    package let parameterCount: Int

    /// Creates a row; a layer without parameters counts 0.
    package init(_ name: String, outputShape: String, parameterCount: Int = 0) {
        self.name = name
        self.outputShape = outputShape
        self.parameterCount = parameterCount
    }
}

/// A model or layer that `summary()` shows as a table.
package protocol Summarizable {
    /// The shape of the input, with N for the number of sequences: "(N, 28, 28)".
    var inputShape: String { get }
    /// The rows of the table, from the input to the output.
    var layerSummaries: [LayerSummary] { get }
}

extension Summarizable {
    /// The number of parameters (floats) of all layers.
    package var parameterCount: Int { layerSummaries.reduce(0) { $0 + $1.parameterCount } }
}

extension RecurrentStack {
    /// Returns a row for each layer and for each dropout between two layers.
    ///
    /// - Parameters:
    ///   - dimensions: The dimensions before the features, for instance "N, 28".
    ///   - prefix: The text before each layer's name, for instance "lstm.".
    func layerSummaries(_ dimensions: String, prefix: String) -> [LayerSummary] {
        (0..<numLayers).flatMap { layer -> [LayerSummary] in
            let recurrent = LayerSummary(
                "\(prefix)l\(layer) (\(bidirectional ? "bidirectional " : "")\(cell.family))",
                outputShape: "(\(dimensions), \(outputSize))", parameterCount: parameterCount(ofLayer: layer))
            guard drops(after: layer) else { return [recurrent] }
            return [
                recurrent, LayerSummary("dropout \(dropout)", outputShape: "(\(dimensions), \(outputSize))"),
            ]
        }
    }

    private func parameterCount(ofLayer layer: Int) -> Int {
        let biases = bias == .none ? 0 : bias.hasHiddenBias(cell) ? 2 : 1
        return directions * gateRows * (inputSize(ofLayer: layer) + hiddenSize + biases)
    }
}
