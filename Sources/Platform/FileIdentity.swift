#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Names a file or directory of this machine, whatever path leads to it.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64

    /// - Returns: nil if there is no such file. Symbolic links are followed.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, number) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino))
    }

    /// A text of 16 hexadecimal digits.
    package var digest: String {
        var digest = SHA256()
        digest.update(Array("\(device) \(number)".utf8))
        return String(digest.hexDigest.prefix(16))
    }
}
