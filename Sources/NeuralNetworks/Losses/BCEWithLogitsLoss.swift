import ElementaryFunctions
import Platform

/// The mean binary cross-entropy of scores before the logistic function (`torch.nn.BCEWithLogitsLoss`): for outputs that
/// are each true or false on their own, such as several labels of one sequence.
///
///     -(w y log σ(x) + (1 - y) log (1 - σ(x)))      σ(x) = 1 / (1 + e⁻ˣ)
///
/// It is computed by log σ(x) = min(x, 0) - log(1 + e^-|x|), so that no score overflows.
public struct BCEWithLogitsLoss: Hashable, Codable, Sendable {
    /// w, the weight of the true targets of each output; nil for 1.
    package let positiveWeights: [Float]?

    /// Creates the loss. A weight that is negative, infinite or NaN traps.
    ///
    /// - Parameter positiveWeights: The weight of the true targets of each output (`pos_weight`), one for each number of
    ///   the last dimension: above 1 for outputs that are rarely true; nil for 1.
    public init(positiveWeights: [Float]? = nil) {
        for (index, weight) in (positiveWeights ?? []).enumerated() {
            precondition(
                weight >= 0 && weight < .infinity,
                "positiveWeights: expected finite weights, 0 or more, received \(weight) at \(index)")
        }
        self.positiveWeights = positiveWeights
    }

    /// Returns the loss, with its gradient with respect to `scores`. Wrong shapes, lengths and weights, and a target outside
    /// 0...1, trap.
    ///
    /// - Parameters:
    ///   - scores: The model's output before the logistic function, of any shape; (N, L, …) with lengths.
    ///   - targets: 1 for true, 0 for false, or a probability, in the shape of `scores`; padding past the end of a
    ///     sequence is not read.
    ///   - lengths: The length of each sequence, 0 to L; nil if all are L.
    ///   - weights: The weight of each sequence in the mean, 0 or more; nil if all are 1.
    public func callAsFunction(
        _ scores: Tensor, _ targets: Tensor, lengths: [Int]? = nil, weights: [Float]? = nil
    ) -> Loss {
        precondition(scores.shape == targets.shape, "targets \(targets.shape): expected \(scores.shape)")
        let outputs = scores.shape.last ?? 1
        if let positiveWeights {
            precondition(
                positiveWeights.count == outputs,
                "\(positiveWeights.count) positiveWeights for scores \(scores.shape)")
        }
        let mask = StepMask(
            shape: scores.shape, rowDimensions: min(scores.rank, 2), lengths: lengths, weights: weights)
        let width = mask.counts.isEmpty ? 0 : scores.count / mask.counts.count
        let count = mask.count * width
        let weight = mask.weight * Double(width)
        let share = Loss.share(of: weight)
        let (numbers, expected) = (scores.elements, targets.elements)
        var gradient = Tensor(shape: scores.shape)
        var sum = 0.0
        for (row, counts) in mask.counts.enumerated() where counts {
            let rowWeight = mask.weight(row)
            for index in row * width..<(row + 1) * width {
                let target = Double(expected[index])
                precondition((0...1).contains(target), "target \(target) at \(index): expected 0 to 1")
                let term = term(
                    Double(numbers[index]), target,
                    weight: Double(positiveWeights?[index % outputs] ?? 1))
                sum += rowWeight * term.loss
                gradient.elements[index] = Float(term.slope * (rowWeight * share))
            }
        }
        return Loss(value: sum * share, count: count, weight: weight, gradient: gradient)
    }

    /// Returns the loss of one score x, and its derivative (1 - y) σ(x) - w y σ(-x).
    private func term(_ x: Double, _ y: Double, weight: Double) -> (loss: Double, slope: Double) {
        let tail = Elementary.exp(-x.magnitude)
        let logTail = Elementary.log1p(tail)
        // σ of the magnitude and of its negative.
        let (above, below) = (1 / (1 + tail), tail / (1 + tail))
        let (isTrue, isFalse) = (weight * y, 1 - y)
        var loss = 0.0
        // Not zero times infinity.
        if isTrue > 0 { loss += isTrue * (logTail - min(x, 0)) }
        if isFalse > 0 { loss += isFalse * (logTail + max(x, 0)) }
        let slope = isFalse * (x < 0 ? below : above) - isTrue * (x < 0 ? above : below)
        return (x.isNaN ? .nan : loss, x.isNaN ? .nan : slope)
    }
}
