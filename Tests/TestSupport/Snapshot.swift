import Foundation
import Testing

/// Texts of the programs as files in `Tests/Snapshots`, so that a change of a word is seen in a review.
///
/// A test fails if a text differs from its file. `UPDATE_SNAPSHOTS=1 swift test` writes the files instead.
package enum Snapshot {
    private static let directory = Repository.url.appending(path: "Tests/Snapshots")
    private static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] == "1"

    /// Compares a text with a file, or writes the file.
    ///
    /// - Parameter name: the path of the file in `Tests/Snapshots`, without the extension.
    package static func check(
        _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = directory.appending(path: name + ".txt")
        if isUpdating {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            return try Data(text.utf8).write(to: file)
        }
        let expected = FileManager.default.contents(atPath: file.path).map {
            String(decoding: $0, as: UTF8.self)
        }
        if expected == text { return }
        Issue.record(
            "\(name).txt differs:\n\(difference(expected ?? "", text))Accept it with UPDATE_SNAPSHOTS=1",
            sourceLocation: sourceLocation)
    }

    /// Compares messages with a file, each below the name of its declaration, and fails if a declaration has none.
    ///
    /// - Parameters:
    ///   - messages: the messages by the name of the case or constant that they belong to.
    ///   - source: the file that declares the cases or constants, from the top of the repository.
    ///   - keywords: the beginnings of the lines that declare them, "case " or "package static let ".
    package static func check(
        messages: [(name: String, message: String)], _ name: String, declaredIn source: String,
        by keywords: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let lines = try text(Repository.path(source)).split(separator: "\n").map { $0.trimmed }
        let declared = keywords.flatMap { keyword in
            lines.filter { $0.hasPrefix(keyword) }.map {
                $0.dropFirst(keyword.count).prefix { $0.isLetter || $0.isNumber }
            }
        }
        #expect(
            Set(declared.filter { !$0.isEmpty }.map(String.init)) == Set(messages.map(\.name)),
            sourceLocation: sourceLocation)
        let content = messages.map { "\($0.name)\n\($0.message)\n" }.joined(separator: "\n")
        try check(content, "Messages/\(name)", sourceLocation: sourceLocation)
    }

    /// The names of the files of a directory in `Tests/Snapshots`, without the extension.
    package static func names(in name: String) throws -> Set<String> {
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.appending(path: name).path)
        return Set(files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) })
    }

    /// The lines that were removed and added, as `diff` shows them.
    private static func difference(_ old: String, _ new: String) -> String {
        let (before, after) = (old.split(separator: "\n"), new.split(separator: "\n"))
        let change = after.difference(from: before)
        let lines =
            change.removals.map { "- \($0.line)" } + change.insertions.map { "+ \($0.line)" }
        return lines.prefix(40).map { $0 + "\n" }.joined()
    }
}

extension Substring {
    fileprivate var trimmed: Substring { drop { $0 == " " } }
}

extension CollectionDifference.Change {
    fileprivate var line: ChangeElement {
        switch self {
        case .insert(_, let line, _), .remove(_, let line, _): line
        }
    }
}
