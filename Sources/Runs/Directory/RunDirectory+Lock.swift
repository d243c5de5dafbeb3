import Platform

extension RunDirectory {
    /// The right to write to a run: one process has it at a time, for as long as this lives. The system takes it
    /// back when the process ends, however it does.
    package final class Lock: Sendable {
        package let run: RunDirectory
        private let directory: OpenFile

        /// - Throws: ``FileError``; ``RunError/inUse(run:)`` if another has it.
        package init(_ run: RunDirectory) throws {
            self.run = run
            directory = try OpenFile(run.path, .readingDirectory)
            // Whoever only looks (`isRunning`) has it for a moment.
            for attempt in 0..<5 {
                if POSIX.tryLock(directory.descriptor) { return }
                if attempt < 4 { POSIX.sleep(seconds: 0.02) }
            }
            throw RunError.inUse(run: run.path)
        }
    }

    /// Whether a process is writing to the run.
    package var isRunning: Bool {
        guard let directory = try? OpenFile(path, .readingDirectory) else { return false }
        return !POSIX.tryLock(directory.descriptor)
    }
}
