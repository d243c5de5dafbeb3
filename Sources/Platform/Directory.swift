/// Creates directories.
package enum Directory {
    /// Creates the directory at `path` and its missing parents. When it returns, their names are on the disk.
    package static func make(_ path: String) throws(FileError) {
        do throws(FileError) {
            try makeOne(path)
        } catch {
            let parent = FilePath.directory(of: path)
            guard POSIX.meansMissing(error.code), parent != path else { throw error }
            try make(parent)
            // This is tried only once: where no directory can be created (as in /proc), the parent is still missing.
            try makeOne(path)
        }
    }

    private static func makeOne(_ path: String) throws(FileError) {
        do throws(FileError) {
            try POSIX.makeDirectory(path)
        } catch {
            guard error.code == POSIX.taken else { throw error }
        }
        // A parent directory that may be searched but not read cannot be synchronised.
        guard let parent = try? OpenDirectory(FilePath.directory(of: path)) else { return }
        try parent.synchronize()
    }
}
