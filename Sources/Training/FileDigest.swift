import Platform

/// The SHA-256 of a safetensors file in its own metadata: the digest of the whole file with the 64 characters of the
/// digest replaced by zeros.
enum FileDigest {
    static let key = "sha256"
    static let placeholder = String(repeating: "0", count: 64)

    /// Replaces the placeholder by the digest.
    static func insert(into bytes: inout [UInt8]) {
        guard let place = place(in: bytes) else {
            preconditionFailure("FileDigest: expected \(key) in the metadata, found none")
        }
        bytes.replaceSubrange(place, with: Array(digest(of: bytes, without: place).utf8))
    }

    /// Checks that a file's metadata contain a digest, as in every checkpoint, before all of a large file is
    /// read.
    static func require(in metadata: [String: String], path: String) throws(CheckpointError) {
        guard metadata[key] != nil else { throw CheckpointError(path: path, problem: .missing(key)) }
    }

    /// Checks the digest.
    ///
    /// - Parameters:
    ///   - bytes: The content of the whole file.
    ///   - claimed: The digest in the metadata.
    ///   - path: The path of the file, for errors.
    /// - Throws: `CheckpointError` for a missing or a wrong digest.
    static func check(_ bytes: [UInt8], claimed: String?, path: String) throws(CheckpointError) {
        guard let claimed, let place = place(in: bytes) else {
            throw CheckpointError(path: path, problem: .missing(key))
        }
        let found = digest(of: bytes, without: place)
        guard claimed == found else {
            throw CheckpointError(path: path, problem: .digest(expected: claimed, found: found))
        }
    }

    private static func digest(of bytes: [UInt8], without place: Range<Int>) -> String {
        var sum = SHA256()
        bytes.withUnsafeBytes { bytes in
            sum.update(UnsafeRawBufferPointer(rebasing: bytes[..<place.lowerBound]))
            sum.update(Array(placeholder.utf8))
            sum.update(UnsafeRawBufferPointer(rebasing: bytes[place.upperBound...]))
        }
        return sum.hexDigest
    }

    /// Returns the range of the 64 characters in the text of the header, as the writer wrote it. In other strings the
    /// quotes have backslashes.
    private static func place(in bytes: [UInt8]) -> Range<Int>? {
        let mark = Array("\"\(key)\":\"".utf8)
        var start = 8
        while start + mark.count + placeholder.utf8.count <= bytes.count {
            if bytes[start] == mark[0], bytes[start..<start + mark.count].elementsEqual(mark) {
                return start + mark.count..<start + mark.count + placeholder.utf8.count
            }
            start += 1
        }
        return nil
    }
}
