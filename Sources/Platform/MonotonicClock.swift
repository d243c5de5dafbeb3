/// Seconds since some instant by a clock that is never set back, such as ``POSIX/monotonicSeconds()``.
package typealias MonotonicClock = @Sendable () -> Double
