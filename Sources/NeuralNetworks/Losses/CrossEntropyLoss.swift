import Platform

/// The mean of -log softmax(scores)[label] (`torch.nn.CrossEntropyLoss`).
///
/// With label smoothing ε the target distribution is 1 - ε on the label plus ε / C on each of C classes (Szegedy et
/// al., "Rethinking the Inception architecture for computer vision", 2016). With class weights w the mean is weighted,
/// as PyTorch does it:
///
///     Σ -q_k w_k log p_k over all rows and classes / Σ w_label over all rows
public struct CrossEntropyLoss: Hashable, Codable, Sendable {
    /// ε, the fraction of the target probability that is spread evenly over all classes.
    package let labelSmoothing: Double
    /// w, the weight of each class; nil for 1.
    package let classWeights: [Float]?

    /// Creates the loss. A label smoothing outside 0...1, and a weight that is negative, infinite or NaN, trap.
    ///
    /// - Parameters:
    ///   - labelSmoothing: ε, the fraction of the target probability that is spread evenly over all classes.
    ///   - classWeights: w, the weight of each class (`weight`): above 1 for classes with few samples; nil for 1.
    public init(labelSmoothing: Double = 0, classWeights: [Float]? = nil) {
        precondition(
            (0...1).contains(labelSmoothing), "labelSmoothing must be of 0...1, not \(labelSmoothing)")
        for (index, weight) in (classWeights ?? []).enumerated() {
            precondition(
                weight >= 0 && weight < .infinity,
                "classWeights: expected finite weights, 0 or more, received \(weight) at \(index)")
        }
        self.labelSmoothing = labelSmoothing
        self.classWeights = classWeights
    }

    /// Returns the loss, with its gradient with respect to `scores`. Wrong shapes, lengths, weights and labels trap.
    ///
    /// - Parameters:
    ///   - scores: The model's output before softmax, (N, C) or (N, L, C).
    ///   - labels: N classes, 0 to C - 1, or N · L, one sequence after the other; padding past the end of a sequence is
    ///     not read.
    ///   - lengths: The length of each sequence of (N, L, C), 0 to L; nil if all are L.
    ///   - weights: The weight of each sequence in the mean, 0 or more; nil if all are 1.
    public func callAsFunction(
        _ scores: Tensor, _ labels: [Int], lengths: [Int]? = nil, weights: [Float]? = nil
    ) -> Loss {
        precondition(
            scores.rank == 2 || scores.rank == 3, "scores \(scores.shape): expected (N, C) or (N, L, C)")
        let classes = scores.shape[scores.rank - 1]
        let mask = StepMask(
            shape: scores.shape, rowDimensions: scores.rank - 1, lengths: lengths, weights: weights)
        precondition(
            labels.count == mask.counts.count, "\(labels.count) labels for scores \(scores.shape)")
        if let classWeights {
            precondition(
                classWeights.count == classes, "\(classWeights.count) classWeights for scores \(scores.shape)"
            )
        }
        var total = 0.0
        for (row, counts) in mask.counts.enumerated() where counts {
            let label = labels[row]
            precondition(
                (0..<classes).contains(label), "label \(label) at \(row): expected 0 to \(classes - 1)")
            total += mask.weight(row) * Double(classWeights?[label] ?? 1)
        }
        let share = Loss.share(of: total)
        var gradient = [Float](repeating: 0, count: scores.count)
        var sum = 0.0
        scores.elements.withUnsafeBufferPointer { scores in
            gradient.withUnsafeMutableBufferPointer { gradient in
                for (row, counts) in mask.counts.enumerated() where counts {
                    let places = row * classes..<(row + 1) * classes
                    sum = add(
                        UnsafeBufferPointer(rebasing: scores[places]), labels[row], mask.weight(row), share,
                        to: sum,
                        UnsafeMutableBufferPointer(rebasing: gradient[places]))
                }
            }
        }
        return Loss(
            value: sum * share, count: mask.count, weight: total,
            gradient: Tensor(shape: scores.shape, gradient))
    }

    /// Returns `sum` plus the weighted loss of one row, and writes its gradient times `share`.
    private func add(
        _ scores: UnsafeBufferPointer<Float>, _ label: Int, _ rowWeight: Double, _ share: Double,
        to sum: Double, _ gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        var sum = sum
        let probabilities = LogSoftmax(scores)
        let other = labelSmoothing / Double(scores.count)
        let right = other + (1 - labelSmoothing)
        var weight = 1.0
        if let classWeights {
            weight = scores.indices.reduce(0) {
                $0 + ($1 == label ? right : other) * Double(classWeights[$1])
            }
        }
        for index in scores.indices {
            let score = scores[index]
            // q_k w_k, the weighted target probability of the class.
            var wanted = index == label ? right : other
            if let classWeights { wanted *= Double(classWeights[index]) }
            // A class that is not wanted may have a score of -∞.
            if rowWeight * wanted > 0 { sum -= rowWeight * wanted * probabilities.log(score) }
            gradient[index] = Float(
                (weight * probabilities.probability(score) - wanted) * (rowWeight * share))
        }
        return sum
    }
}
