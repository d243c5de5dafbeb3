import Foundation
import Testing
import Runs

/// Completion with the tab key in real shells, with the scripts that the tools generate.
@Suite("Completion in the shells", .timeLimit(.minutes(60))) struct CompletionTests {
    /// A line that is typed before the tab, and texts that must appear after it.
    struct Case: CustomTestStringConvertible {
        let line: String
        let expected: [String]
        /// The text typed after the tab; with it the line is complete and is run.
        var rest = ""

        var testDescription: String { line }
    }

    private static let runs = ["latest", "20260103-000000-newer", "20260102-000000-older"]

    static let cases = [
        // A shell shows only the missing letters of a single candidate. So the line is run, and the tool names the
        // option.
        Case(
            line: "mnist-bilstm train --sched",
            expected: ["value 'nothing' is invalid for '--schedule <schedule>'"], rest: "nothing\r"),
        Case(
            line: "mnist-bilstm --sched",
            expected: ["value 'nothing' is invalid for '--schedule <schedule>'"], rest: "nothing\r"),
        Case(line: "mnist-bilstm --cell ", expected: ["rnn-tanh", "lstm", "gru", "gru-reset-before"]),
        Case(line: "mnist-bilstm --resume ", expected: runs),
        Case(line: "mnist-bilstm train --epochs 3 --resume ", expected: runs),
        Case(line: "mnist-bilstm evaluate ", expected: runs),
        Case(line: "mnist-bilstm predict --run ", expected: runs),
        Case(line: "mnist-bilstm runs compare latest ", expected: runs),
        Case(
            line: "mnist-bilstm runs show --runs other ",
            expected: ["latest", "20260102-000000-elsewhere"]),
        // A run's name without the time is completed; then the tool shows the run.
        Case(line: "mnist-bilstm runs show olde", expected: ["runs/20260102-000000-older"], rest: "\r"),
        Case(line: "mnist-bilstm sweep --resume ", expected: ["cells", "rates"]),
        Case(line: "mnist-bilstm sweep report ", expected: ["cells", "rates"]),
        // A sweep also has the options of training.
        Case(line: "mnist-bilstm sweep --augment-s", expected: ["augment-shift", "augment-scale"]),
        Case(line: "mnist-bilstm datasets verify ", expected: ["fashion-mnist", "kmnist"]),
        Case(line: "sequence-classifier evaluate ", expected: runs),
        Case(line: "sequence-classifier sweep --resume ", expected: ["cells", "rates"]),
        Case(
            line: "sequence-classifier sweep --re", expected: ["resume", "results", "reduction", "readout"]),
        Case(line: "runs-page --", expected: ["port", "host", "until-idle"]),
        Case(line: "stock-forecast predict --run ", expected: runs),
        Case(line: "stock-forecast --model ", expected: ["rnn", "lstm", "gru", "all"]),
    ]

    @Test(.enabled(if: Shell.bash.isInstalled, "there is no bash here"), arguments: cases)
    func `bash`(_ tried: Case) throws { try check(tried, in: .bash) }

    @Test(.enabled(if: Shell.zsh.isInstalled, "there is no zsh here"), arguments: cases)
    func `zsh`(_ tried: Case) throws { try check(tried, in: .zsh) }

    @Test(.enabled(if: Shell.fish.isInstalled, "there is no fish here"), arguments: cases)
    func `fish`(_ tried: Case) throws { try check(tried, in: .fish) }

    /// The scripts of all tools, by tool and shell; made once, because a debug build takes seconds for each.
    private static let scripts = Result {
        var scripts: [String: String] = [:]
        for tool in ["mnist-bilstm", "runs-page", "sequence-classifier", "stock-forecast"] {
            for shell in Shell.allCases {
                let outcome = try Tool.run(
                    ["--generate-completion-script", "\(shell)"],
                    program: Tool.products.appending(path: tool).path)
                #expect(outcome.exitCode == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
                scripts["\(tool) \(shell)"] = outcome.output
            }
        }
        return scripts
    }

    /// Makes two runs, two sweeps and a run in another directory, with the tool's names but empty.
    private func makeRuns(in place: Workplace) throws {
        for (name, time) in [("older", 1_767_312_000.0), ("newer", 1_767_398_400)] {
            _ = try RunDirectory.create(root: place.runs, name: name, at: time)
        }
        _ = try RunDirectory.create(root: "\(place.path)/other", name: "elsewhere", at: 1_767_312_000)
        for sweep in ["cells", "rates"] {
            try FileManager.default.createDirectory(
                atPath: "\(place.runs)/sweeps/\(sweep)", withIntermediateDirectories: true)
        }
    }

    private func check(_ tried: Case, in shell: Shell) throws {
        let place = try Workplace(nil)
        try makeRuns(in: place)
        let session = try ShellSession(shell, in: place.path)
        let tool = String(tried.line.prefix { $0 != " " })
        let script = "\(place.path)/\(tool).\(shell)"
        try #require(Self.scripts.get()["\(tool) \(shell)"])
            .write(toFile: script, atomically: false, encoding: .utf8)
        try session.run(shell.loading(script))
        // Bash shows a list after the second tab.
        try session.type(tried.line + (tried.rest.isEmpty ? "\t\t" : "\t"))
        if !tried.rest.isEmpty { try session.type(tried.rest) }
        let shown = try session.read { shown in tried.expected.allSatisfy(shown.contains) }
        for text in tried.expected { #expect(shown.contains(text), "\(tried.line) in \(shell): \(shown)") }
        // The newest run is first, unless the shell sorts the names itself.
        if shell != .bash, tried.expected.first == "latest" {
            let places = try tried.expected.map { try #require(shown.range(of: $0)).lowerBound }
            #expect(places == places.sorted(), "\(shown)")
        }
    }

    /// Completion must be fast, so only the names of directories are read.
    @Test func `names are completed from directories`() throws {
        let place = try Workplace(nil)
        for name in ["20260101-000000-a", "20260102-000000-b", "latest", "notes", "20260103-00000-c"] {
            try FileManager.default.createDirectory(
                atPath: "\(place.runs)/\(name)", withIntermediateDirectories: true)
        }
        try FileManager.default.createSymbolicLink(
            atPath: "\(place.runs)/link", withDestinationPath: "notes")
        try Data().write(to: URL(filePath: "\(place.runs)/file"))
        try FileManager.default.createDirectory(
            atPath: "\(place.runs)/sweeps/cells", withIntermediateDirectories: true)
        func completions(_ words: [String], of argument: [String]) throws -> [String] {
            let last = words.count - 1
            let request = ["---completion"] + argument + ["\(last)", "\(words[last].count)"] + words
            let outcome = try RunningTool(request, variables: ["SAP_SHELL": "fish", "HOME": place.path])
                .finish()
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            return outcome.output.split(separator: "\n").map(String.init)
        }
        let resume = ["--", "--resume"]
        let words = ["mnist-bilstm", "--runs", place.runs, "--resume"]
        let all = ["latest", "20260102-000000-b", "20260101-000000-a"]
        #expect(try completions(words + [""], of: resume) == all)
        #expect(
            try completions(["mnist-bilstm", "--runs='\(place.runs)'", "--resume", ""], of: resume) == all)
        // Names without the time, and sweeps, if no name begins with the word.
        #expect(try completions(words + ["b"], of: resume) == all + ["a", "b", "cells"])
        // Paths are completed one directory at a time.
        let path = place.runs + "/"
        #expect(
            try completions(words + [path + "2"], of: resume).filter { $0.hasPrefix("/") }
                == [
                    "20260101-000000-a", "20260102-000000-b", "20260103-00000-c", "latest", "link", "notes",
                    "sweeps",
                ]
                .map {
                    "\(path)\($0)/"
                })
        // The shell passes `~` to the program unchanged.
        let home = [
            "mnist-bilstm", "--runs", "~/\(URL(filePath: place.runs).lastPathComponent)", "--resume", "",
        ]
        #expect(try completions(home, of: resume) == all)
        #expect(
            try completions(["mnist-bilstm", "sweep", "--runs", place.runs, "--resume", ""], of: resume)
                == ["cells"])
        #expect(try completions(["mnist-bilstm", "--runs", "/nowhere", "--resume", ""], of: resume) == [])
    }

    @Test func `an unknown shell is refused`() throws {
        let outcome = try Tool.run(["--generate-completion-script", "tcsh"])
        #expect(outcome.exitCode == 64)
    }
}

