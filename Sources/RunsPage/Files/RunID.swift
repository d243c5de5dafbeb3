import Platform
import Runs

/// The path of a run below the directory of runs, by which a browser names it: "20261130-120000-gru", or
/// "sweeps/cells/runs/20261130-120000-entry-0001".
package struct RunID: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Throws: ``PageError`` for a text that can name nothing below the directory.
    package init(_ text: String) throws(PageError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard text.utf8.count <= 1024, parts.count <= 4, parts.allSatisfy(Self.isName),
            parts.count == 1 || parts[0] == "sweeps"
        else {
            throw PageError(.badRequest, .notID, ["found": text.quotedInAnswer])
        }
        description = text
    }

    /// Whether the run is an entry of a sweep, which the list of runs does not have.
    package var isInSweep: Bool { description.utf8.contains(UInt8(ascii: "/")) }

    /// Returns whether a directory of runs may have this name: one component, not hidden.
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 255 && name.utf8.first != UInt8(ascii: ".")
            && !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0)
    }

    /// Returns the run's directory.
    ///
    /// - Throws: ``PageError`` if there is none, or if a part of its path is a symbolic link.
    package func directory(in root: String) throws(PageError) -> RunDirectory {
        var path = root
        for part in description.split(separator: "/") {
            path = FilePath.join(path, String(part))
            guard (try? POSIX.kind(at: path)) == .directory else {
                throw PageError(
                    .notFound, .unknownRun, ["run": description.quotedInAnswer, "root": root.printableLine])
            }
        }
        return RunDirectory(path: path)
    }

    /// Returns the directory of a run.
    ///
    /// - Throws: ``PageError`` if there is none, if a part of its path is a symbolic link, or if it is no run.
    package func run(in root: String) throws(PageError) -> RunDirectory {
        let run = try directory(in: root)
        guard run.hasRun else {
            throw PageError(
                .notFound, .notRun, ["run": description.quotedInAnswer, "root": root.printableLine])
        }
        return run
    }
}
