import Console
import Platform

/// The value of a loss function and its gradient.
public struct Loss: Hashable, Sendable {
    /// The mean over all labels or numbers that are not padding. If there are none, the value and the gradient are
    /// zero (PyTorch returns NaN), so that a batch of padding changes neither a mean nor a parameter.
    public let value: Double
    /// The number of labels or numbers in the mean.
    public let count: Int
    /// The sum of the weights of the mean, which is the weight of this value in a mean over batches: `count`, or the sum
    /// of the labels' class weights.
    public let weight: Double
    /// The gradient of the value with respect to the model's output, in its shape.
    public let gradient: Tensor

    init(value: Double, count: Int, weight: Double? = nil, gradient: Tensor) {
        self.value = value
        self.count = count
        self.weight = weight ?? Double(count)
        self.gradient = gradient
    }
}

extension Loss: CustomStringConvertible {
    /// The value, the number of labels or numbers in the mean, and the gradient as PyTorch prints tensors.
    public var description: String {
        "value \(TextFormat.fixed(value, decimals: 4)), mean of \(count)\n\(NamedTensors(["gradient": gradient]))"
    }
}

/// The steps of sequences that are not padding, and the weights of the sequences.
struct StepMask {
    /// Whether each row, with the index sequence · L + step, counts.
    let counts: [Bool]
    /// The weight of each sequence; nil if all are 1.
    private let weights: [Float]?
    /// The number of rows of a sequence.
    private let rowsOfSequence: Int

    /// - Parameters:
    ///   - shape: The shape of the output: (N, …) without lengths, (N, L, …) with lengths.
    ///   - rowDimensions: The number of leading dimensions that enumerate the rows.
    ///   - lengths: The length of each sequence, 0 to L; nil if all are L.
    ///   - weights: The weight of each sequence, 0 or more; nil if all are 1.
    init(shape: [Int], rowDimensions: Int, lengths: [Int]?, weights: [Float]?) {
        let rows = shape.prefix(rowDimensions).reduce(1, *)
        self.weights = weights
        rowsOfSequence = shape.dropFirst().prefix(max(rowDimensions - 1, 0)).reduce(1, *)
        if let weights {
            let sequences = shape.first ?? 0
            precondition(
                weights.count == sequences, "\(weights.count) weights for \(sequences) sequences")
            precondition(
                weights.allSatisfy { $0 >= 0 && $0 < .infinity },
                "weights: expected finite weights, 0 or more, received \(weights)")
        }
        guard let lengths else {
            counts = .init(repeating: true, count: rows)
            return
        }
        precondition(rowDimensions == 2, "lengths are of (N, L, …), not of \(shape)")
        let (batch, steps) = (shape[0], shape[1])
        precondition(lengths.count == batch, "\(lengths.count) lengths for \(batch) sequences")
        precondition(
            lengths.allSatisfy { (0...steps).contains($0) }, "lengths \(lengths): expected 0 to \(steps)")
        counts = lengths.flatMap { length in (0..<steps).map { $0 < length } }
    }

    var count: Int { counts.count { $0 } }

    /// Returns the weight of a row.
    func weight(_ row: Int) -> Double { weights.map { Double($0[row / rowsOfSequence]) } ?? 1 }

    /// The sum of the weights of the rows that count.
    var weight: Double { counts.indices.reduce(0) { counts[$1] ? $0 + weight($1) : $0 } }
}

extension Loss {
    /// Returns the factor of a sum in a mean whose weights sum to `weight`.
    static func share(of weight: Double) -> Double { weight == 0 ? 0 : 1 / weight }
}
