#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension OpenDirectory {
    /// The maximum depth of a tree, so that descriptors do not run out.
    private static let deepest = 32

    /// Opens a directory in this one. It must not be a symbolic link.
    private func directory(_ name: String) throws(FileError) -> OpenDirectory {
        let path = FilePath.join(path, name)
        let flags = O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NONBLOCK | O_NOFOLLOW
        return OpenDirectory(
            path: path, descriptor: try POSIX.check(path, .open) { openat(descriptor, name, flags) })
    }

    /// Moves an entry to another directory of the same file system.
    ///
    /// - Parameter target: The new name, which nothing may have.
    package func move(_ name: String, to target: String, in other: OpenDirectory) throws(FileError) {
        let path = FilePath.join(other.path, target)
        guard try other.kind(of: target) == nil else {
            throw FileError(path: path, operation: .rename, code: POSIX.taken)
        }
        _ = try POSIX.check(path, .rename) { renameat(descriptor, name, other.descriptor, target) }
    }

    /// Removes a directory with all its content. Symbolic links are removed, and not followed.
    package func removeTree(_ name: String) throws(FileError) { try removeTree(name, depth: 0) }

    private func removeTree(_ name: String, depth: Int) throws(FileError) {
        let path = FilePath.join(path, name)
        guard depth < Self.deepest else {
            throw FileError(path: path, operation: .remove, code: POSIX.tooManyLinks)
        }
        let tree = try directory(name)
        for entry in try tree.names() {
            if try tree.kind(of: entry) == .directory {
                try tree.removeTree(entry, depth: depth + 1)
            } else {
                try tree.discard(entry)
            }
        }
        _ = try POSIX.check(path, .remove) { unlinkat(descriptor, name, AT_REMOVEDIR) }
    }

    /// Returns the total size of the regular files in a directory and below, in bytes.
    package func treeSize(_ name: String) throws(FileError) -> Int { try treeSize(name, depth: 0) }

    private func treeSize(_ name: String, depth: Int) throws(FileError) -> Int {
        guard depth < Self.deepest else { return 0 }
        let tree = try directory(name)
        var bytes = 0
        for entry in try tree.names() {
            switch try tree.kind(of: entry) {
            case .directory: bytes += (try? tree.treeSize(entry, depth: depth + 1)) ?? 0
            case .regular: bytes += (try? tree.open(entry, .reading).status().size) ?? 0
            default: break
            }
        }
        return bytes
    }
}
