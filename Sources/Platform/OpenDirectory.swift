#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open directory, whose files are opened by name. They are the files of this directory even if its path leads
/// elsewhere later. Symbolic links in it are not followed.
package final class OpenDirectory: Sendable {
    package let path: String
    package let descriptor: Int32

    /// - Parameter followsLink: Whether the path itself may be a symbolic link. It may if a user named it.
    package init(_ path: String, followsLink: Bool = true) throws(FileError) {
        self.path = path
        descriptor = try POSIX.openDirectory(path, followsLink: followsLink)
    }

    init(path: String, descriptor: Int32) { (self.path, self.descriptor) = (path, descriptor) }

    deinit { POSIX.closeFile(descriptor) }

    /// Checks that there is nothing at a path, or a directory that is not a symbolic link.
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

    /// Returns the sorted names of its entries, without `.` and `..` and without names that are not UTF-8.
    package func names() throws(FileError) -> [String] { try entries().names }

    /// Returns the names of its entries; names that are not UTF-8 are returned separately, as messages show them.
    package func entries() throws(FileError) -> (names: [String], others: [String]) {
        try POSIX.entries(of: descriptor, path: path)
    }

    /// Removes a file if it exists.
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

    /// Returns the target of a symbolic link in the directory; nil if there is no such link.
    package func target(ofLink name: String) -> String? {
        POSIX.target(ofLink: path(of: name), at: (descriptor, name))
    }

    /// Makes a name a symbolic link to another name, replacing what it was before.
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

    /// Removes the temporary files that a killed process of this program left behind.
    package func discardTemporaries() throws(FileError) {
        for name in try names() where TemporaryName.isOne(name) {
            let kind = try kind(of: name)
            if kind == .regular || kind == .symbolicLink { try discard(name) }
        }
    }

    /// Waits until created and removed names are on the disk.
    package func synchronize() throws(FileError) {
        do throws(FileError) {
            try POSIX.synchronize(descriptor, path: path)
        } catch {
            // Some file systems cannot synchronise directories.
            if error.code != EINVAL && error.code != ENOTSUP { throw error }
        }
    }
}
