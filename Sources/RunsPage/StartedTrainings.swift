import Platform
import Synchronization

/// The trainings that the page has started, by the paths of their runs, for as long as they live.
final class StartedTrainings: Sendable {
    private let living = Mutex<[String: DetachedProcess]>([:])

    /// Starts a training, unless the page has started one of the same run that still lives: it may not hold the run's lock
    /// yet.
    ///
    /// - Returns: The training; nil if there is another one.
    func start(_ run: String, _ start: () throws -> DetachedProcess) throws -> DetachedProcess? {
        try living.withLock { living in
            if let other = living[run], other.poll() == nil { return nil }
            let training = try start()
            living[run] = training
            return training
        }
    }

    /// Returns how a training ended; nil while it runs.
    func ending(of run: String) -> ChildProcess.Ending? {
        living.withLock { $0[run]?.poll() }
    }

    /// Waits for the end of a training in the background: the system keeps the exit status of a child until it is read.
    func release(_ run: String) {
        Task.detached { [self] in
            while living.withLock({ living in
                guard let training = living[run] else { return false }
                if training.poll() == nil { return true }
                living[run] = nil
                return false
            }) { try? await Task.sleep(for: .seconds(1)) }
        }
    }
}
