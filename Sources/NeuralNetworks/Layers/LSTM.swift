/// A stack of LSTM layers, with PyTorch's meaning and names (`torch.nn.LSTM`, `batch_first=True`).
///
/// For each element of the input sequence a layer computes
///
///     i = σ(W_ii x + b_ii + W_hi h' + b_hi)        c = f c' + i g
///     f = σ(W_if x + b_if + W_hf h' + b_hf)        h = o tanh(c)
///     g = tanh(W_ig x + b_ig + W_hg h' + b_hg)
///     o = σ(W_io x + b_io + W_ho h' + b_ho)
///
/// where h' and c' are the states one step back. Source: Hochreiter and Schmidhuber, "Long short-term
/// memory", 1997; forget gate: Gers, Schmidhuber and Cummins, 2000.
///
/// Shapes: input (N, L, D), output (N, L, directions · H), states (layers · directions, N, H), at index
/// layer · directions + direction. The parameters are `weight_ih_l[k]` (4H, D or directions · H),
/// `weight_hh_l[k]` (4H, H), `bias_ih_l[k]` and `bias_hh_l[k]` (4H), with `_reverse` for the backward
/// direction; rows in the order i, f, g, o. All start from U(-1/√H, 1/√H).
public struct LSTM: Hashable, Codable, Sendable {
    public let inputSize: Int
    public let hiddenSize: Int
    public let numLayers: Int
    public let bias: Bool
    public let bidirectional: Bool

    public init(
        inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true, bidirectional: Bool = false
    ) {
        precondition(inputSize > 0, "inputSize must be positive, not \(inputSize)")
        precondition(hiddenSize > 0, "hiddenSize must be positive, not \(hiddenSize)")
        precondition(numLayers > 0, "numLayers must be positive, not \(numLayers)")
        self.inputSize = inputSize
        self.hiddenSize = hiddenSize
        self.numLayers = numLayers
        self.bias = bias
        self.bidirectional = bidirectional
    }

    public var directions: Int { bidirectional ? 2 : 1 }

    /// Features of the output: the directions side by side.
    public var outputSize: Int { directions * hiddenSize }

    /// Gates of one unit.
    static let gates = 4

    /// Rows of the weights: the gates of all units.
    var gateRows: Int { Self.gates * hiddenSize }

    /// Features that layer `layer` reads.
    func inputSize(ofLayer layer: Int) -> Int { layer == 0 ? inputSize : outputSize }

    /// Bound of the uniform distribution that all parameters start from.
    var initialBound: Float { 1 / Float(hiddenSize).squareRoot() }

    /// Where the parameters of one direction of one layer lie.
    struct Offsets: Hashable, Sendable {
        let weightIH: Int
        let weightHH: Int
        let biasIH: Int?
        let biasHH: Int?
    }

    /// Adds the parameters to a layout under `prefix`. The result is indexed layer · directions + direction.
    func append(to layout: inout ParameterLayout, prefix: String) -> [Offsets] {
        var offsets: [Offsets] = []
        for layer in 0..<numLayers {
            for direction in 0..<directions {
                let suffix = "_l\(layer)" + (direction == 1 ? "_reverse" : "")
                offsets.append(
                    Offsets(
                        weightIH: layout.append(
                            prefix + "weight_ih" + suffix, shape: [gateRows, inputSize(ofLayer: layer)]),
                        weightHH: layout.append(
                            prefix + "weight_hh" + suffix, shape: [gateRows, hiddenSize]),
                        biasIH: bias ? layout.append(prefix + "bias_ih" + suffix, shape: [gateRows]) : nil,
                        biasHH: bias ? layout.append(prefix + "bias_hh" + suffix, shape: [gateRows]) : nil))
            }
        }
        return offsets
    }
}
