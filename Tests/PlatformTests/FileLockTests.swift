import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite("Locks on files")
struct FileLockTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("lock")
    }

    @Test func `one process holds the lock at a time, and the file stays`() throws {
        var lock = try FileLock(path)
        #expect(lock != nil)
        #expect(try FileLock(path) == nil)
        #expect(try FileLock.isHeld(path))
        lock = nil
        #expect(try !FileLock.isHeld(path))
        #expect(try directory.names == ["lock"])
        #expect(try FileLock(path) != nil)
    }

    @Test func `checking creates nothing`() throws {
        #expect(try !FileLock.isHeld(path))
        #expect(try directory.names == [])
    }

    @Test func `simultaneous checks do not see each other`() throws {
        let lock = try FileLock(path)
        let file = try OpenFile(path, .reading)
        #expect(try !POSIX.tryLock(file.descriptor, isShared: true, path: path))
        withExtendedLifetime(lock) {}
        let other = try directory.add("other", "")
        let looking = try OpenFile(other, .reading)
        #expect(try POSIX.tryLock(looking.descriptor, isShared: true, path: other))
        #expect(try !FileLock.isHeld(other))
    }

    /// A network file system grants an exclusive lock only on a file that is open for writing.
    @Test func `the locked file is open for writing`() throws {
        let lock = try #require(try FileLock(path))
        #expect(fcntl(lock.descriptor, F_GETFL) & O_ACCMODE == O_RDWR)
    }

    @Test func `a lock on a removed file does not count`() throws {
        let lock = try #require(try FileLock(path))
        lock.removeFile()
        #expect(try directory.names == [])
        let next = try #require(try FileLock(path))
        lock.removeFile()
        #expect(try directory.names == ["lock"], "it is another's file")
        withExtendedLifetime(next) {}
    }

    @Test func `waiting ends with the lock, or when asked to`() throws {
        var lock = try FileLock(path)
        var asked = 0
        let waited = try FileLock.wait(for: path) {
            asked += 1
            if asked == 3 { lock = nil }
            return false
        }
        #expect(waited != nil && asked == 3 && lock == nil)
        #expect(try FileLock.wait(for: path) { true } == nil)
    }

    @Test(arguments: [ENOLCK, EOPNOTSUPP, ENOTSUP, EINVAL, ENOSYS])
    func `a file system without locks is an error with advice`(code: Int32) {
        let error = FileError(path: "runs/a/lock", operation: .lock, code: code)
        #expect(
            error.description == "runs/a/lock: cannot lock: its file system has no file locks "
                + "(\(String(cString: strerror(code)))), without which two processes would write the same files; use a "
                + "directory on a local disk, or mount the file system with locks")
        #expect(error.exitStatus == .inputOutput)
    }

    @Test func `any other error of a lock is reported unchanged`() {
        #expect(
            error(FileError.self) { _ = try POSIX.tryLock(-1, path: "x") }
                == FileError(path: "x", operation: .lock, code: EBADF))
    }
}
