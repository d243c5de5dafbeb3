#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The system calls used by this module. Each is repeated if a signal interrupts it.
package enum POSIX {
    /// How a file is opened. Symbolic links are not followed, unless a user named the file. Opening never waits for a
    /// pipe. Only regular files are opened, as checked on the descriptor, unless a user asks for output to something
    /// else.
    package enum OpenMode {
        /// Reads a file of this program.
        case reading
        /// Reads a file that a user names.
        case readingInput
        /// Creates a file that must not exist yet.
        case creating
        /// Appends to a file, which is created if missing.
        case appending
        case creatingForAppending
        /// Appends to a file that must exist.
        case continuing
        /// Opens a file to lock it; the file is created if missing. It is opened for writing, because network file
        /// systems grant an exclusive lock only on such a file.
        case locking
        /// Writes to a pipe or a device that a user names.
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

    /// Opens a file. New files get the permissions 0666, reduced by the process's umask.
    ///
    /// - Parameters:
    ///   - path: The path for errors.
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
            // Systems use several error codes for a file of another kind.
            guard meansMisfit(error.code), mode != .writingOutput,
                let kind = try? kind(at: path, followingLinks: mode.followsLinks, at: place),
                let misfit = misfit(kind)
            else { throw error }
            throw misfit
        }
        do throws(FileError) {
            if let misfit = misfit(try status(of: descriptor, path: path).kind) { throw misfit }
            // The flag does not matter for regular files, which always block.
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
        // This is not repeated after EINTR: on Linux the descriptor is closed anyway.
        _ = close(descriptor)
    }

    package static func makeDirectory(_ path: String) throws(FileError) {
        _ = try check(path, .createDirectory) { mkdir(path, 0o777) }
    }

    /// Removes an empty directory.
    package static func removeDirectory(_ path: String) throws(FileError) {
        _ = try check(path, .remove) { rmdir(path) }
    }

    package static func renameFile(_ path: String, to target: String) throws(FileError) {
        _ = try check(target, .rename) { rename(path, target) }
    }

    package static func makeSymbolicLink(_ path: String, to target: String) throws(FileError) {
        _ = try check(path, .link) { symlink(target, path) }
    }

    /// Removes a file if it exists.
    package static func discardFile(_ path: String) throws(FileError) {
        do throws(FileError) {
            _ = try check(path, .remove) { unlink(path) }
        } catch {
            if error.code != ENOENT { throw error }
        }
    }

    /// Returns the kind of file at `path`; nil if there is none. A symbolic link is not followed.
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

    /// Returns whether there is a file of any kind at `path`, readable or not.
    package static func exists(_ path: String, followingLinks: Bool = true) -> Bool {
        do throws(FileError) {
            return try kind(at: path, followingLinks: followingLinks) != nil
        } catch {
            return !error.isMissing
        }
    }

    /// Returns the kind and the size in bytes of an open file.
    package static func status(of descriptor: Int32, path: String) throws(FileError) -> (
        kind: FileKind, size: Int
    ) {
        var status = stat()
        _ = try check(path, .inspect) { fstat(descriptor, &status) }
        return (kind(of: status), Int(status.st_size))
    }

    static func kind(of status: stat) -> FileKind {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .regular
        case S_IFDIR: .directory
        case S_IFLNK: .symbolicLink
        case S_IFIFO: .pipe
        case S_IFSOCK: .socket
        default: .device
        }
    }

    /// The maximum number of bytes per call. A signal is handled only after the call, and macOS refuses 2³¹ bytes and
    /// more.
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

    /// Reads from an offset in the file, as `readOnce` does; the position of the descriptor does not change.
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

    /// Writes all bytes, with as many calls as needed.
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
                // Another process made the pipe non-blocking.
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

    /// Waits until the file's content is on the disk.
    package static func synchronize(_ descriptor: Int32, path: String) throws(FileError) {
        #if canImport(Darwin)
            // On macOS, `fsync` stops at the drive's cache; some file systems do not support the full flush.
            if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
        #endif
        _ = try check(path, .synchronize) { fsync(descriptor) }
    }

    /// Tries to lock an open file. The lock is held until the descriptor and all its duplicates are closed.
    ///
    /// - Parameter isShared: Whether other shared locks are allowed at the same time.
    /// - Returns: Whether the lock was taken.
    static func tryLock(_ descriptor: Int32, isShared: Bool = false, path: String) throws(FileError) -> Bool {
        do throws(FileError) {
            _ = try check(path, .lock) { flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) }
            return true
        } catch {
            if error.code == EWOULDBLOCK { return false }
            throw error
        }
    }

    /// Returns whether an error code means that the file system does not support locks.
    static func meansNoLocks(_ code: Int32) -> Bool {
        [ENOLCK, EOPNOTSUPP, ENOTSUP, EINVAL, ENOSYS].contains(code)
    }

    /// Returns whether an open file is still the file at a path.
    static func isOpen(_ descriptor: Int32, at path: String) -> Bool {
        var (own, other) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && lstat(path, &other) == 0
            && own.st_ino == other.st_ino && own.st_dev == other.st_dev
    }

    /// Returns the sorted names in a directory, without `.` and `..`.
    ///
    /// - Returns: The names in UTF-8, and the other names as messages show them. The texts of the others cannot be used
    ///   as names of files: two different names that are not UTF-8 can have the same text.
    static func entries(of descriptor: Int32, path: String) throws(FileError) -> (
        names: [String], others: [String]
    ) {
        // The descriptor is closed together with the stream.
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

    /// Returns the sorted names in a directory, without `.` and `..` and without names that are not UTF-8.
    package static func names(in path: String) throws(FileError) -> [String] {
        try OpenDirectory(path).names()
    }

    /// Returns the target of a symbolic link; nil if there is no link or its target is not UTF-8.
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

    /// Returns whether an error code means that the disk or the user's quota is full.
    package static func meansFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }

    static func meansNoMemory(_ code: Int32) -> Bool { code == ENOMEM }

    static var noMemory: Int32 { ENOMEM }

    package static func message(of code: Int32) -> String { String(cString: strerror(code)) }

    package static func meansMissing(_ code: Int32) -> Bool { code == ENOENT || code == ENOTDIR }

    /// Returns whether an error code means that the directory of a new file does not exist.
    static func meansNoDirectory(_ code: Int32) -> Bool { code == ENOENT }

    /// Returns whether an error code means that a file exceeds the size limit (`ulimit -f`).
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

    /// Returns whether there is a file that this process may execute.
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
