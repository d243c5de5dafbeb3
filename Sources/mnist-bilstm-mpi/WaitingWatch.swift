import Platform
import Runs
import Synchronization

/// Ends this process if a signal arrives while it waits for other processes that do not answer.
///
/// If one process of a job is killed, `mpirun` sends SIGTERM to the others, and kills them a second later. By then this
/// process has said which checkpoint is the last. A signal that is sent to all processes does not end them here, because the
/// call for which they wait returns.
final class WaitingWatch: Sendable {
    /// The text that is printed.
    let lastWords = LastWords()
    private let isFirst = Atomic(false)
    /// The time when this process began to wait, in seconds; 0 while it does not.
    private let start = Atomic<UInt64>(0)
    /// The longest time for which this process has waited during training. Before, it waits until the others have read their
    /// data.
    private let longest = Atomic<UInt64>(0)

    /// The shortest time after which no answer is expected any more, in seconds.
    private static let patience = 0.6

    /// The time since the program has started to wait for the first time.
    private static var seconds: Double { (ContinuousClock.now - reference) / .seconds(1) }
    private static let reference = ContinuousClock.now - .seconds(1)

    /// Calls a function that waits for other processes.
    func waiting(_ body: () -> Void) {
        let now = Self.seconds
        start.store(now.bitPattern, ordering: .relaxed)
        body()
        start.store(0, ordering: .relaxed)
        let waited = Self.seconds - now
        if waited > Double(bitPattern: longest.load(ordering: .relaxed)), lastWords.hasTraining {
            longest.store(waited.bitPattern, ordering: .relaxed)
        }
    }

    /// Begins to watch.
    ///
    /// - Parameter isFirst: Whether this process says why it ends; the others are silent.
    func begin(isFirst: Bool) {
        self.isFirst.store(isFirst, ordering: .relaxed)
        Task.detached { [self] in
            while true {
                try? await Task.sleep(for: .milliseconds(50))
                endIfUnanswered()
            }
        }
    }

    private func endIfUnanswered() {
        guard let signal = InterruptSignal.received else { return }
        let start = Double(bitPattern: start.load(ordering: .relaxed))
        let usual = Double(bitPattern: longest.load(ordering: .relaxed))
        guard start > 0, Self.seconds - start > max(Self.patience, 2 * usual) else { return }
        say(
            "stopped by signal \(signal) while waiting for the other processes, one of which has probably ended"
        )
        CurrentProcess.endAtOnce(.signal(signal))
    }

    /// Prints an error, if this is the first process.
    func say(_ reason: String) {
        guard isFirst.load(ordering: .relaxed) else { return }
        POSIX.writeToStandardError("Error: \(lastWords.text(reason))\n")
    }
}
