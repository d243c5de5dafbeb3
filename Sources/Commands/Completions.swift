import ArgumentParser
import Platform
import Runs

/// Completions of values that ArgumentParser does not know, such as names of runs. They list directories and open no
/// file.
extension CompletionKind {
    /// `latest` and the runs in `--runs`, the newest first; paths if the word has a slash.
    ///
    /// - Parameter root: where runs are without `--runs`.
    package static func run(in root: String) -> CompletionKind {
        .custom { words, _, prefix in
            CompletedLine(words, prefix: prefix).runs(in: root)
        }
    }

    /// The runs; the sweeps for `sweep --resume`, which Bash completes as the `--resume` of the default command.
    package static var runOrSweep: CompletionKind {
        .custom { words, _, prefix in
            let line = CompletedLine(words, prefix: prefix)
            return line.command == "sweep" ? line.sweeps : line.runs(in: RunDirectory.defaultRoot)
        }
    }

    /// The sweeps in `--runs`; paths if the word has a slash.
    static var sweep: CompletionKind {
        .custom { words, _, prefix in CompletedLine(words, prefix: prefix).sweeps }
    }

    /// The given words, and the files with one of the extensions.
    package static func words(_ words: [String], orFiles extensions: [String]) -> CompletionKind {
        .custom { line, _, prefix in words + CompletedLine(line, prefix: prefix).paths(toFiles: extensions) }
    }
}

/// The words of a command line that a shell completes, and the part of the current word before the cursor.
package struct CompletedLine {
    private let words: [String]
    private let prefix: String

    package init(_ words: [String], prefix: String) {
        self.words = words.map(Self.unquoted)
        self.prefix = prefix
    }

    /// The first word after the program's name, where a subcommand is.
    package var command: String? { words.dropFirst().first }

    /// `latest` and the runs in `--runs`, the newest first; paths if the word has a slash.
    ///
    /// - Parameter root: where runs are without `--runs`.
    package func runs(in root: String) -> [String] {
        let names = Self.names(in: value(of: "--runs") ?? root)
        let runs = names.filter { RunDirectory.parts(ofName: $0) != nil }.sorted(by: >)
        var completions = (names.contains("latest") ? ["latest"] : []) + runs
        if !completions.contains(where: { $0.hasPrefix(prefix) }) {
            // The tools also find a run by its name without the time, and by the name of a sweep.
            completions += Set(runs.compactMap { RunDirectory.parts(ofName: $0).map { String($0.name) } })
                .sorted()
            completions += Self.names(in: RunDirectory.sweeps(in: value(of: "--runs") ?? root))
        }
        return completions + (prefix.contains("/") ? paths(toFiles: ["safetensors"]) : [])
    }

    /// The sweeps in `--runs`; paths if the word has a slash.
    fileprivate var sweeps: [String] {
        names(in: RunDirectory.sweeps(in: value(of: "--runs") ?? RunDirectory.defaultRoot))
    }

    /// The names in a directory; paths if the word has a slash.
    package func names(in directory: String) -> [String] {
        Self.names(in: directory) + (prefix.contains("/") ? paths(toFiles: []) : [])
    }

    /// The directories, and the files with one of the extensions, whose paths begin with the current word.
    func paths(toFiles extensions: [String]) -> [String] {
        let directory = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
        let place = directory.isEmpty ? "." : Self.unquoted(directory)
        let isHiddenWanted = prefix.dropFirst(directory.count).hasPrefix(".")
        return Self.names(in: place).compactMap { name in
            if name.hasPrefix("."), !isHiddenWanted { return nil }
            if extensions.contains(where: { name.hasSuffix(".\($0)") }) { return directory + name }
            let kind = try? POSIX.kind(at: FilePath.join(place, name), followingLinks: true)
            // Bash adds the slash by itself.
            return kind == .directory
                ? directory + name + (CompletionShell.requesting == .bash ? "" : "/") : nil
        }
    }

    /// The last value of an option, which is written as `--runs DIRECTORY` or `--runs=DIRECTORY`.
    package func value(of option: String) -> String? {
        for (index, word) in words.enumerated().reversed() {
            if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
            if word == option, index + 1 < words.count, !words[index + 1].isEmpty { return words[index + 1] }
        }
        return nil
    }

    /// The names in a directory, sorted; none if it cannot be read.
    private static func names(in directory: String) -> [String] { (try? POSIX.names(in: directory)) ?? [] }

    /// The word without quotes and escapes, and with the home directory in place of `~`.
    static func unquoted(_ word: String) -> String {
        var result = ""
        var quote: Character?
        var isEscaped = false
        for character in word {
            if isEscaped {
                result.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else {
                result.append(character)
            }
        }
        guard word == "~" || word.hasPrefix("~/"), let home = POSIX.environmentVariable("HOME")
        else { return result }
        return home + result.dropFirst()
    }
}
