/// Writes files atomically: after a crash or a power cut at any moment, a file has either its old content or its new
/// content.
///
/// The bytes are written to a temporary file in the same directory and synchronised to the disk. Then the temporary
/// file is renamed to the target, and the directory is synchronised.
package enum AtomicFile {
    /// How much is guaranteed to be on the disk when a write returns.
    package enum Durability {
        /// The new file is on the disk under its name.
        case full
        /// The bytes of the new file are on the disk. Until the caller synchronises the directory, the old file may
        /// come back after a power cut.
        case content
        /// Nothing is guaranteed: for files that may be lost in a power cut.
        case none
    }

    /// Replaces the file at `path`, or creates it with the permissions that the process's umask allows.
    ///
    /// If `path` is a symbolic link, the link itself is replaced, and its target is not touched. On an error the old
    /// file is intact and no other file is left behind. There is one exception: if only the last step failed
    /// (`FileError.operation` is `.synchronize` and `path` is the directory), the new file is in place, but a power cut
    /// may bring the old one back.
    package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        try write(bytes, to: path, .full)
    }

    package static func write(_ bytes: [UInt8], to path: String, _ durability: Durability) throws(FileError) {
        let directory: OpenDirectory
        do throws(FileError) {
            directory = try OpenDirectory(FilePath.directory(of: path))
        } catch {
            throw FileError(path: path, operation: .create, code: error.code)
        }
        try write(bytes, to: FilePath.name(of: path), in: directory, path: path, durability)
    }

    /// Replaces a file in an open directory, as `write(_:to:)` does.
    package static func write(
        _ bytes: [UInt8], to name: String, in directory: OpenDirectory, _ durability: Durability = .full
    ) throws(FileError) {
        try write(bytes, to: name, in: directory, path: FilePath.join(directory.path, name), durability)
    }

    private static func write(
        _ bytes: [UInt8], to name: String, in directory: OpenDirectory, path: String,
        _ durability: Durability
    ) throws(FileError) {
        do throws(FileError) {
            let (temporary, file) = try TemporaryName.claim(for: name) { temporary throws(FileError) in
                (temporary, try directory.open(temporary, .creating))
            }
            do throws(FileError) {
                try file.write(bytes)
                if durability != .none { try file.synchronize() }
                try directory.rename(temporary, to: name)
            } catch {
                try? directory.discard(temporary)
                throw error
            }
        } catch {
            throw FileError(path: path, operation: error.operation, code: error.code)
        }
        if durability == .full { try directory.synchronize() }
    }

    /// Replaces the file at `path` by `text` in UTF-8.
    package static func write(_ text: String, to path: String) throws(FileError) {
        try write(Array(text.utf8), to: path)
    }

    package static func write(_ text: String, to path: String, _ durability: Durability) throws(FileError) {
        try write(Array(text.utf8), to: path, durability)
    }

    /// Writes output to a path that the user gave. It follows symbolic links as a shell's `>` does, and writes directly
    /// to a pipe or a device; a regular file is replaced atomically.
    package static func writeOutput(_ text: String, to path: String) throws(FileError) {
        try writeOutput(Array(text.utf8), to: path)
    }

    package static func writeOutput(_ bytes: [UInt8], to path: String) throws(FileError) {
        if let kind = try POSIX.kind(at: path, followingLinks: true), kind.isStream {
            return try openOutput(path, kind).write(bytes)
        }
        var path = path
        // This is more than the number of links that systems follow.
        for _ in 0..<40 {
            guard try POSIX.kind(at: path) == .symbolicLink else { break }
            guard let target = POSIX.target(ofLink: path) else {
                throw FileError(path: path, operation: .open, code: POSIX.foreignText)
            }
            path = target.hasPrefix("/") ? target : FilePath.join(FilePath.directory(of: path), target)
        }
        try write(bytes, to: path)
    }

    /// Opens a FIFO, a device or a socket. Waits up to half a second for a FIFO's reader.
    private static func openOutput(_ path: String, _ kind: POSIX.FileKind) throws(FileError) -> OpenFile {
        for _ in 0..<50 {
            do throws(FileError) {
                return try OpenFile(path, .writingOutput)
            } catch {
                guard kind == .pipe, POSIX.meansNoReader(error.code) else { throw error }
                POSIX.sleep(seconds: 0.01)
            }
        }
        throw FileError(path: path, operation: .writeToReader, code: POSIX.noReader)
    }
}

/// Names of temporary files that will be renamed to a target: hidden files in its directory, with a different name for
/// each attempt of each process.
package enum TemporaryName {
    /// Returns whether a name has exactly the form of a temporary name, `.<target>.<process>.<attempt>.tmp`, of any
    /// process.
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

    /// Calls `create` with one name after another until a name is not in use.
    ///
    /// - Parameter target: The name of the target, without its directory.
    package static func claim<Result>(
        for target: String, _ create: (String) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        var attempt = 0
        while true {
            do throws(FileError) {
                return try create(".\(target).\(POSIX.processIdentifier).\(attempt).tmp")
            } catch {
                attempt += 1
                guard POSIX.meansTaken(error.code), attempt < 1000 else { throw error }
            }
        }
    }
}
