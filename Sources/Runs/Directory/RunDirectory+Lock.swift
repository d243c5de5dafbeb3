import Platform

extension RunDirectory {
    /// The lock that allows writing to a run. One process at a time holds it, for as long as this object lives. The
    /// system releases it when the process ends for any reason.
    package final class Lock: Sendable {
        package let run: RunDirectory
        private let lock: FileLock

        /// Takes the lock, and removes a request to stop that was meant for an earlier process.
        ///
        /// - Throws: ``FileError``; ``RunError/inUse(run:)`` if another process holds the lock.
        package init(_ run: RunDirectory) throws {
            self.run = run
            // A process that only checks the lock (`isRunning`) holds it briefly.
            for attempt in 0..<5 {
                if let lock = try FileLock(run.lock) {
                    self.lock = lock
                    try run.discardStopRequest()
                    return
                }
                if attempt < 4 { POSIX.sleep(seconds: 0.02) }
            }
            throw RunError.inUse(run: run.path)
        }
    }

    /// Whether a process is writing to the run. No file is created.
    ///
    /// - Throws: ``FileError`` if the lock cannot be checked.
    package var isRunning: Bool {
        get throws(FileError) { try FileLock.isHeld(lock) }
    }
}

extension RunDirectory {
    /// Returns whether a process is writing to any run of a directory, also of its sweeps.
    package static func isAnyRunning(in root: String) -> Bool {
        func names(_ path: String) -> [String] { (try? POSIX.names(in: path)) ?? [] }
        func isAnyRunning(_ path: String) -> Bool {
            names(path).contains { name in
                let run = RunDirectory(path: FilePath.join(path, name))
                return ((try? run.isRunning) ?? false)
            }
        }
        let sweeps = FilePath.join(root, "sweeps")
        return isAnyRunning(root)
            || names(sweeps).contains { isAnyRunning(FilePath.join(FilePath.join(sweeps, $0), "runs")) }
    }
}
