#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open directory, whose files are reached by their names in it: whatever its path leads to by then, they are the same
/// directory's. No symbolic link among them is followed.
package final class OpenDirectory: Sendable {
    package let path: String
    package let descriptor: Int32

    /// - Parameter followsLink: Whether the path itself may be a symbolic link, as one that a user names may be.
    package init(_ path: String, followsLink: Bool = true) throws(FileError) {
        self.path = path
        descriptor = try POSIX.openDirectory(path, followsLink: followsLink)
    }

    deinit { POSIX.closeFile(descriptor) }

    /// Checks that what stands at a path, if anything, is a directory and no symbolic link.
    package static func check(_ path: String) throws(FileError) {
        do throws(FileError) {
            _ = try OpenDirectory(path, followsLink: false)
        } catch {
            if !error.isMissing { throw error }
        }
    }

    private func path(of name: String) -> String { FilePath.join(path, name) }

    package func open(_ name: String, _ mode: POSIX.OpenMode) throws(FileError) -> OpenFile {
        try OpenFile(path(of: name), mode, at: (descriptor, name))
    }

    package func kind(of name: String) throws(FileError) -> POSIX.FileKind? {
        try POSIX.kind(at: path(of: name), at: (descriptor, name))
    }

    /// The names in it, without `.` and `..` and without those that are not UTF-8, sorted.
    package func names() throws(FileError) -> [String] { try entries().names }

    /// The names in it, and those that are not UTF-8, as messages show them.
    package func entries() throws(FileError) -> (names: [String], others: [String]) {
        try POSIX.entries(of: descriptor, path: path)
    }

    /// Removes a file that need not exist.
    package func discard(_ name: String) throws(FileError) {
        do throws(FileError) {
            _ = try POSIX.check(path(of: name), .remove) { unlinkat(descriptor, name, 0) }
        } catch {
            if error.code != ENOENT { throw error }
        }
    }

    package func rename(_ name: String, to target: String) throws(FileError) {
        _ = try POSIX.check(path(of: target), .rename) { renameat(descriptor, name, descriptor, target) }
    }

    /// Where a symbolic link in it points to; nil if there is none.
    package func target(ofLink name: String) -> String? {
        POSIX.target(ofLink: path(of: name), at: (descriptor, name))
    }

    /// Makes a name a symbolic link to another, in place of what it is.
    package func point(_ name: String, to target: String) throws(FileError) {
        let temporary = try TemporaryName.claim(for: name) { temporary throws(FileError) in
            _ = try POSIX.check(path(of: name), .link) { symlinkat(target, descriptor, temporary) }
            return temporary
        }
        do throws(FileError) {
            try rename(temporary, to: name)
        } catch {
            try? discard(temporary)
            throw error
        }
    }

    /// Removes what a killed process of this program left half-written.
    package func discardTemporaries() throws(FileError) {
        for name in try names() where TemporaryName.isOne(name) {
            let kind = try kind(of: name)
            if kind == .regular || kind == .symbolicLink { try discard(name) }
        }
    }

    /// Returns when names and removals have reached the disk.
    package func synchronize() throws(FileError) {
        do throws(FileError) {
            try POSIX.synchronize(descriptor, path: path)
        } catch {
            // Some file systems have no such call for directories.
            if error.code != EINVAL && error.code != ENOTSUP { throw error }
        }
    }
}
