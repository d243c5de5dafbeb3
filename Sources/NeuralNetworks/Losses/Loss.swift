/// What a model's output costs, and how that changes with it.
public struct Loss: Hashable, Sendable {
    /// The mean over all that counts. Where nothing does, it and the gradient are zero (PyTorch says NaN): a batch
    /// of nothing but padding neither spoils a mean nor changes a parameter.
    public let value: Double
    /// How many labels or numbers the mean is over, which a mean over batches must weigh it by.
    public let count: Int
    /// By the model's output, in its shape.
    public let gradient: Tensor
}

/// Which steps of sequences count.
struct StepMask {
    /// Of each row: sequence · L + step.
    let counts: [Bool]

    /// - Parameters:
    ///   - shape: (N, …) without lengths; (N, L, …) with them.
    ///   - rowDimensions: how many dimensions of the shape number the rows.
    init(shape: [Int], rowDimensions: Int, lengths: [Int]?) {
        let rows = shape.prefix(rowDimensions).reduce(1, *)
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
}

extension Loss {
    /// What each of `count` has in a mean.
    static func share(of count: Int) -> Double { count == 0 ? 0 : 1 / Double(count) }
}
