/// A lock on a regular file. One process at a time holds it, for as long as this object lives. The system releases the
/// lock when the process ends for any reason; the file stays.
///
/// Directories are not locked: network file systems and file systems in user space do not lock them at all, or only on
/// one machine.
package final class FileLock: Sendable {
    private let file: OpenFile

    /// The descriptor of the locked file. A child process that inherits it holds the lock as well.
    package var descriptor: Int32 { file.descriptor }

    /// Takes the lock on a file, which is created if missing; nil if another process, or another `FileLock` of this
    /// process, holds the lock.
    package init?(_ path: String) throws(FileError) {
        // The previous owner may have removed the file.
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

    /// Waits until the lock is released, and takes it.
    ///
    /// - Parameter isOver: Called ten times a second; waiting ends when it returns true.
    /// - Returns: The lock; nil if `isOver` ended the waiting.
    package static func wait(
        for path: String, until isOver: () -> Bool
    ) throws(FileError) -> FileLock? {
        while true {
            if let lock = try FileLock(path) { return lock }
            if isOver() { return nil }
            POSIX.sleep(seconds: 0.1)
        }
    }

    /// Waits until the lock is released, at most for some seconds, and takes it; nil after that time. Locks that are
    /// held only briefly are released by then, unless their process is stopped.
    package static func wait(for path: String, seconds: Double = 10) throws(FileError) -> FileLock? {
        let start = POSIX.monotonicSeconds()
        return try wait(for: path, until: { POSIX.monotonicSeconds() - start > seconds })
    }

    /// Returns whether another process, or another `FileLock` of this process, holds the lock on a file. No file is
    /// created.
    package static func isHeld(_ path: String) throws(FileError) -> Bool {
        let file: OpenFile
        do throws(FileError) {
            file = try OpenFile(path, .reading)
        } catch {
            if error.isMissing { return false }
            throw error
        }
        // The lock is shared, so that processes that only check do not block each other.
        return try !POSIX.tryLock(file.descriptor, isShared: true, path: path)
    }

    /// Removes the lock file while the lock is held, for a directory in which no lock file is to remain.
    package func removeFile() {
        if POSIX.isOpen(descriptor, at: file.path) { try? POSIX.discardFile(file.path) }
    }
}
