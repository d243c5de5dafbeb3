import Platform

/// The mean of (output - target)² (`torch.nn.MSELoss`).
public struct MSELoss: Hashable, Codable, Sendable {
    /// Creates the loss; it has no options.
    public init() {}

    /// Returns the loss, with its gradient with respect to `output`. Wrong shapes, lengths and weights trap.
    ///
    /// - Parameters:
    ///   - output: The model's output, of any shape; (N, L, …) with lengths.
    ///   - target: The expected output, in the same shape; padding past the end of a sequence is not read.
    ///   - lengths: The length of each sequence, 0 to L; nil if all are L.
    ///   - weights: The weight of each sequence in the mean, 0 or more; nil if all are 1.
    public func callAsFunction(
        _ output: Tensor, _ target: Tensor, lengths: [Int]? = nil, weights: [Float]? = nil
    ) -> Loss {
        precondition(output.shape == target.shape, "target \(target.shape): expected \(output.shape)")
        let mask = StepMask(
            shape: output.shape, rowDimensions: min(output.rank, 2), lengths: lengths, weights: weights)
        let width = mask.counts.isEmpty ? 0 : output.count / mask.counts.count
        let count = mask.count * width
        let weight = mask.weight * Double(width)
        let share = Loss.share(of: weight)
        let (outputs, targets) = (output.elements, target.elements)
        var gradient = Tensor(shape: output.shape)
        var sum = 0.0
        for (row, counts) in mask.counts.enumerated() where counts {
            let rowWeight = mask.weight(row)
            for index in row * width..<(row + 1) * width {
                let error = Double(outputs[index]) - Double(targets[index])
                sum += rowWeight * error * error
                gradient.elements[index] = Float(2 * error * (rowWeight * share))
            }
        }
        return Loss(value: sum * share, count: count, weight: weight, gradient: gradient)
    }
}
