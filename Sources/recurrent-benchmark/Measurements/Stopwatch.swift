/// Measures the seconds since it was created, by a clock that is never set back.
struct Stopwatch: Sendable {
    private let start = ContinuousClock.now

    init() {}

    var seconds: Double { start.duration(to: .now) / .seconds(1) }
}

extension [Double] {
    /// Returns the quantile for a share of all values, interpolated between two neighbours.
    func quantile(_ share: Double) -> Double {
        precondition(!isEmpty && (0...1).contains(share), "quantile \(share) of \(count) values")
        let sorted = sorted()
        let position = share * Double(count - 1)
        let lower = Int(position)
        let upper = Swift.min(lower + 1, count - 1)
        return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
    }

    var median: Double { quantile(0.5) }
}
