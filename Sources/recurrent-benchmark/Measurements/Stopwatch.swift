#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Measures the seconds since it was created, by a clock that is never set back.
struct Stopwatch: Sendable {
    private let start = ContinuousClock.now

    init() {}

    var seconds: Double { start.duration(to: .now) / .seconds(1) }
}

/// Measures the seconds of processor time that the calling thread took since the clock was created.
struct ProcessorClock {
    private let start = Self.now

    init() {}

    var seconds: Double { Self.now - start }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
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
