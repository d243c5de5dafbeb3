import Foundation
import TestSupport
import Testing

/// The words in which comments and names of tests are written.
///
/// A comment begins with the thing that it describes ("The number of…", "Returns…"), and uses no expression from a list.
/// Lines are read one by one, so that a finding has a line; expressions are also found across lines.
enum CommentWords {
    /// The files and directories that are checked.
    static let roots = ["Sources", "Tests", "Scripts", "Benchmarks", ".ci", "Makefile", "Package.swift"]

    /// Words with which no comment begins.
    static let openings: Set<String> = ["of", "what", "who", "whoever", "that", "these", "those"]

    /// Expressions that occur in no comment, in lower case and without punctuation.
    static let expressions = [
        "anew", "came to", "comes to", "for want of", "goes on with", "gone on with", "held out", "in vain",
        "one's own", "ones own", "stands at", "stands beside", "stands between", "stands for", "stands in",
        "taken for",
        "tell apart", "that of", "those of", "told apart",
    ]

    /// Returns a line "path:line: …" for each finding in a file.
    static func findings(in text: String, path: String) -> [String] {
        let isSwift = path.hasSuffix(".swift")
        var findings: [String] = []
        var block: (line: Int, words: [String])?
        func closeBlock() {
            if let block {
                findings += expressions(in: block.words).map { "\(path):\(block.line): has \"\($0)\"" }
            }
            block = nil
        }
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let place = "\(path):\(index + 1)"
            if let comment = comment(in: line, isSwift: isSwift) {
                let words = words(comment)
                if let opening = opening(of: comment, words, isFirst: block == nil) {
                    findings.append("\(place): begins with \"\(opening)\"")
                }
                if block == nil { block = (index + 1, []) }
                block?.words += words
            } else {
                closeBlock()
                let name = testName(in: line) ?? trailingComment(in: line, mark: isSwift ? "  // " : "  # ")
                if let words = name.map(words) {
                    if let first = words.first, openings.contains(first.lowercased()) {
                        findings.append("\(place): begins with \"\(first)\"")
                    }
                    findings += expressions(in: words).map { "\(place): has \"\($0)\"" }
                }
            }
        }
        closeBlock()
        return findings
    }

    /// Returns the text of a line that is a comment; nil for any other line.
    private static func comment(in line: Substring, isSwift: Bool) -> Substring? {
        let line = line.drop { $0 == " " }
        for mark in isSwift ? ["///", "//"] : ["///", "//", "# ", "\"\"\""] where line.hasPrefix(mark) {
            return line.dropFirst(mark.count)
        }
        return nil
    }

    /// Returns the text after the code of a line; nil if there is none.
    private static func trailingComment(in line: Substring, mark: String) -> Substring? {
        line.firstRange(of: mark).map { line[$0.upperBound...] }
    }

    /// Returns the name in the declaration of a test or a suite; nil for any other line.
    private static func testName(in line: Substring) -> Substring? {
        let code = line.drop { $0 == " " }
        for mark in ["@Suite(\"", "func `"] {
            guard let start = code.firstRange(of: mark)?.upperBound,
                code.hasPrefix("@Suite") || !code[..<start].contains("\"")
            else { continue }
            return code[start...].prefix { $0 != "`" && $0 != "\"" }
        }
        return nil
    }

    private static func words(_ text: some StringProtocol) -> [String] {
        text.split(whereSeparator: { !$0.isLetter && $0 != "'" }).map { String($0) }
    }

    /// Returns the first word of a line if a comment must not begin with it; nil if it may.
    ///
    /// A line within a sentence may begin with such a word in lower case. The first line of a comment and the description
    /// of a parameter may not.
    private static func opening(of comment: Substring, _ words: [String], isFirst: Bool) -> String? {
        let text = comment.drop { $0 == " " }
        var first = words.first
        var isStart = isFirst
        if text.hasPrefix("- "), let colon = text.firstIndex(of: ":"),
            text[..<colon].split(separator: " ").count <= 3
        {
            first = Self.words(text[colon...]).first
            isStart = true
        }
        guard let first, openings.contains(first.lowercased()) else { return nil }
        return isStart || first.first!.isUppercase ? first : nil
    }

    private static func expressions(in words: [String]) -> [String] {
        let text = " \(words.joined(separator: " ").lowercased()) "
        return expressions.filter { text.contains(" \($0) ") }
    }

    /// Returns the paths of all checked files, relative to the top of the repository.
    static func files() -> [String] {
        let files = roots.flatMap { root in
            [root]
                + (FileManager.default.enumerator(atPath: Repository.path(root))?.map { "\(root)/\($0)" }
                    ?? [])
        }
        let names = ["Makefile", ".ci/run"]
        let endings = [".swift", ".h", ".c", ".modulemap", ".py", ".sh", ".yaml"]
        return files.filter { path in
            (names.contains(path) || endings.contains { path.hasSuffix($0) })
                && !path.contains("/.build/")
        }
    }
}

@Suite("Words of comments and tests")
struct CommentWordsTests {
    @Test
    func `comments and names of tests begin with the thing and use plain expressions`() throws {
        let files = CommentWords.files()
        try #require(files.count > 500, "only \(files.count) files were found")
        let findings = try files.flatMap { path in
            CommentWords.findings(
                in: try String(contentsOfFile: Repository.path(path), encoding: .utf8), path: path)
        }
        #expect(findings.isEmpty, "\(findings.count) findings:\n\(findings.joined(separator: "\n"))")
    }

    @Test(arguments: [
        ("/// Of the last layer.", ["1: begins with \"Of\""]),
        ("/// The sum.\n///\n/// What follows.", ["3: begins with \"What\""]),
        ("   \u{20}// of a layer", ["1: begins with \"of\""]),
        ("/// The number\n/// of layers.", []),
        ("/// Trains.\n///\n/// - Returns: what is left", ["3: begins with \"what\""]),
        ("/// - Parameters:\n///   - root: Whoever asks.", ["2: begins with \"Whoever\""]),
        ("/// A run is gone\n/// on with.", ["1: has \"gone on with\""]),
        ("/// The images, one's own.", ["1: has \"one's own\""]),
        ("let a = 1 \u{20}// that of b", ["1: begins with \"that\"", "1: has \"that of\""]),
        ("    @Test func `what is left is read`() {", ["1: begins with \"what\""]),
        ("@Suite(\"Who reads\") struct A {", ["1: begins with \"Who\""]),
        ("func `an image is told apart`() {", ["1: has \"told apart\""]),
        ("#expect(sum == 1)", []), ("let url = \"http://example.org/what\"", []),
    ])
    func `findings name the line and the words`(text: String, expected: [String]) {
        #expect(CommentWords.findings(in: text, path: "a.swift") == expected.map { "a.swift:" + $0 })
    }

    @Test
    func `scripts have comments after a number sign`() {
        #expect(
            CommentWords.findings(in: "# What it does\nls", path: "a.sh") == ["a.sh:1: begins with \"What\""])
        #expect(
            CommentWords.findings(in: "\"\"\"Of a run.\"\"\"", path: "a.py") == ["a.py:1: begins with \"Of\""]
        )
    }
}
