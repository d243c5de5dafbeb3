#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a training step spends its time.
package enum Phase: Int, CaseIterable, Sendable {
    /// Bytes into lanes, augmented before.
    case gather
    /// What a teacher makes of the same sequences.
    case teacher
    /// The recurrent layers, forward.
    case forward
    /// The linear layer, forward and backward, and the loss.
    case head
    /// Back through time and layers.
    case backward
    /// Gradients by the recurrent layers' weights.
    case weightGradients
    /// Adding up the shards' gradients, the step itself, and packing the new weights.
    case optimizer
    /// Workers without a shard while others still have one.
    case waiting
}

/// Seconds spent in each phase, of one worker or several.
package struct PhaseTimes: Sendable {
    private var seconds: SIMD8<Double> = .zero
    private var mark = 0.0

    package init() {}

    package subscript(phase: Phase) -> Double {
        get { seconds[phase.rawValue] }
        set { seconds[phase.rawValue] = newValue }
    }

    package var total: Double { seconds.sum() }

    package static func += (a: inout PhaseTimes, b: PhaseTimes) { a.seconds += b.seconds }

    mutating func begin() { mark = Self.now() }

    /// Counts the time since `begin` or the last `end` to a phase.
    mutating func end(_ phase: Phase) {
        let now = Self.now()
        self[phase] += now - mark
        mark = now
    }

    /// Seconds of a clock that only goes forward.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