/// A shell, with the command that loads a completion script.
enum Shell: String, CaseIterable {
    case bash, zsh, fish

    private static let searchPath = ProcessInfo.processInfo.environment["PATH"] ?? ""

    static func path(of program: String) -> String? {
        searchPath.split(separator: ":").map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Whether the shell is installed, and the program that gives it a terminal.
    var isInstalled: Bool { Self.path(of: rawValue) != nil && Self.path(of: "setsid") != nil }

    /// The arguments for a shell that does not read the user's files.
    var arguments: [String] {
        switch self {
        case .bash: ["--norc", "--noprofile", "-i"]
        case .zsh: ["-f", "-i"]
        case .fish: ["--no-config", "-i"]
        }
    }

    /// Returns the command that loads a script.
    func loading(_ script: String) -> String {
        (self == .zsh ? "autoload -U compinit; compinit -D -u; " : "") + "source \(script)"
    }
}

/// An interactive shell on a terminal.
final class ShellSession {
    private let terminal: PseudoTerminal
    private let process = Process()
    private var commands = 0

    init(_ shell: Shell, in directory: String) throws {
        // On a narrow terminal a list of names has one column, so the order can be read from the text.
        terminal = try PseudoTerminal(columns: 72)
        process.executableURL = URL(filePath: try #require(Shell.path(of: "setsid")))
        process.arguments =
            ["--ctty", "--wait", try #require(Shell.path(of: shell.rawValue))] + shell.arguments
        process.currentDirectoryURL = URL(filePath: directory)
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = "\(Tool.products.path):\(environment["PATH"] ?? "")"
        environment["HOME"] = directory
        environment["TERM"] = "xterm"
        environment["LC_ALL"] = "C.UTF-8"
        for name in ["PROMPT_COMMAND", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] { environment[name] = nil }
        process.environment = environment
        process.standardInput = terminal.child
        process.standardOutput = terminal.child
        process.standardError = terminal.child
        try process.run()
        // Closed here, so that reading ends when the shell ends.
        try terminal.child.close()
    }

    /// Closes the terminal, which ends the shell.
    deinit {
        terminal.close()
        if process.isRunning { process.terminate() }
    }

    func type(_ text: String) throws { try terminal.type(text) }

    /// Runs a command and returns when the shell is ready for the next one.
    func run(_ command: String) throws {
        commands += 1
        // The terminal also shows the typed command, but there quotes divide the word.
        try type("\(command); echo do''ne\(commands)\r")
        let shown = try read { $0.contains("done\(commands)") }
        try #require(shown.contains("done\(commands)"), "\(command): \(shown)")
    }

    /// Returns the text that appears from now on, without control sequences, until it is enough or a minute has passed.
    func read(until isEnough: (String) -> Bool) throws -> String {
        let end = Date.now + 60
        var bytes: [UInt8] = []
        var shown = ""
        while Date.now < end, !isEnough(shown), let more = try terminal.next(milliseconds: 200) {
            if more.isEmpty { continue }
            bytes += more
            shown = String(decoding: bytes, as: UTF8.self)
                .replacing(/\u{1B}\[[0-9;?]*[A-Za-z]|\u{1B}[=>]|\u{1B}\([A-Z0-9]|\r/, with: "")
        }
        return shown
    }
}
