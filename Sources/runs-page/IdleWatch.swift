import Dispatch
import Platform
import Runs
import Synchronization

/// Ends the program when nobody has used the page for some time and no run of its directory is running.
final class IdleWatch: Sendable {
    private let lastUse = Mutex(POSIX.monotonicSeconds())

    /// Notes that the page is used: a request arrived, or an open page got an event.
    func use() { lastUse.withLock { $0 = POSIX.monotonicSeconds() } }

    /// Looks once in a while, in a thread of its own, until it calls `end`.
    ///
    /// - Parameters:
    ///   - seconds: The time without use after which the program ends.
    ///   - root: The directory of runs.
    ///   - end: Ends the program.
    func start(seconds: Double, root: String, end: @escaping @Sendable () -> Void) {
        let interval = min(10, max(0.05, seconds / 10))
        DispatchQueue(label: "runs-page.idle").async {
            while true {
                POSIX.sleep(seconds: interval)
                guard POSIX.monotonicSeconds() - self.lastUse.withLock({ $0 }) >= seconds else { continue }
                if !RunDirectory.isAnyRunning(in: root) { return end() }
                // A directory may have thousands of runs, so it is not read again at once.
                self.use()
            }
        }
    }
}
