import Synchronization

/// A clock that advances only when the test moves it.
package final class TestClock: Sendable {
    private let seconds = Mutex(100.0)

    package init() {}

    package func advance(_ amount: Double) { seconds.withLock { $0 += amount } }

    package var now: @Sendable () -> Double { { self.seconds.withLock { $0 } } }
}
