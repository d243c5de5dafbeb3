import Foundation
import TestSupport
import Testing

/// Command lines and the answers of the tools, as on a terminal, without text that differs between machines and runs.
final class Transcript {
    private(set) var text = ""
    /// The directory in which the tools run; its path is not shown.
    private let directory: String

    init(in directory: String) { self.directory = directory }

    /// Runs a tool and records the call, its output and its exit code.
    ///
    /// - Parameters:
    ///   - call: The program and its arguments, separated by single spaces; `''` is an empty argument.
    ///   - isScreen: Whether measured numbers are omitted, which depend on the machine, and with them the width of
    ///     tables.
    @discardableResult
    func run(_ call: String, isScreen: Bool = false) throws -> Tool.Outcome {
        let words = call.split(separator: " ").map { $0 == "''" ? "" : String($0) }
        let tool = try RunningTool(
            Array(words.dropFirst()), program: Tool.products.appending(path: words[0]).path,
            in: URL(filePath: directory), variables: ["COLUMNS": "80"])
        let outcome = try tool.finish()
        let code = outcome.exitCode == 0 ? "" : "[exit code \(outcome.exitCode)]\n"
        var answer = Self.plain(outcome.output + outcome.errors + code, directory: directory)
        if isScreen { answer = Self.withoutMeasurements(answer) }
        text += "$ \(call)\n\(answer)\n"
        return outcome
    }

    /// Runs several command lines.
    func run(_ program: String, _ calls: [String]) throws {
        for call in calls { try run(program + " " + call) }
    }

    /// Returns a text without the path of a directory, times and instruction sets.
    static func plain(_ text: String, directory: String) -> String {
        replace(
            [
                (NSRegularExpression.escapedPattern(for: directory) + "/?", ""),
                ("[0-9]{8}-[0-9]{6}", "TIME"),
                ("[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:]{8}( UTC|Z)", "TIME"),
                ("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}\\b", "TIME"),
                ("instruction set: .*", "instruction set: NAME"), ("\\b[0-9a-f]{64}\\b", "DIGEST"),
                (
                    "at most the [0-9]+ bytes that follow, found [0-9]+",
                    "at most the N bytes that follow, found N"
                ),
                ("gz: truncated at byte [0-9]+", "gz: truncated at byte N"),
            ], in: text)
    }

    private static func withoutMeasurements(_ text: String) -> String {
        replace(
            [
                (#"-?[0-9]+\.[0-9]+(e-?[0-9]+)?"#, "#"), ("[0-9]+:[0-9]{2}\\b", "#"),
                ("[0-9][0-9,]* (images|sequences|windows|bytes)(/s)?", "# $1$2"), (" {2,}", "  "),
                ("─+", "─"),
                ("[0-9#]+ (B|KiB)\\b", "# KiB"),
                ("(fashion-mnist  10  60,000  10,000)  [a-z]+  [^ ]+", "$1  STATE  DIRECTORY"),
            ], in: text)
    }

    private static func replace(_ patterns: [(String, String)], in text: String) -> String {
        patterns.reduce(text) {
            $0.replacingOccurrences(of: $1.0, with: $1.1, options: .regularExpression)
        }
    }
}
