import Platform

extension RunDirectory {
    /// The right to write to a run: one process has it at a time, for as long as this lives. The system takes it
    /// back when the process ends, however it does.
    package final class Lock: Sendable {
        package let run: RunDirectory
        private let lock: FileLock

        /// - Throws: ``FileError``; ``RunError/inUse(run:)`` if another has it.
        package init(_ run: RunDirectory) throws {
            self.run = run
            // Whoever only looks (`isRunning`) has it for a moment.
            for attempt in 0..<5 {
                if let lock = try FileLock(run.lock) {
                    self.lock = lock
                    return
                }
                if attempt < 4 { POSIX.sleep(seconds: 0.02) }
            }
            throw RunError.inUse(run: run.path)
        }
    }

    /// Whether a process is writing to the run. Nothing is created.
    ///
    /// - Throws: ``FileError`` if its lock cannot be asked for.
    package var isRunning: Bool {
        get throws(FileError) { try FileLock.isHeld(lock) }
    }
}
