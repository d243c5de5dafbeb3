#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A part of a training step whose time is measured.
package enum Phase: Int, CaseIterable, Sendable {
    /// Augmenting samples and copying them into lanes.
    case gather
    /// The teacher's forward pass over the same sequences.
    case teacher
    /// The forward pass of the recurrent layers.
    case forward
    /// The linear layer, forward and backward, and the loss.
    case head
    /// The backward pass of the recurrent layers.
    case backward
    /// The gradients of the recurrent layers' weights.
    case weightGradients
    /// Summing the shards' gradients, the optimizer's update, and packing the new weights.
    case optimizer
    /// Waiting: a worker has no shard left, while others still compute.
    case waiting
}

/// The seconds spent in each phase, by one or more workers.
package struct PhaseTimes: Sendable {
    private var seconds: SIMD8<Double> = .zero
    private var mark = 0.0

    /// Creates zero seconds for each phase.
    package init() {}

    /// The seconds spent in a phase.
    package subscript(phase: Phase) -> Double {
        get { seconds[phase.rawValue] }
        set { seconds[phase.rawValue] = newValue }
    }

    /// The seconds spent in all phases.
    package var total: Double { seconds.sum() }

    /// Adds the seconds of each phase.
    package static func += (a: inout PhaseTimes, b: PhaseTimes) { a.seconds += b.seconds }

    /// Starts the clock that `end` reads.
    mutating func begin() { mark = Self.now() }

    /// Adds the time since `begin` or the last `end` to a phase.
    mutating func end(_ phase: Phase) {
        let now = Self.now()
        self[phase] += now - mark
        mark = now
    }

    /// Returns the time of a monotonic clock in seconds.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
