import Foundation
import TestSupport
import Testing

/// Every help text of all tools, as a terminal with 80 columns shows it.
@Suite("Help texts", .timeLimit(.minutes(60))) struct HelpTests {
    static let programs = [
        "mnist-bilstm", "sequence-classifier", "stock-forecast", "runs-page", "mnist-bilstm-mpi",
    ]

    /// A command of a program, as `--experimental-dump-help` describes it.
    private struct Description: Decodable {
        let commandName: String
        let subcommands: [Description]?

        /// The words after the program's name that call this command and the commands below it.
        func calls(_ words: [String] = []) -> [[String]] {
            let others = (subcommands ?? []).filter { $0.commandName != "help" }
            return [words] + others.flatMap { $0.calls(words + [$0.commandName]) }
        }
    }

    private struct Tree: Decodable { let command: Description }

    private static func output(_ program: String, _ words: [String], columns: Int = 80) throws -> String {
        let tool = try RunningTool(
            words, program: Tool.products.appending(path: program).path, variables: ["COLUMNS": "\(columns)"])
        let outcome = try tool.finish()
        #expect(outcome.exitCode == 0 && outcome.errors == "", "\(words): \(outcome.errors)")
        return outcome.output
    }

    /// The programs without commands.
    private static let plain = ["runs-page", "mnist-bilstm-mpi"]

    /// Returns the words that show the help of a command. A program without commands has no command `help`.
    private static func words(_ program: String, _ call: [String]) -> [String] {
        plain.contains(program) ? ["--help"] : ["help"] + call
    }

    private static func calls(of program: String) throws -> [[String]] {
        let text = try output(program, ["--experimental-dump-help"])
        return try JSONDecoder().decode(Tree.self, from: Data(text.utf8)).command.calls()
    }

    @Test(arguments: programs) func `every help text equals its snapshot`(program: String) throws {
        let calls = try Self.calls(of: program)
        #expect(calls.count > 3 || Self.plain.contains(program))
        var names: Set<String> = []
        for call in calls {
            let name = ([program] + call).joined(separator: "-")
            try Snapshot.check(Self.output(program, Self.words(program, call)), "Help/\(name)")
            names.insert(name)
        }
        let files = try Snapshot.names(in: "Help").filter { name in
            name.hasPrefix(program)
                && !Self.programs.contains { $0 != program && $0.hasPrefix(program) && name.hasPrefix($0) }
        }
        #expect(files == names, "a snapshot without a command, or a command without a snapshot")
    }

    /// An example that is wrapped cannot be copied.
    @Test(arguments: programs) func `no example is longer than a line`(program: String) throws {
        for call in try Self.calls(of: program) {
            let words = Self.words(program, call)
            let wide = try Self.output(program, words, columns: 1000).split(separator: "\n")
            let narrow = try Self.output(program, words).split(separator: "\n")
            let examples = wide.filter { $0.contains("  \(program) ") || $0.hasPrefix("Example: ") }
            #expect(!examples.isEmpty, "\(call) has no example")
            for example in examples { #expect(narrow.contains(example), "\(example)") }
        }
    }

    /// The help of mnist-bilstm-mpi has all options of `mnist-bilstm train`.
    @Test(arguments: programs.filter { $0 != "mnist-bilstm-mpi" })
    func `the help text of a program fits on a screen`(program: String) throws {
        let lines = try Self.output(program, ["--help"]).dropLast().split(
            separator: "\n", omittingEmptySubsequences: false)
        // A line of a terminal's 24 remains for the prompt.
        #expect(lines.count < 24)
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    /// Short descriptions make an option easy to find.
    @Test(arguments: programs) func `an option has fewer than 6 lines`(program: String) throws {
        for call in try Self.calls(of: program) {
            var option: (name: Substring, lines: Int) = ("", 0)
            for line in try Self.output(program, Self.words(program, call)).split(separator: "\n") {
                if line.hasPrefix("  -") {
                    option = (line, 1)
                } else if line.hasPrefix("     ") {
                    option.lines += 1
                } else {
                    option = ("", 0)
                }
                if !option.name.isEmpty { #expect(option.lines < 6, "\(call): \(option.name)") }
            }
        }
    }
}
