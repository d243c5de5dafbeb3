#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The logarithm of softmax, computed relative to the highest score so that nothing overflows.
struct LogSoftmax {
    private let scores: [Double]
    private let logSum: Double

    init(_ row: ArraySlice<Float>) {
        scores = row.map(Double.init)
        let highest = scores.reduce(-.infinity) { $1 <= $0 ? $0 : $1 }
        logSum = highest + naturalLog(scores.reduce(0) { $0 + exp($1 - highest) })
    }

    func log(_ index: Int) -> Double { scores[index] - logSum }

    func probability(_ index: Int) -> Double { exp(log(index)) }
}

private func naturalLog(_ x: Double) -> Double { log(x) }

extension Tensor {
    /// Returns the probabilities exp(xᵢ) / Σ exp(xⱼ) of each row of the last dimension, in the same shape
    /// (`torch.softmax(_, dim: -1)`). Finite scores of any size neither overflow nor give NaN. A tensor without dimensions
    /// traps.
    public func softmax() -> Tensor {
        precondition(rank > 0, "softmax: expected at least one dimension, received a single number")
        let width = shape[rank - 1]
        guard count > 0 else { return self }
        let probabilities = stride(from: 0, to: count, by: width).flatMap { first -> [Float] in
            let row = LogSoftmax(elements[first..<first + width])
            return (0..<width).map { Float(row.probability($0)) }
        }
        return Tensor(shape: shape, probabilities)
    }
}
