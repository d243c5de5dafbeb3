import ElementaryFunctions
import Platform

/// The logarithm of softmax, computed relative to the highest score so that nothing overflows.
struct LogSoftmax {
    private let logSum: Double

    init(_ row: some Sequence<Float>) {
        let highest = row.reduce(-.infinity) { Double($1) <= $0 ? $0 : Double($1) }
        logSum = highest + Elementary.log(row.reduce(0) { $0 + Elementary.exp(Double($1) - highest) })
    }

    /// Returns the logarithm of the probability of a score of the row.
    func log(_ score: Float) -> Double { Double(score) - logSum }

    /// Returns the probability of a score of the row.
    func probability(_ score: Float) -> Double { Elementary.exp(log(score)) }
}

extension Tensor {
    /// Returns the probabilities exp(xᵢ) / Σ exp(xⱼ) of each row of the last dimension, in the same shape
    /// (`torch.softmax(_, dim: -1)`). Finite scores of any size neither overflow nor give NaN. A tensor without dimensions
    /// traps.
    public func softmax() -> Tensor {
        precondition(rank > 0, "softmax: expected at least one dimension, received a single number")
        let width = shape[rank - 1]
        guard count > 0 else { return self }
        let elements = elements
        let probabilities = stride(from: 0, to: count, by: width).flatMap { first -> [Float] in
            let scores = elements[first..<first + width]
            let row = LogSoftmax(scores)
            return scores.map { Float(row.probability($0)) }
        }
        return Tensor(shape: shape, probabilities)
    }
}
