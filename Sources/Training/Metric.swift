import Console
import ElementaryFunctions
import NeuralNetworks
import Platform

/// A measure of a model's quality on some samples: the loss, the accuracy, or your own.
///
///     extension Metric {
///         static let errorRate = Metric(
///             "error_rate", title: "Error rate", unit: "percent", higherIsBetter: false
///         ) { 100 * (1 - $0.accuracy) }
///     }
///
/// A trainer computes its metrics after each epoch; logs, curves, tables and reports show all of them.
public struct Metric: Hashable, Sendable {
    /// The name in files, in snake case: "error_rate".
    public let name: String
    /// The name for people: "Error rate".
    package let title: String
    /// The unit of the values, such as "percent"; empty for a plain number.
    package let unit: String
    /// Whether a higher value is better.
    package let higherIsBetter: Bool
    private let compute: @Sendable (Score) -> Double

    /// - Parameters:
    ///   - name: The name in files: lowercase letters, digits and underscores. Other names trap.
    ///   - title: The name for people.
    ///   - unit: The unit of the values; empty for a plain number.
    ///   - higherIsBetter: Whether a higher value is better.
    ///   - compute: Returns the value for a score summed over samples, at least one.
    public init(
        _ name: String, title: String, unit: String = "", higherIsBetter: Bool,
        compute: @escaping @Sendable (_ score: Score) -> Double
    ) {
        precondition(
            Self.isName(name),
            "Metric: expected a name of lowercase letters, digits and underscores, received \(name)")
        self.name = name
        self.title = title
        self.unit = unit
        self.higherIsBetter = higherIsBetter
        self.compute = compute
    }

    /// Returns whether a text consists of lowercase letters, digits and underscores, at least one.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || letters.contains($0) }
    }

    private static let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// Traps if two metrics have the same name, because files would contain both under one name.
    package static func check(_ metrics: [Metric]) {
        precondition(
            Set(metrics).count == metrics.count,
            "metrics: expected different names, received \(metrics.map(\.name))")
    }

    /// Returns a value as text for people: percentages with two decimals, other numbers with four.
    package func text(_ value: Double) -> String {
        unit == "percent" ? TextFormat.percent(value) : TextFormat.loss(value)
    }

    /// Returns the value for a score summed over samples.
    package func value(of score: Score) -> Double { compute(score) }

    /// Returns whether two metrics are the same: whether their names are.
    public static func == (left: Metric, right: Metric) -> Bool { left.name == right.name }

    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Metric {
    /// A classifier's loss: the mean cross-entropy.
    public static let crossEntropy = Metric(
        "loss", title: "Loss", unit: "cross-entropy", higherIsBetter: false
    ) { $0.loss }

    /// A regressor's loss: the mean squared error.
    public static let squaredError = Metric(
        "loss", title: "Loss", unit: "mean squared error", higherIsBetter: false
    ) { $0.loss }

    /// The root of a regressor's mean squared error, in the unit of the values.
    public static let rootMeanSquaredError = Metric(
        "rmse", title: "RMSE", higherIsBetter: false
    ) { $0.loss.squareRoot() }

    /// The perplexity of a classifier, e to the power of the mean cross-entropy: for text, the number of equally likely
    /// characters among which the model would be as uncertain.
    public static let perplexity = Metric(
        "perplexity", title: "Perplexity", higherIsBetter: false
    ) { Elementary.exp($0.loss) }

    /// The percentage of correctly classified samples.
    public static let accuracy = Metric(
        "accuracy", title: "Accuracy", unit: "percent", higherIsBetter: true
    ) { 100 * $0.accuracy }

    /// Returns the loss and, for a classifier, the accuracy.
    public static func standard(for model: SequenceModel) -> [Metric] {
        model.classCount > 0 ? [.crossEntropy, .accuracy] : [.squaredError]
    }
}

/// The samples and weights for which a metric is measured.
public enum MetricSplit: String, Codable, Hashable, CaseIterable, Sendable {
    /// The training set, each batch before its weight update.
    case train
    /// The validation set, with the weights after the epoch.
    case validation
    /// The validation set, with the averaged weights.
    case averagedValidation = "ema_validation"
    /// The test set, with the last weights.
    case test
    /// The test set, with the averaged weights.
    case averagedTest = "ema_test"
}

/// The value of a metric on one split.
public struct MetricValue: Hashable, Sendable {
    /// The metric.
    public let metric: Metric
    /// The samples, and the weights with which they were evaluated.
    public let split: MetricSplit
    /// The value in the metric's unit: the accuracy in percent, the cross-entropy in nats.
    public let value: Double

    /// The name in files: "validation_accuracy".
    package var key: String { Self.key(split, metric.name) }

    package static func key(_ split: MetricSplit, _ name: String) -> String { "\(split.rawValue)_\(name)" }

    /// Returns the values of several metrics on the same samples.
    package static func values(of score: Score, _ split: MetricSplit, _ metrics: [Metric]) -> [MetricValue] {
        metrics.map { MetricValue(metric: $0, split: split, value: $0.value(of: score)) }
    }
}
