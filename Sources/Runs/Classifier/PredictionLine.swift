import Console

/// Predictions as lines of text.
package enum PredictionLine {
    /// Returns the line of a sample: "seven.png: 7 (99.87 %), wrong: label 1".
    ///
    /// - Parameters:
    ///   - title: The name of the sample.
    ///   - predicted: The predicted class.
    ///   - probability: Its probability, 0...1.
    ///   - label: The true class; nil if it is not known.
    package static func text(
        _ title: String, predicted: String, probability: Double, label: String?
    ) -> String {
        "\(title.printableLine): \(predicted.printableLine) (\(percent(probability)))"
            + (label.map { $0 == predicted ? ", correct" : ", wrong: label \($0.printableLine)" } ?? "")
    }

    package static func percent(_ share: Double) -> String {
        TextFormat.fixed(100 * share, decimals: 2) + " %"
    }

    /// Returns the number of correct predictions; nil for fewer than two known ones, whose lines already show it.
    ///
    /// - Parameter areRight: Whether each prediction is right; nil if its label is not known.
    package static func tally(_ areRight: [Bool?]) -> String? {
        let known = areRight.compactMap(\.self)
        guard known.count > 1 else { return nil }
        return
            "\(TextFormat.grouped(known.count(where: \.self))) of \(TextFormat.grouped(known.count)) correct"
    }
}
