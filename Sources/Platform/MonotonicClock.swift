/// A clock that is never set back, in seconds since an arbitrary time; for example ``RunningClock/seconds()``.
package typealias MonotonicClock = @Sendable () -> Double
