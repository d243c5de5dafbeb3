/// Files that are replaced as a whole or not at all, whatever happens in between: the bytes go to a
/// temporary file in the same directory, to the disk, under the target's name, and that name to the
/// disk.
package enum AtomicFile {
    /// What is on the disk, and not only handed to the system, when a write returns.
    package enum Durability {
        /// The new file under its name.
        case full
        /// The bytes of the new file. The former file may come back after a power cut until the directory is
        /// synchronised, by whoever has more to do there.
        case content
        /// Perhaps nothing: for what a power cut may take.
        case none
    }

    /// Replaces the file at `path`, or creates it with the permissions the process's umask leaves.
    ///
    /// A symbolic link at `path` is replaced itself; what it points to is not touched. On an error the
    /// former file is intact and nothing else is left, with one exception: where only the last step
    /// failed (`FileError.operation` is `.synchronize` and `path` is the directory), the new file is in
    /// place, but a power cut may bring the former one back.
    package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        try write(bytes, to: path, .full)
    }

    package static func write(_ bytes: [UInt8], to path: String, _ durability: Durability) throws(FileError) {
        // Opened first, so that a directory we may not open fails before anything is replaced.
        let directory = try openDirectory(of: path)
        let temporary = try createTemporary(for: path)
        do throws(FileError) {
            try temporary.write(bytes)
            if durability != .none { try temporary.synchronize() }
            try POSIX.renameFile(temporary.path, to: path)
        } catch {
            POSIX.removeFile(temporary.path)
            throw FileError(path: path, operation: error.operation, code: error.code)
        }
        if durability == .full { try directory.synchronizeDirectory() }
    }

    /// Replaces the file at `path` by `text` in UTF-8.
    package static func write(_ text: String, to path: String) throws(FileError) {
        try write(Array(text.utf8), to: path)
    }

    package static func write(_ text: String, to path: String, _ durability: Durability) throws(FileError) {
        try write(Array(text.utf8), to: path, durability)
    }

    /// Writes what a user asked for by its path: through symbolic links, and straight to what is no regular file, a pipe
    /// or a device, as a shell's `>` does; regular files are replaced as a whole.
    package static func writeOutput(_ text: String, to path: String) throws(FileError) {
        try writeOutput(Array(text.utf8), to: path)
    }

    package static func writeOutput(_ bytes: [UInt8], to path: String) throws(FileError) {
        if try POSIX.kind(at: path, followingLinks: true) == .other {
            return try OpenFile(path, .continuing).write(bytes)
        }
        var path = path
        // More links than systems follow.
        for _ in 0..<40 {
            guard let target = POSIX.target(ofLink: path) else { break }
            path = target.hasPrefix("/") ? target : FilePath.join(FilePath.directory(of: path), target)
        }
        try write(bytes, to: path)
    }

    private static func openDirectory(of path: String) throws(FileError) -> OpenFile {
        do throws(FileError) {
            return try OpenFile(FilePath.directory(of: path), .readingDirectory)
        } catch {
            throw FileError(path: path, operation: .create, code: error.code)
        }
    }

    private static func createTemporary(for path: String) throws(FileError) -> OpenFile {
        do throws(FileError) {
            return try TemporaryName.claim(for: path) { name throws(FileError) in
                try OpenFile(name, .creating)
            }
        } catch {
            throw FileError(path: path, operation: error.operation, code: error.code)
        }
    }
}

/// Names for what is about to be moved to a target: in its directory, hidden, one for each attempt of
/// each process.
package enum TemporaryName {
    /// Whether a name has exactly the form of these, `.<target>.<process>.<attempt>.tmp`, of whichever process.
    ///
    /// - Parameter target: The name of the target; any if nil.
    package static func isOne(_ name: String, for target: String? = nil) -> Bool {
        guard name.hasPrefix("."), name.hasSuffix(".tmp") else { return false }
        let parts = name.dropFirst().dropLast(4).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 2, parts.suffix(2).allSatisfy(isNumber) else { return false }
        let found = parts.dropLast(2).joined(separator: ".")
        return target.map { $0 == found } ?? !found.isEmpty
    }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Calls `create` with one name after another until one was free.
    package static func claim<Result>(
        for path: String, _ create: (String) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        let prefix = FilePath.join(
            FilePath.directory(of: path), ".\(FilePath.name(of: path)).\(POSIX.processIdentifier)")
        var attempt = 0
        while true {
            do throws(FileError) {
                return try create("\(prefix).\(attempt).tmp")
            } catch {
                attempt += 1
                guard POSIX.meansTaken(error.code), attempt < 1000 else { throw error }
            }
        }
    }
}
