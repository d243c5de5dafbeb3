#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The system calls under this module, each repeated when a signal interrupted it.
package enum POSIX {
    package enum OpenMode {
        case reading
        case readingDirectory
        /// A file that must not exist yet, symbolic links included.
        case creating
        /// Every write goes to the end of the file, which is created if missing.
        case appending
        case creatingForAppending
        /// As `appending`, for a file that must exist.
        case continuing

        fileprivate var flags: Int32 {
            switch self {
            // Opening a pipe would wait for its writer; regular files ignore it.
            case .reading: O_RDONLY | O_CLOEXEC | O_NONBLOCK
            case .readingDirectory: O_RDONLY | O_CLOEXEC | O_DIRECTORY
            case .creating: O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL
            case .appending: O_WRONLY | O_CLOEXEC | O_CREAT | O_APPEND
            case .creatingForAppending: O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL | O_APPEND
            case .continuing: O_WRONLY | O_CLOEXEC | O_APPEND
            }
        }

        fileprivate var operation: FileError.Operation {
            switch self {
            case .reading, .readingDirectory, .continuing: .open
            case .creating, .appending, .creatingForAppending: .create
            }
        }
    }

    /// New files and directories get what the process's umask leaves of 0666 and 0777.
    static func openFile(_ path: String, _ mode: OpenMode) throws(FileError) -> Int32 {
        try check(path, mode.operation) { open(path, mode.flags, 0o666) }
    }

    static func closeFile(_ descriptor: Int32) {
        // Not repeated after EINTR: on Linux the descriptor is gone all the same.
        _ = close(descriptor)
    }

    package static func makeDirectory(_ path: String) throws(FileError) {
        _ = try check(path, .createDirectory) { mkdir(path, 0o777) }
    }

    package static func renameFile(_ path: String, to target: String) throws(FileError) {
        _ = try check(target, .rename) { rename(path, target) }
    }

    package static func makeSymbolicLink(_ path: String, to target: String) throws(FileError) {
        _ = try check(path, .link) { symlink(target, path) }
    }

    package static func removeFile(_ path: String) {
        _ = unlink(path)
    }

    /// Removes a file that need not exist.
    package static func discardFile(_ path: String) throws(FileError) {
        do throws(FileError) {
            _ = try check(path, .remove) { unlink(path) }
        } catch {
            if error.code != ENOENT { throw error }
        }
    }

    package enum FileKind { case regular, directory, symbolicLink, other }

    /// What stands at `path` itself: a symbolic link is not followed. Nil if nothing does.
    package static func kind(at path: String, followingLinks: Bool = false) throws(FileError) -> FileKind? {
        var status = stat()
        do throws(FileError) {
            _ = try check(path, .inspect) {
                followingLinks ? stat(path, &status) : lstat(path, &status)
            }
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
        return kind(of: status)
    }

    /// Whether there is anything at `path`, readable or not.
    package static func exists(_ path: String, followingLinks: Bool = true) -> Bool {
        do throws(FileError) {
            return try kind(at: path, followingLinks: followingLinks) != nil
        } catch {
            return !error.isMissing
        }
    }

    /// Kind and size in bytes of an open file.
    package static func status(of descriptor: Int32, path: String) throws(FileError) -> (
        kind: FileKind, size: Int
    ) {
        var status = stat()
        _ = try check(path, .inspect) { fstat(descriptor, &status) }
        return (kind(of: status), Int(status.st_size))
    }

    private static func kind(of status: stat) -> FileKind {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .regular
        case S_IFDIR: .directory
        case S_IFLNK: .symbolicLink
        default: .other
        }
    }

    /// The most bytes of one call: a signal is not handled before its end, and macOS refuses 2³¹ bytes and more.
    private static let longestRead = 16 << 20

    /// Reads up to the buffer's size; returns the number of bytes read, 0 at the end of the file.
    static func readOnce(
        _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, path: String
    ) throws(FileError) -> Int {
        while true {
            let count = read(descriptor, buffer.baseAddress, min(buffer.count, longestRead))
            if count >= 0 { return count }
            if errno != EINTR { throw FileError(path: path, operation: .read, code: errno) }
        }
    }

    /// As `readOnce`, from `offset` in the file; the position of the descriptor stays.
    package static func readOnce(
        _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int, path: String
    ) throws(FileError) -> Int {
        let size = min(buffer.count, longestRead)
        while true {
            let count = pread(descriptor, buffer.baseAddress, size, off_t(offset))
            if count >= 0 { return count }
            if errno != EINTR { throw FileError(path: path, operation: .read, code: errno) }
        }
    }

    /// Writes everything, however many calls that takes.
    package static func writeAll(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
    ) throws(FileError) {
        var remaining = bytes[...]
        while !remaining.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: remaining)
            let count = write(descriptor, piece.baseAddress, piece.count)
            if count > 0 {
                remaining = remaining.dropFirst(count)
            } else if count == 0 {
                throw FileError(path: path, operation: .write, code: EIO)
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                // A pipe that another process made non-blocking.
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&request, 1, -1)
            } else if errno != EINTR {
                throw FileError(path: path, operation: .write, code: errno)
            }
        }
    }

    static func truncate(_ descriptor: Int32, to size: Int, path: String) throws(FileError) {
        _ = try check(path, .truncate) { ftruncate(descriptor, off_t(size)) }
    }

    /// Returns when the file's content has reached the disk.
    package static func synchronize(_ descriptor: Int32, path: String) throws(FileError) {
        #if canImport(Darwin)
            // There, `fsync` stops at the drive's cache; not every file system knows the full flush.
            if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
        #endif
        _ = try check(path, .synchronize) { fsync(descriptor) }
    }

    /// As `synchronize`, for a directory: what was created in it or moved into it stays.
    package static func synchronizeDirectory(_ descriptor: Int32, path: String) throws(FileError) {
        do {
            try synchronize(descriptor, path: path)
        } catch  where error.code == EINVAL || error.code == ENOTSUP {
            // A file system that has no such call for directories.
        }
    }

    /// Waits for the lock on an open file, which is held until its descriptor is closed. On a file
    /// system without locks it returns at once.
    package static func lock(_ descriptor: Int32) {
        while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
    }

    /// Takes the lock on an open file, which is held until its descriptor is closed; false if another process, or
    /// another descriptor, has it. On a file system without locks nobody ever has it.
    package static func tryLock(_ descriptor: Int32) -> Bool {
        while true {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            if errno != EINTR { return errno != EWOULDBLOCK }
        }
    }

    /// The names in a directory, without `.` and `..`, sorted.
    package static func names(in path: String) throws(FileError) -> [String] {
        guard let directory = opendir(path) else {
            throw FileError(path: path, operation: .open, code: errno)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Where a symbolic link points to; nil if there is none.
    package static func target(ofLink path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether there is no room, on the disk or of what a user may have.
    package static func meansFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }

    static func meansNoMemory(_ code: Int32) -> Bool { code == ENOMEM }

    static var noMemory: Int32 { ENOMEM }

    package static func message(of code: Int32) -> String { String(cString: strerror(code)) }

    package static func meansMissing(_ code: Int32) -> Bool { code == ENOENT || code == ENOTDIR }

    package static func meansDirectory(_ code: Int32) -> Bool { code == EISDIR }

    package static func meansNobodyReads(_ code: Int32) -> Bool { code == EPIPE }

    static func meansTaken(_ code: Int32) -> Bool { code == EEXIST }

    package static var taken: Int32 { EEXIST }

    package static var notSupported: Int32 { ENOTSUP }

    /// Whether there is a file that this process may run.
    package static func isExecutable(_ path: String) -> Bool {
        (try? kind(at: path)) != .directory && access(path, X_OK) == 0
    }

    private static func check(
        _ path: String, _ operation: FileError.Operation, _ call: () -> Int32
    ) throws(FileError) -> Int32 {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw FileError(path: path, operation: operation, code: errno) }
        }
    }
}
