import Datasets
import Platform

/// The weight of each class in a classifier's loss. The mean loss is the sum of weight · cross-entropy over all targets,
/// divided by the sum of their weights, as in `torch.nn.CrossEntropyLoss(weight=…)`.
///
/// ```swift
/// let trainer = Trainer(model: model, classWeights: .balanced(train), seed: 0)
/// ```
public struct ClassWeights: Hashable, Sendable {
    /// [C] The weight of each class.
    public let values: [Float]

    /// Creates weights. Other weights trap.
    ///
    /// - Parameter values: [C] The weight of each class, 0 or from 10⁻²⁰ to 10²⁰.
    public init(_ values: [Float]) {
        precondition(
            values.allSatisfy { $0 == 0 || LabeledSequences.Limits.weights.contains($0) },
            "class weights: expected 0 or numbers from 1e-20 to 1e20, received \(values)")
        self.values = values
    }

    /// Returns weights with which all classes count the same, however many targets each has: n / (C · n_c) for a class
    /// with n_c of n targets, as scikit-learn's `class_weight="balanced"`. A class without a target has the weight 1.
    /// Sequences whose targets are values trap.
    ///
    /// - Parameter sequences: The training set.
    public static func balanced(_ sequences: LabeledSequences) -> ClassWeights {
        let counts = sequences.classCounts
        precondition(
            !counts.isEmpty, "class weights: expected sequences with classes, received sequences with values")
        let total = Double(counts.reduce(0, +))
        return ClassWeights(
            counts.map { $0 == 0 ? 1 : Float(total / (Double(counts.count) * Double($0))) })
    }
}
