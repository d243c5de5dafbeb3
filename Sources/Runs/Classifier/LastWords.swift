import Platform
import Synchronization

/// The text that a process prints if the others of its training do not answer any more: the run's last checkpoint, and how
/// to resume the run.
package final class LastWords: Sendable {
    private let training = Mutex<(run: RunDirectory, program: String)?>(nil)

    package init() {}

    /// Whether the processes train.
    package var hasTraining: Bool { training.withLock { $0 != nil } }

    /// - Parameter program: The name of the program that resumes the run.
    func begin(_ run: RunDirectory, program: String) { training.withLock { $0 = (run, program) } }

    func end() { training.withLock { $0 = nil } }

    /// Returns the error's text.
    ///
    /// - Parameter reason: The reason why this process cannot go on, as the beginning of a sentence.
    package func text(_ reason: String) -> String {
        guard let (run, program) = training.withLock(\.self) else { return "\(reason)." }
        let last = POSIX.target(ofLink: run.lastCheckpoint).map { FilePath.join(run.checkpoints, $0) }
        return "\(reason). \(KeptCheckpoint(last, in: run).description) Resume with: "
            + run.commandLine("--resume", of: program)
    }
}
