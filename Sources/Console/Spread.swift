/// The mean of some values and their standard deviation around it.
package struct Spread: Codable, Hashable, Sendable {
    package var mean: Double
    /// The sample's standard deviation √(Σ (x − mean)² / (n − 1)); nil for one value.
    package var deviation: Double?

    /// - Parameter values: At least one; none traps.
    package init(_ values: [Double]) {
        precondition(!values.isEmpty, "Spread: expected at least one value, received none")
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        guard values.count > 1 else { return }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        deviation = (squares / Double(values.count - 1)).squareRoot()
    }

    /// "12.3 ± 0.4", or the mean alone where there is no deviation.
    package func text(decimals: Int) -> String { text { TextFormat.fixed($0, decimals: decimals) } }

    /// The same with numbers written in another way.
    package func text(_ number: (Double) -> String) -> String {
        guard let deviation, mean.isFinite else { return number(mean) }
        return "\(number(mean)) ± \(number(deviation))"
    }
}
