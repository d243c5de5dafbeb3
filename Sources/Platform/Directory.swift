/// Directories that are made where they are missing.
package enum Directory {
    /// Makes the directory at `path` and those above it that are missing; their names are on the disk on return.
    package static func make(_ path: String) throws(FileError) {
        do throws(FileError) {
            try makeOne(path)
        } catch {
            let parent = FilePath.directory(of: path)
            guard POSIX.meansMissing(error.code), parent != path else { throw error }
            try make(parent)
            // Only once: where no directory can be made (/proc), it is still missing.
            try makeOne(path)
        }
    }

    private static func makeOne(_ path: String) throws(FileError) {
        do throws(FileError) {
            try POSIX.makeDirectory(path)
        } catch {
            guard error.code == POSIX.taken else { throw error }
        }
        // A parent that may be passed through but not read cannot be synchronised.
        guard let parent = try? OpenDirectory(FilePath.directory(of: path)) else { return }
        try parent.synchronize()
    }
}
