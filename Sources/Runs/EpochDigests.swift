import Platform

/// The SHA-256 of a run's weights at the ends of its epochs, as `metrics.jsonl` has them. A resume removes those after its
/// checkpoint with the rest of the log.
package struct EpochDigests: Hashable, Sendable {
    /// An epoch's number of steps since the beginning of training, and the digest of the weights after it.
    package struct Epoch: Hashable, Sendable {
        package let step: Int
        package let sha256: String
    }

    /// The epochs in their order, without a gap: up to the first that has no digest, as in runs of older versions.
    package private(set) var epochs: [Epoch] = []

    /// The name of the digest in a record.
    static let key = "weights_sha256"

    package init() {}

    /// Reads a run's log. A last line without a line end, which is still being written, is left out.
    ///
    /// - Throws: ``FileError``; ``RunError/invalidFile(path:reason:)`` for a record that is no JSON.
    package init(of run: RunDirectory) throws {
        let path = run.records
        guard try POSIX.kind(at: path) != nil else { return }
        let content = try RecordFile.content(of: path, atMost: Self.largestFile)
        let mark = Array(#"{"kind":"epoch","split":"train","#.utf8)
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated().dropLast() where line.starts(with: mark) {
            let members: [String: JSONValue]
            do {
                members = try JSON.value(from: Array(line))
            } catch let error as DecodingError {
                throw RunError.invalidFile(path: path, reason: "line \(index + 1): \(JSON.reason(error))")
            }
            guard case .integer(epochs.count)? = members["epoch"], case .integer(let step)? = members["step"],
                case .text(let sha256)? = members[Self.key], SHA256.isHexDigest(sha256)
            else { return }
            epochs.append(Epoch(step: step, sha256: sha256))
        }
    }

    /// The number of bytes after which a log is not read further.
    private static let largestFile = 1 << 30
}

extension SHA256 {
    /// Returns whether a text is a digest: 64 lower-case hexadecimal digits.
    package static func isHexDigest(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
