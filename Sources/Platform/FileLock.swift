/// The lock on a regular file: one process has it at a time, for as long as this lives. The system takes it back when the
/// process ends, however it does; the file stays.
///
/// Not on a directory: network file systems and those in user space lock a directory for nobody, or on one machine alone.
package final class FileLock: Sendable {
    private let file: OpenFile

    /// An open file that has the lock as well as this, also in a child process that inherits it.
    package var descriptor: Int32 { file.descriptor }

    /// Takes the lock on a file, which is created if missing; nil if another process, or another of these, has it.
    package init?(_ path: String) throws(FileError) {
        // The former owner may have removed the file.
        for _ in 0..<100 {
            let file = try OpenFile(path, .locking)
            guard try POSIX.tryLock(file.descriptor, path: path) else { return nil }
            if POSIX.isOpen(file.descriptor, at: path) {
                self.file = file
                return
            }
        }
        return nil
    }

    /// Takes the lock when another gives it back.
    ///
    /// - Parameter isOver: Asked ten times a second; ends the waiting.
    /// - Returns: Nil if that ended it.
    package static func wait(
        for path: String, until isOver: () -> Bool
    ) throws(FileError) -> FileLock? {
        while true {
            if let lock = try FileLock(path) { return lock }
            if isOver() { return nil }
            POSIX.sleep(seconds: 0.1)
        }
    }

    /// Takes the lock when another gives it back, within some seconds; nil after them. Locks that are held for moments
    /// only are free by then, unless their process is stopped.
    package static func wait(for path: String, seconds: Double = 10) throws(FileError) -> FileLock? {
        let start = POSIX.monotonicSeconds()
        return try wait(for: path, until: { POSIX.monotonicSeconds() - start > seconds })
    }

    /// Whether another process, or another of these, has the lock on a file. No file is created.
    package static func isHeld(_ path: String) throws(FileError) -> Bool {
        let file: OpenFile
        do throws(FileError) {
            file = try OpenFile(path, .reading)
        } catch {
            if error.isMissing { return false }
            throw error
        }
        // Shared, so that those who look do not see each other.
        return try !POSIX.tryLock(file.descriptor, isShared: true, path: path)
    }

    /// Removes the file, for a directory that is to hold no trace of it, while the lock is held.
    package func removeFile() {
        if POSIX.isOpen(descriptor, at: file.path) { try? POSIX.discardFile(file.path) }
    }
}
