import Platform
import Runs

/// A directory of results, each in a file named after the identity of its training (``Receipt/identity``):
/// `3f/3fa2b1….json`. Sweeps, users and machines can share it.
///
/// A file is written atomically and never changed, so several processes may use the directory at once. Files with other
/// names are ignored.
package struct KnownResults: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// The default directory in a directory of runs.
    package static func path(in runs: String) -> String { FilePath.join(runs, "results") }

    private static let limits = JSON.Limits(bytes: 128 << 20, values: 2_000_000)

    package func file(of identity: String) -> String {
        FilePath.join(FilePath.join(path, String(identity.prefix(2))), "\(identity).json")
    }

    /// Returns the result of a training; nil if there is none.
    ///
    /// - Throws: ``SweepError`` for a file that is damaged, changed, or the result of another training; ``FileError``.
    package func find(_ identity: String) throws -> KnownResult? {
        let file = file(of: identity)
        guard let kind = try POSIX.kind(at: file) else { return nil }
        guard kind == .regular else {
            throw SweepError.unusableResult(file: file, reason: "expected a regular file, found another kind")
        }
        do {
            let result: KnownResult = try RunFile.read(from: file, Self.limits)
            try result.check(file, identity: identity)
            return result
        } catch RunError.invalidFile(_, let reason) {
            throw SweepError.unusableResult(file: file, reason: reason)
        } catch ReceiptError.changed(_, let expected, let found) {
            throw SweepError.changedResult(file: file, expected: expected, found: found)
        }
    }

    /// Writes a result, unless there is one of the same training.
    package func store(_ result: KnownResult, _ identity: String) throws {
        let file = file(of: identity)
        guard try POSIX.kind(at: file) == nil else { return }
        try Directory.make(FilePath.directory(of: file))
        try JSON.write(result, to: file)
    }
}
