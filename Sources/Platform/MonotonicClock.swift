/// Seconds since some instant by a clock that is never set back, such as ``RunningClock/seconds()``.
package typealias MonotonicClock = @Sendable () -> Double
