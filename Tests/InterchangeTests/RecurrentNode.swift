import Foundation
import ONNX

/// A node LSTM, GRU or RNN, computed step by step from the equations in ONNX's documentation of these operators.
struct RecurrentNode {
    private let operation: String
    private let size: Int
    private let directions: Int
    private let resetsAfter: Bool
    private let activations: [String]

    init(_ node: ONNXNode) {
        operation = node.operation
        guard case .integer(let size)? = node.attributes["hidden_size"],
            case .string(let direction)? = node.attributes["direction"]
        else { preconditionFailure("\(node)") }
        self.size = size
        directions = direction == "bidirectional" ? 2 : 1
        resetsAfter = node.attributes["linear_before_reset"] == .integer(1)
        if case .strings(let names)? = node.attributes["activations"] {
            activations = names
        } else {
            activations = []
        }
    }

    /// The output after the end of a sequence: a number that a readout must not use.
    static let unused = 77.0

    /// Returns Y (L, directions, N, H) and Y_h (directions, N, H) from X, W, R, B and sequence_lens.
    func outputs(_ inputs: [GraphValue?]) -> [GraphValue] {
        let (x, w, r) = (inputs[0]!, inputs[1]!, inputs[2]!)
        let b = inputs.count > 3 ? inputs[3] : nil
        let lengths = inputs.count > 4 ? inputs[4] : nil
        let (steps, batch) = (x.shape[0], x.shape[1])
        precondition(w.shape[0] == directions && w.shape[2] == x.shape[2] && r.shape[2] == size)
        var y = GraphValue.of([steps, directions, batch, size]) { _ in Self.unused }
        var final = GraphValue.of([directions, batch, size]) { _ in 0 }
        for direction in 0..<directions {
            for sequence in 0..<batch {
                let count = lengths.map { Int($0.values[sequence]) } ?? steps
                var (h, c) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
                for step in direction == 0 ? Array(0..<count) : (0..<count).reversed() {
                    let input = (0..<x.shape[2]).map { x[[step, sequence, $0]] }
                    let gates = Gates(input, h, w, r, b, direction, size)
                    (h, c) = state(gates, h, c, direction)
                    for unit in 0..<size { y[[step, direction, sequence, unit]] = h[unit] }
                }
                for unit in 0..<size { final[[direction, sequence, unit]] = h[unit] }
            }
        }
        return [y, final]
    }

    /// The terms of the gates of a step.
    private struct Gates {
        let input, hidden: [Double]
        let w, r: GraphValue
        let b: GraphValue?
        let direction, size: Int

        init(
            _ input: [Double], _ hidden: [Double], _ w: GraphValue, _ r: GraphValue, _ b: GraphValue?,
            _ direction: Int, _ size: Int
        ) {
            (self.input, self.hidden, self.w, self.r, self.b) = (input, hidden, w, r, b)
            (self.direction, self.size) = (direction, size)
        }

        /// X·Wᵀ + Wb of a unit of a gate.
        func fromInput(_ gate: Int, _ unit: Int) -> Double {
            let row = gate * size + unit
            return input.indices.reduce(b.map { $0[[direction, row]] } ?? 0) {
                $0 + input[$1] * w[[direction, row, $1]]
            }
        }

        /// H·Rᵀ + Rb of a unit of a gate, for the hidden state or another vector.
        func fromHidden(_ gate: Int, _ unit: Int, _ vector: [Double]? = nil) -> Double {
            let row = gate * size + unit
            return (0..<size).reduce(b.map { $0[[direction, w.shape[1] + row]] } ?? 0) {
                $0 + (vector ?? hidden)[$1] * r[[direction, row, $1]]
            }
        }

        func sum(_ gate: Int, _ unit: Int) -> Double { fromInput(gate, unit) + fromHidden(gate, unit) }
    }

    private func state(
        _ gates: Gates, _ h: [Double], _ c: [Double], _ direction: Int
    ) -> (hidden: [Double], cell: [Double]) {
        func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        let units = 0..<size
        switch operation {
        case "RNN":
            let isReLU = !activations.isEmpty && activations[direction] == "Relu"
            return (units.map { isReLU ? max(0, gates.sum(0, $0)) : tanh(gates.sum(0, $0)) }, c)
        case "LSTM":
            // The gates are in the order i, o, f, c.
            let cell = units.map {
                logistic(gates.sum(2, $0)) * c[$0] + logistic(gates.sum(0, $0)) * tanh(gates.sum(3, $0))
            }
            return (units.map { logistic(gates.sum(1, $0)) * tanh(cell[$0]) }, cell)
        default:
            // The gates are in the order z, r, h.
            let z = units.map { logistic(gates.sum(0, $0)) }
            let r = units.map { logistic(gates.sum(1, $0)) }
            let reset = units.map { r[$0] * h[$0] }
            let candidate = units.map {
                tanh(
                    gates.fromInput(2, $0)
                        + (resetsAfter ? r[$0] * gates.fromHidden(2, $0) : gates.fromHidden(2, $0, reset)))
            }
            return (units.map { (1 - z[$0]) * candidate[$0] + z[$0] * h[$0] }, c)
        }
    }
}
