/// A row of a model's summary.
public struct LayerSummary: Hashable, Sendable {
    /// What it is called, and what it is.
    public let name: String
    /// N is the number of sequences, whatever that will be.
    public let outputShape: String
    public let parameterCount: Int

    package init(_ name: String, outputShape: String, parameterCount: Int = 0) {
        self.name = name
        self.outputShape = outputShape
        self.parameterCount = parameterCount
    }
}

/// Something that `summary()` shows as a table.
public protocol Summarizable {
    var inputShape: String { get }
    var layerSummaries: [LayerSummary] { get }
}

extension Summarizable {
    public var parameterCount: Int { layerSummaries.reduce(0) { $0 + $1.parameterCount } }
}

extension RecurrentStack {
    /// A row for each layer, and one for dropout where it stands.
    /// - Parameter dimensions: in front of the features, "N, 28" for instance.
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
