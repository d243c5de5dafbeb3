/// Common wrong content of a downloaded file: a web page that reports an error, or a Git LFS pointer.
package enum ForeignContent: Hashable, Sendable, CaseIterable {
    case html, gitLFSPointer

    /// The number of bytes at the start of a file that are enough to recognise it.
    package static let recognisedBytes = 1024

    /// Returns the wrong content that the first bytes of a file show; nil for any other content.
    package static func recognise(_ bytes: some Collection<UInt8>) -> ForeignContent? {
        var start = bytes.prefix(recognisedBytes).map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }[...]
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { start.removeFirst(3) }
        if start.starts(with: "version https://git-lfs.github.com/spec/".utf8) { return .gitLFSPointer }
        start = start.drop(while: isBlank)
        while start.starts(with: "<!--".utf8), let end = endOfComment(start) {
            start = start[end...].drop(while: isBlank)
        }
        let isPage = pageBeginnings.contains { beginning in
            guard start.starts(with: beginning.utf8) else { return false }
            // "<header>,<…" is not HTML but a line of a table.
            let next = start.dropFirst(beginning.utf8.count).first
            return next.map { isBlank($0) || $0 == UInt8(ascii: ">") } ?? true
        }
        return isPage ? .html : nil
    }

    /// The name of the content, such as "an HTML page".
    package var name: String {
        switch self {
        case .html: "an HTML page"
        case .gitLFSPointer: "a Git LFS pointer"
        }
    }

    /// The remedy: an instruction for the user.
    package var remedy: String {
        switch self {
        case .html: "download the file itself, not the web page that shows it or reports an error"
        case .gitLFSPointer: "run \"git lfs pull\" in the repository, or download the file itself"
        }
    }

    /// The name of the content, and advice.
    package var explanation: String { "\(name) in place of the file; \(remedy)" }

    private static let pageBeginnings = ["<!doctype html", "<html", "<head", "<body"]

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Returns the index after the "-->" that ends a comment.
    private static func endOfComment(_ text: ArraySlice<UInt8>) -> Int? {
        text.indices.dropFirst(4).first { text[$0...].starts(with: "-->".utf8) }.map { $0 + 3 }
    }
}
