#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A process that does not depend on this one: it has its own session, no terminal and no pipe to this process, so that the
/// end of this process, a closed terminal or Ctrl-C does not reach it.
package final class DetachedProcess: @unchecked Sendable {
    package let identifier: Int32
    /// The file without a name that receives what the process prints.
    private let printed: Int32
    private var ending: ChildProcess.Ending?

    /// The output of a process that is kept for ``text``.
    package enum Kept: Sendable {
        case all
        /// Only what it writes to standard error.
        case errors
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: The path of the program.
    ///   - words: The words of its command line, with its name.
    ///   - kept: The output that is kept.
    /// - Throws: ``FileError`` with the path of the file that cannot be started or created.
    package init(_ executable: String, _ words: [String], keeping kept: Kept) throws(FileError) {
        let printed = try Self.unnamedFile()
        do throws(FileError) {
            let nothing = try POSIX.check("/dev/null", .open) { open("/dev/null", O_WRONLY | O_CLOEXEC) }
            defer { POSIX.closeFile(nothing) }
            identifier = try ProcessStart.spawn(
                executable, words, output: kept == .all ? printed : nothing, errors: printed,
                group: .ownSession)
        } catch {
            POSIX.closeFile(printed)
            throw error
        }
        self.printed = printed
    }

    deinit { POSIX.closeFile(printed) }

    /// Returns how the process ended; nil while it runs. One thread at a time may call it.
    package func poll() -> ChildProcess.Ending? {
        if ending == nil { ending = ProcessStart.ending(of: identifier) }
        return ending
    }

    /// The text that the process has printed so far, at most 64 KiB.
    package var text: String {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count =
            (try? buffer.withUnsafeMutableBytes { bytes throws(FileError) in
                try POSIX.readOnce(printed, into: bytes, at: 0, path: "output")
            }) ?? 0
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Creates a file that only its descriptor reaches. Unlike a pipe, it accepts output when nobody reads it any more.
    private static func unnamedFile() throws(FileError) -> Int32 {
        let directory = POSIX.environmentVariable("TMPDIR") ?? "/tmp"
        var name = Array(FilePath.join(directory, ".recurrent-networks-XXXXXX").utf8CString)
        let path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let descriptor = try POSIX.check(path, .create) { mkstemp(&name) }
        unlink(name)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }
}

/// Finds the other programs of this package.
package enum SiblingProgram {
    /// Returns the path of a program: the one beside this program, or the first in the directories of `PATH`; nil if there
    /// is none.
    package static func path(of name: String) -> String? {
        let own = FilePath.directory(of: POSIX.resolvedPath(ProcessStart.ownExecutable) ?? "")
        let places = [own] + (POSIX.environmentPaths("PATH") ?? [])
        // A relative directory in PATH would depend on the current one.
        return places.filter { $0.hasPrefix("/") }.map { FilePath.join($0, name) }.first(
            where: POSIX.isExecutable)
    }
}

extension POSIX {
    /// Returns the absolute path of a file without symbolic links; nil if there is no such file.
    package static func resolvedPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}
