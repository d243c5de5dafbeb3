#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The size, the time of modification and the identity of a file. If they are equal at two moments, the file was not
/// changed between them, unless both moments are within the same tick of the file system's clock.
package struct FileStamp: Hashable, Sendable {
    package let kind: POSIX.FileKind
    package let size: Int
    /// The time of modification in seconds since 1970, and its fraction in nanoseconds.
    package let seconds, nanoseconds: Int
    private let identity: UInt64
    private let device: UInt64

    fileprivate init(_ status: stat) {
        kind = POSIX.kind(of: status)
        size = Int(status.st_size)
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        (seconds, nanoseconds) = (Int(time.tv_sec), Int(time.tv_nsec))
        identity = UInt64(truncatingIfNeeded: status.st_ino)
        device = UInt64(truncatingIfNeeded: status.st_dev)
    }

    /// Reads the stamp of the file at a path; nil if there is none or it cannot be inspected. A symbolic link is not
    /// followed.
    package init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Reads the stamp of an open file.
    package init(_ file: OpenFile) throws(FileError) {
        var status = stat()
        _ = try POSIX.check(file.path, .inspect) { fstat(file.descriptor, &status) }
        self.init(status)
    }

    /// Whether two stamps are of one file, changed or not.
    package func isSameFile(as other: FileStamp) -> Bool {
        identity == other.identity && device == other.device
    }
}
