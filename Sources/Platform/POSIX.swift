#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The system calls under this module, each repeated when a signal interrupted it.
package enum POSIX {
    /// How a file is opened. Never through a symbolic link, unless a user names the file; never waiting for a pipe; and
    /// only a regular file, as its descriptor says, unless a user asks for output elsewhere.
    package enum OpenMode {
        /// A file of this program's.
        case reading
        /// A file that a user names.
        case readingInput
        /// A file that must not exist yet.
        case creating
        /// Every write goes to the end of the file, which is created if missing.
        case appending
        case creatingForAppending
        /// As `appending`, for a file that must exist.
        case continuing
        /// A file to lock, created if missing. Network file systems lock for one process alone only what is open for
        /// writing.
        case locking
        /// A pipe or a device that a user names.
        case writingOutput

        fileprivate var flags: Int32 {
            switch self {
            case .reading: O_RDONLY | O_NOFOLLOW
            case .readingInput: O_RDONLY
            case .creating: O_WRONLY | O_NOFOLLOW | O_CREAT | O_EXCL
            case .appending: O_WRONLY | O_NOFOLLOW | O_CREAT | O_APPEND
            case .creatingForAppending: O_WRONLY | O_NOFOLLOW | O_CREAT | O_EXCL | O_APPEND
            case .continuing: O_WRONLY | O_NOFOLLOW | O_APPEND
            case .locking: O_RDWR | O_NOFOLLOW | O_CREAT
            case .writingOutput: O_WRONLY
            }
        }

        fileprivate var operation: FileError.Operation {
            switch self {
            case .reading, .readingInput, .continuing, .writingOutput: .open
            case .creating, .appending, .creatingForAppending, .locking: .create
            }
        }

        fileprivate var followsLinks: Bool { flags & O_NOFOLLOW == 0 }
    }

    /// Opens a file. New files get what the process's umask leaves of 0666.
    ///
    /// - Parameters:
    ///   - path: For errors.
    ///   - place: The file's name in an open directory; the path if nil.
    static func openFile(
        _ path: String, _ mode: OpenMode, at place: (directory: Int32, name: String)? = nil
    ) throws(FileError) -> Int32 {
        func misfit(_ found: FileKind?) -> FileError? {
            guard let found, mode == .writingOutput ? !found.isStream : found != .regular else { return nil }
            return FileError(
                path: path, operation: mode.operation,
                FileError.Misfit(
                    expected: mode == .writingOutput ? .pipe : .regular, found: found,
                    isInput: mode.followsLinks))
        }
        let (directory, name) = place ?? (AT_FDCWD, path)
        let descriptor: Int32
        do throws(FileError) {
            descriptor = try check(path, mode.operation) {
                openat(directory, name, mode.flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o666)
            }
        } catch {
            // Systems say in several ways that something else stands there.
            guard meansMisfit(error.code), mode != .writingOutput,
                let kind = try? kind(at: path, followingLinks: mode.followsLinks, at: place),
                let misfit = misfit(kind)
            else { throw error }
            throw misfit
        }
        do throws(FileError) {
            if let misfit = misfit(try status(of: descriptor, path: path).kind) { throw misfit }
            // Regular files block whatever is said here.
            if mode == .writingOutput { _ = try check(path, .open) { fcntl(descriptor, F_SETFL, 0) } }
        } catch {
            closeFile(descriptor)
            throw error
        }
        return descriptor
    }

    /// Opens a directory.
    ///
    /// - Parameter followsLink: Whether the path itself may be a symbolic link.
    static func openDirectory(_ path: String, followsLink: Bool) throws(FileError) -> Int32 {
        let flags = O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NONBLOCK | (followsLink ? 0 : O_NOFOLLOW)
        do throws(FileError) {
            return try check(path, .open) { open(path, flags) }
        } catch {
            guard meansMisfit(error.code), let found = try? kind(at: path, followingLinks: followsLink),
                found != .directory
            else { throw error }
            throw FileError(
                path: path, operation: .open,
                FileError.Misfit(expected: .directory, found: found, isInput: followsLink))
        }
    }

    private static func meansMisfit(_ code: Int32) -> Bool {
        [ELOOP, EMLINK, ENOTDIR, EISDIR, ENXIO, ENODEV, EOPNOTSUPP].contains(code)
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

    /// Removes a file that need not exist.
    package static func discardFile(_ path: String) throws(FileError) {
        do throws(FileError) {
            _ = try check(path, .remove) { unlink(path) }
        } catch {
            if error.code != ENOENT { throw error }
        }
    }

    /// What stands at `path` itself: a symbolic link is not followed. Nil if nothing does.
    ///
    /// - Parameter place: The name in an open directory; the path if nil.
    package static func kind(
        at path: String, followingLinks: Bool = false, at place: (directory: Int32, name: String)? = nil
    ) throws(FileError) -> FileKind? {
        let (directory, name) = place ?? (AT_FDCWD, path)
        var status = stat()
        do throws(FileError) {
            _ = try check(path, .inspect) {
                fstatat(directory, name, &status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW)
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
        case S_IFIFO: .pipe
        case S_IFSOCK: .socket
        default: .device
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

    /// Takes the lock on an open file, which is held until its descriptor and those made of it are closed.
    ///
    /// - Parameter isShared: Whether others may have it as well that share it.
    /// - Returns: Whether no other has it.
    static func tryLock(_ descriptor: Int32, isShared: Bool = false, path: String) throws(FileError) -> Bool {
        do throws(FileError) {
            _ = try check(path, .lock) { flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) }
            return true
        } catch {
            if error.code == EWOULDBLOCK { return false }
            throw error
        }
    }

    /// Whether a file system has no locks.
    static func meansNoLocks(_ code: Int32) -> Bool {
        [ENOLCK, EOPNOTSUPP, ENOTSUP, EINVAL, ENOSYS].contains(code)
    }

    /// Whether an open file is still the one at a path.
    static func isOpen(_ descriptor: Int32, at path: String) -> Bool {
        var (own, other) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && lstat(path, &other) == 0
            && own.st_ino == other.st_ino && own.st_dev == other.st_dev
    }

    /// The names in a directory, without `.` and `..`, sorted.
    ///
    /// - Returns: The names in UTF-8, and the others as messages show them. The texts of the others are no names of
    ///   files: two different names that are not UTF-8 can have the same text.
    static func entries(of descriptor: Int32, path: String) throws(FileError) -> (
        names: [String], others: [String]
    ) {
        // Closed with the stream.
        let copy = try check(path, .open) { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
        guard let stream = fdopendir(copy) else {
            let code = errno
            closeFile(copy)
            throw FileError(path: path, operation: .open, code: code)
        }
        defer { closedir(stream) }
        rewinddir(stream)
        var names: [String] = []
        var others: [String] = []
        while let entry = readdir(stream) {
            withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 1) { bytes in
                    guard let name = String(validatingCString: bytes) else {
                        let bytes = UnsafeBufferPointer(start: bytes, count: strlen(bytes))
                        return others.append(RawText.quoted(bytes.map { UInt8(bitPattern: $0) }))
                    }
                    if name != ".", name != ".." { names.append(name) }
                }
            }
        }
        return (names.sorted(), others.sorted())
    }

    /// The names in a directory, without `.` and `..` and without those that are not UTF-8, sorted.
    package static func names(in path: String) throws(FileError) -> [String] {
        try OpenDirectory(path).names()
    }

    /// Where a symbolic link points to; nil if there is none, or none in UTF-8.
    ///
    /// - Parameter place: The name in an open directory; the path if nil.
    package static func target(
        ofLink path: String, at place: (directory: Int32, name: String)? = nil
    ) -> String? {
        let (directory, name) = place ?? (AT_FDCWD, path)
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = readlinkat(directory, name, &buffer, buffer.count - 1)
        return count > 0
            ? String(validating: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// Whether there is no room, on the disk or of what a user may have.
    package static func meansFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }

    static func meansNoMemory(_ code: Int32) -> Bool { code == ENOMEM }

    static var noMemory: Int32 { ENOMEM }

    package static func message(of code: Int32) -> String { String(cString: strerror(code)) }

    package static func meansMissing(_ code: Int32) -> Bool { code == ENOENT || code == ENOTDIR }

    /// Whether a file may not grow as large (`ulimit -f`).
    package static func meansTooLarge(_ code: Int32) -> Bool { code == EFBIG }

    static func meansNoReader(_ code: Int32) -> Bool { code == noReader }

    package static func meansNobodyReads(_ code: Int32) -> Bool { code == EPIPE }

    static func meansTaken(_ code: Int32) -> Bool { code == EEXIST }

    package static var taken: Int32 { EEXIST }

    static var notSupported: Int32 { ENOTSUP }
    static var isDirectory: Int32 { EISDIR }
    static var notDirectory: Int32 { ENOTDIR }
    static var tooManyLinks: Int32 { ELOOP }
    static var noReader: Int32 { ENXIO }
    static var foreignText: Int32 { EILSEQ }

    /// Whether there is a file that this process may run.
    package static func isExecutable(_ path: String) -> Bool {
        (try? kind(at: path)) != .directory && access(path, X_OK) == 0
    }

    static func check(
        _ path: String, _ operation: FileError.Operation, _ call: () -> Int32
    ) throws(FileError) -> Int32 {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw FileError(path: path, operation: operation, code: errno) }
        }
    }
}
