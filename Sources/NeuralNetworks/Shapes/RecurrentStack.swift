/// Recurrent layers on top of each other, in one or two directions: their sizes and what they are made of, with
/// PyTorch's meaning and names (`torch.nn.RNN`, `LSTM`, `GRU`).
///
/// Shapes, with N sequences of L steps of D features and H hidden units: input (N, L, D), output
/// (N, L, directions · H), states (layers · directions, N, H), at index layer · directions + direction. A layer
/// above the first one reads both directions of the one below.
///
/// The parameters are `weight_ih_l[k]` (gates · H, D or directions · H), `weight_hh_l[k]` (gates · H, H),
/// `bias_ih_l[k]` and `bias_hh_l[k]` (gates · H), with `_reverse` for the backward direction; rows in the order
/// i, f, g, o of an LSTM and r, z, n of a GRU. All start from U(-1/√H, 1/√H).
public struct RecurrentStack: Hashable, Sendable {
    public let cell: RecurrentCell
    public let inputSize: Int
    public let hiddenSize: Int
    public let numLayers: Int
    public let bias: BiasStyle
    /// Probability with which an output of a layer is zero when the next layer reads it, in training only.
    public let dropout: Double
    public let bidirectional: Bool

    public init(
        _ cell: RecurrentCell, inputSize: Int, hiddenSize: Int, numLayers: Int = 1,
        bias: BiasStyle = .pytorch, dropout: Double = 0, bidirectional: Bool = false
    ) {
        precondition(inputSize > 0, "inputSize must be positive, not \(inputSize)")
        precondition(hiddenSize > 0, "hiddenSize must be positive, not \(hiddenSize)")
        precondition(numLayers > 0, "numLayers must be positive, not \(numLayers)")
        precondition(dropout >= 0 && dropout < 1, "dropout must be of 0..<1, not \(dropout)")
        self.cell = cell
        self.inputSize = inputSize
        self.hiddenSize = hiddenSize
        self.numLayers = numLayers
        self.bias = bias
        self.dropout = dropout
        self.bidirectional = bidirectional
    }

    package var directions: Int { bidirectional ? 2 : 1 }

    /// Features of the output: the directions side by side.
    public var outputSize: Int { directions * hiddenSize }

    /// Rows of the weights: the gates of all units.
    var gateRows: Int { cell.gates * hiddenSize }

    /// Features that layer `layer` reads.
    func inputSize(ofLayer layer: Int) -> Int { layer == 0 ? inputSize : outputSize }

    /// Whether training drops outputs of a layer on their way to the next.
    func drops(after layer: Int) -> Bool { dropout > 0 && (0..<numLayers - 1).contains(layer) }

    /// Bound of the uniform distribution that all parameters start from.
    var initialBound: Float { 1 / Float(hiddenSize).squareRoot() }

    /// Where the parameters of one direction of one layer lie.
    struct Offsets: Hashable, Sendable {
        let inputSize: Int
        let weightIH: Int
        let weightHH: Int
        let biasIH: Int?
        let biasHH: Int?
    }

    /// Adds the parameters to a layout under `prefix`. The result is indexed layer · directions + direction.
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

    /// - Throws: a `DecodingError` also for numbers that make no layers.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            try values.decode(RecurrentCell.self, forKey: .cell),
            inputSize: try values.decode(.inputSize, of: 1...65_536),
            hiddenSize: try values.decode(.hiddenSize, of: 1...65_536),
            numLayers: try values.decode(.numLayers, of: 1...1024),
            bias: try values.decode(BiasStyle.self, forKey: .bias),
            dropout: try values.decodeShare(.dropout),
            bidirectional: try values.decode(Bool.self, forKey: .bidirectional))
    }
}

extension KeyedDecodingContainer {
    /// A number that must be in `range`: what is read from a file must not end in a trap.
    func decode(_ key: Key, of range: ClosedRange<Int>) throws -> Int {
        let value = try decode(Int.self, forKey: key)
        guard range.contains(value) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self,
                debugDescription: "expected \(range.lowerBound) to \(range.upperBound), found \(value)")
        }
        return value
    }

    /// A number that must be in 0..<1.
    func decodeShare(_ key: Key) throws -> Double {
        let value = try decode(Double.self, forKey: key)
        guard value >= 0, value < 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "expected 0 or more and below 1, found \(value)")
        }
        return value
    }
}
