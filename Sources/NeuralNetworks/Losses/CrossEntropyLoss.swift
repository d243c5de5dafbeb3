/// The mean of -log softmax(scores)[label] (`torch.nn.CrossEntropyLoss`).
///
/// With label smoothing ε the target distribution is 1 - ε on the label plus ε / C on each of C classes (Szegedy et
/// al., "Rethinking the Inception architecture for computer vision", 2016).
public struct CrossEntropyLoss: Hashable, Codable, Sendable {
    /// ε, the fraction of the target probability that is spread evenly over all classes.
    package let labelSmoothing: Double

    /// Creates the loss. A label smoothing outside 0...1 traps.
    ///
    /// - Parameter labelSmoothing: ε, the fraction of the target probability that is spread evenly over all classes.
    public init(labelSmoothing: Double = 0) {
        precondition(
            (0...1).contains(labelSmoothing), "labelSmoothing must be of 0...1, not \(labelSmoothing)")
        self.labelSmoothing = labelSmoothing
    }

    /// Returns the loss, with its gradient with respect to `scores`. Wrong shapes, lengths and labels trap.
    ///
    /// - Parameters:
    ///   - scores: The model's output before softmax, (N, C) or (N, L, C).
    ///   - labels: N classes, 0 to C - 1, or N · L, one sequence after the other; padding past the end of a sequence is
    ///     not read.
    ///   - lengths: The length of each sequence of (N, L, C), 0 to L; nil if all are L.
    public func callAsFunction(_ scores: Tensor, _ labels: [Int], lengths: [Int]? = nil) -> Loss {
        precondition(
            scores.rank == 2 || scores.rank == 3, "scores \(scores.shape): expected (N, C) or (N, L, C)")
        let classes = scores.shape[scores.rank - 1]
        let mask = StepMask(shape: scores.shape, rowDimensions: scores.rank - 1, lengths: lengths)
        precondition(
            labels.count == mask.counts.count, "\(labels.count) labels for scores \(scores.shape)")
        let count = mask.count
        let share = Loss.share(of: count)
        var gradient = Tensor(shape: scores.shape)
        var sum = 0.0
        for (row, counts) in mask.counts.enumerated() where counts {
            let label = labels[row]
            precondition(
                (0..<classes).contains(label), "label \(label) at \(row): expected 0 to \(classes - 1)")
            let places = row * classes..<(row + 1) * classes
            let probabilities = LogSoftmax(scores.elements[places])
            for (index, place) in places.enumerated() {
                let wanted =
                    labelSmoothing / Double(classes) + (index == label ? 1 - labelSmoothing : 0)
                if wanted > 0 { sum -= wanted * probabilities.log(index) }
                gradient.elements[place] = Float((probabilities.probability(index) - wanted) * share)
            }
        }
        return Loss(value: sum * share, count: count, gradient: gradient)
    }
}
