import Platform

/// The configuration of stacked recurrent layers in one or two directions, with PyTorch's meaning and names
/// (`torch.nn.RNN`, `LSTM`, `GRU`).
///
/// Shapes: input (N, L, D), output (N, L, directions · H), states (layers · directions, N, H), where the state of a
/// layer and direction has the index layer · directions + direction. Each layer above the first reads both directions
/// of the layer below.
///
/// The parameters are `weight_ih_l[k]` (gates · H, D or directions · H), `weight_hh_l[k]` (gates · H, H),
/// `bias_ih_l[k]` and `bias_hh_l[k]` (gates · H), with the suffix `_reverse` for the backward direction. Rows are in
/// the order i, f, g, o (LSTM) or r, z, n (GRU). All are initially drawn from U(-1/√H, 1/√H).
public struct RecurrentStack: Hashable, Sendable {
    /// The equations of a step.
    public let cell: RecurrentCell
    /// D, the number of features of a step of the input.
    public let inputSize: Int
    /// H, the number of hidden units of one direction.
    public let hiddenSize: Int
    /// The number of layers.
    public let numLayers: Int
    /// The number of biases of each layer.
    public let bias: BiasStyle
    /// The dropout probability of a layer's output before the next layer.
    public let dropout: Double
    /// Whether each layer also reads the sequence backwards.
    public let bidirectional: Bool

    /// Creates a stack of layers. Sizes outside 1 to 65,536 (layers: 1,024), and a dropout outside 0..<1, trap.
    ///
    /// - Parameters:
    ///   - cell: The equations of a step.
    ///   - inputSize: D, the number of features of a step of the input.
    ///   - hiddenSize: H, the number of hidden units of one direction.
    ///   - numLayers: The number of layers.
    ///   - bias: The number of biases of each layer.
    ///   - dropout: The dropout probability of a layer's output before the next layer.
    ///   - bidirectional: Whether each layer also reads the sequence backwards.
    public init(
        _ cell: RecurrentCell, inputSize: Int, hiddenSize: Int, numLayers: Int = 1,
        bias: BiasStyle = .pytorch, dropout: Double = 0, bidirectional: Bool = false
    ) {
        precondition(
            ModelLimits.sizes.contains(inputSize), "inputSize must be 1 to 65,536, not \(inputSize)")
        precondition(
            ModelLimits.sizes.contains(hiddenSize), "hiddenSize must be 1 to 65,536, not \(hiddenSize)")
        precondition(
            ModelLimits.layers.contains(numLayers), "numLayers must be 1 to 1,024, not \(numLayers)")
        precondition(dropout >= 0 && dropout < 1, "dropout must be of 0..<1, not \(dropout)")
        self.cell = cell
        self.inputSize = inputSize
        self.hiddenSize = hiddenSize
        self.numLayers = numLayers
        self.bias = bias
        self.dropout = dropout
        self.bidirectional = bidirectional
    }

    /// The number of directions: 1, or 2 in a bidirectional stack.
    package var directions: Int { bidirectional ? 2 : 1 }

    /// The number of features of a step of the output: directions · H.
    package var outputSize: Int { directions * hiddenSize }

    /// The number of rows of the weights: gates · H.
    var gateRows: Int { cell.gates * hiddenSize }

    /// Returns the number of features that a layer reads at each step.
    func inputSize(ofLayer layer: Int) -> Int { layer == 0 ? inputSize : outputSize }

    /// Returns whether training applies dropout between a layer and the next.
    func drops(after layer: Int) -> Bool { dropout > 0 && (0..<numLayers - 1).contains(layer) }

    /// The bound of the uniform distribution of the initial parameters.
    var initialBound: Float { 1 / Float(hiddenSize).squareRoot() }

    /// The index of the first number, in the flat buffer, of each parameter of one direction of one layer.
    struct Offsets: Hashable, Sendable {
        let inputSize: Int
        let weightIH: Int
        let weightHH: Int
        let biasIH: Int?
        let biasHH: Int?
    }

    /// Adds the parameters to a layout under `prefix`. The index in the result is layer · directions + direction.
    func append(to layout: inout ParameterLayout, prefix: String) -> [Offsets] {
        var offsets: [Offsets] = []
        let hasHiddenBias = bias.hasHiddenBias(cell)
        for layer in 0..<numLayers {
            for direction in 0..<directions {
                let suffix = "_l\(layer)" + (direction == 1 ? "_reverse" : "")
                offsets.append(
                    Offsets(
                        inputSize: inputSize(ofLayer: layer),
                        weightIH: layout.append(
                            prefix + "weight_ih" + suffix, shape: [gateRows, inputSize(ofLayer: layer)]),
                        weightHH: layout.append(
                            prefix + "weight_hh" + suffix, shape: [gateRows, hiddenSize]),
                        biasIH: bias == .none
                            ? nil : layout.append(prefix + "bias_ih" + suffix, shape: [gateRows]),
                        biasHH: hasHiddenBias
                            ? layout.append(prefix + "bias_hh" + suffix, shape: [gateRows]) : nil))
            }
        }
        return offsets
    }
}

extension RecurrentStack: Codable {
    private enum Key: String, CodingKey {
        case cell, inputSize, hiddenSize, numLayers, bias, dropout, bidirectional
    }

    /// Encodes the sizes and options under their property names.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(cell, forKey: .cell)
        try values.encode(inputSize, forKey: .inputSize)
        try values.encode(hiddenSize, forKey: .hiddenSize)
        try values.encode(numLayers, forKey: .numLayers)
        try values.encode(bias, forKey: .bias)
        try values.encode(dropout, forKey: .dropout)
        try values.encode(bidirectional, forKey: .bidirectional)
    }

    /// Decodes a stack.
    ///
    /// - Throws: A `DecodingError`, also for sizes outside 1 to 65,536 (layers: 1,024) and for a dropout outside 0..<1.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            try values.decode(RecurrentCell.self, forKey: .cell),
            inputSize: try values.decode(.inputSize, of: ModelLimits.sizes),
            hiddenSize: try values.decode(.hiddenSize, of: ModelLimits.sizes),
            numLayers: try values.decode(.numLayers, of: ModelLimits.layers),
            bias: try values.decode(BiasStyle.self, forKey: .bias),
            dropout: try values.decodeShare(.dropout),
            bidirectional: try values.decode(Bool.self, forKey: .bidirectional))
    }
}

extension KeyedDecodingContainer {
    /// Decodes an integer that must be in `range`, so that an invalid file throws an error instead of trapping.
    func decode(_ key: Key, of range: ClosedRange<Int>) throws -> Int {
        let value = try decode(Int.self, forKey: key)
        guard range.contains(value) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self,
                debugDescription: "expected \(range.lowerBound) to \(range.upperBound), found \(value)")
        }
        return value
    }

    /// Decodes a number that must be in 0..<1.
    func decodeShare(_ key: Key) throws -> Double {
        let value = try decode(Double.self, forKey: key)
        guard value >= 0, value < 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "expected 0 or more and below 1, found \(value)")
        }
        return value
    }
}
