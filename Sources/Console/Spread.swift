/// The mean and the standard deviation of some values.
package struct Spread: Codable, Hashable, Sendable {
    package var mean: Double
    /// The sample standard deviation √(Σ (x − mean)² / (n − 1)); nil for one value.
    package var deviation: Double?

    /// - Parameter values: One value or more; an empty array traps.
    package init(_ values: [Double]) {
        precondition(!values.isEmpty, "Spread: expected at least one value, received none")
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        guard values.count > 1 else { return }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        deviation = (squares / Double(values.count - 1)).squareRoot()
    }

    /// Returns "12.3 ± 0.4", or only the mean if there is no deviation.
    package func text(decimals: Int) -> String { text { TextFormat.fixed($0, decimals: decimals) } }

    /// Returns the same text, with each number formatted by a function.
    package func text(_ number: (Double) -> String) -> String {
        guard let deviation, mean.isFinite else { return number(mean) }
        return "\(number(mean)) ± \(number(deviation))"
    }
}
