/// A row of a model's summary.
public struct LayerSummary: Hashable, Sendable {
    /// What it is called, and what it is.
    public let name: String
    /// N is the number of sequences, whatever that will be.
    public let outputShape: String
    public let parameterCount: Int

    public init(_ name: String, outputShape: String, parameterCount: Int = 0) {
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

extension RecurrentLayer: Summarizable {
    public var inputShape: String { "(\(dimensions), \(stack.inputSize))" }

    public var layerSummaries: [LayerSummary] { stack.layerSummaries(dimensions, prefix: "") }

    private var dimensions: String { batchFirst ? "N, L" : "L, N" }
}

extension SequenceModel: Summarizable {
    public var inputShape: String { "(N, \(sequenceLength), \(stack.inputSize))" }

    public var layerSummaries: [LayerSummary] {
        let features = "(N, \(head.inputSize))"
        return stack.layerSummaries("N, \(sequenceLength)", prefix: stack.cell.family.lowercased() + ".")
            + [LayerSummary(readout == .all ? "flatten" : readout.title, outputShape: features)]
            + (dropout > 0 ? [LayerSummary("dropout \(dropout)", outputShape: features)] : [])
            + [
                LayerSummary(
                    "fc (Linear)", outputShape: outputShape,
                    parameterCount: output.count * (head.inputSize + 1))
            ]
            + (hasSigmoid ? [LayerSummary("sigmoid", outputShape: outputShape)] : [])
    }
}

extension SequenceModel {
    private var outputShape: String { "(N, \(output.count))" }

    /// Whether a sigmoid stands at the end.
    var hasSigmoid: Bool { if case .values(_, .sigmoid) = output { true } else { false } }
}

extension Readout {
    /// As summaries call it.
    var title: String {
        switch self {
        case .all: "outputs of all steps"
        case .last: "last output"
        case .final: "final states"
        case .mean: "mean of outputs"
        }
    }
}
