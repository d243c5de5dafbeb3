import ArgumentParser
import Console
import Platform

extension ParsableCommand {
    /// The `main` of a program with a default command.
    ///
    /// Refuses a first word that is not a command; it would otherwise be read as an argument of the default command,
    /// with a misleading message. Without arguments, a notice on a terminal says what starts and how to get help.
    package static func mainOfProgram() {
        checkMemory()
        prepareProcess()
        let words = Array(CommandLine.arguments.dropFirst())
        if isCompletionRequest(words) { return completed(Self.self).main(nil) }
        do {
            try checkWords(words)
            if let complaint = complaint(aboutCommandOf: words) { throw ValidationError(complaint) }
            if words.isEmpty, POSIX.isTerminal(POSIX.standardOutput) {
                let program = configuration.commandName ?? ""
                try Console().print(
                    "No command given; training starts with the default options. For help: \(program) --help")
            }
            var command = try parseAsRoot()
            try command.run()
        } catch {
            exit(withError: status(of: error, words: words))
        }
    }

    /// The `main` of a program without the checks for a default command.
    package static func mainWithPlainErrors() {
        let status = statusWithPlainErrors { try $0.run() }
        if status != .success { exit(withError: ExitCode(status.code)) }
    }

    /// Does what the command line says, without the checks for a default command. Errors are printed.
    ///
    /// - Parameter run: Runs the command.
    /// - Returns: The exit status of the program.
    package static func statusWithPlainErrors(_ run: (inout any ParsableCommand) throws -> Void) -> ExitStatus
    {
        checkMemory()
        prepareProcess()
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            try checkWords(words)
            var command = try parseAsRoot()
            try run(&command)
            return .success
        } catch {
            return .ofProcess(status(of: error, words: words).rawValue)
        }
    }

    /// The message about the first word of a command line that should be a command but is none; nil if there is none.
    package static func complaint(aboutCommandOf words: [String]) -> String? {
        var group: any ParsableCommand.Type = Self.self
        var path: [String] = []
        for word in words.first == "help" ? words.dropFirst() : words[...] {
            let commands = group.configuration.subcommands
            guard !commands.isEmpty, !word.hasPrefix("-") else { return nil }
            guard let next = commands.first(where: { $0._commandName == word }) else {
                return unknownCommand(word, of: group, path: path)
            }
            group = next
            path.append(word)
        }
        return nil
    }

    /// The message for a word that is not a command of the program or of a group of its commands.
    private static func unknownCommand(
        _ word: String, of group: any ParsableCommand.Type, path: [String]
    ) -> String {
        let commands =
            group.configuration.subcommands.map { $0._commandName } + (path.isEmpty ? ["help"] : [])
        let similar = Suggestion.closest(to: word, among: commands).map {
            (path + [$0]).joined(separator: " ")
        }
        // Names of commands without their groups, or in another group: "compare" for "runs compare".
        let others = leaves.filter { Array($0.dropLast()) != path }
        let named = others.filter { $0.last == word }
        let resembling = Suggestion.closest(to: word, among: others.compactMap(\.last))
        let found =
            [similar].compactMap(\.self)
            + others.filter { $0.last == word || named.isEmpty && similar == nil && $0.last == resembling }
            .map { $0.joined(separator: " ") }
        let place = path.isEmpty ? "" : " of \(path.joined(separator: " "))"
        let suggestion =
            found.isEmpty ? "" : " Did you mean \(found.map(\.quoted).joined(separator: " or "))?"
        return
            "Unknown command \(word.quoted)\(place).\(suggestion) Commands\(place): \(commands.joined(separator: ", "))."
    }

    /// The words of every command that does something, after the program's name: "runs compare".
    private static var leaves: [[String]] { commands(below: Self.self, path: []).map(\.path) }

    /// Returns the commands that do something, each with its words after the program's name.
    private static func commands(
        below command: any ParsableCommand.Type, path: [String]
    ) -> [(path: [String], type: any ParsableCommand.Type)] {
        let subcommands = command.configuration.subcommands
        if subcommands.isEmpty { return [(path, command)] }
        return subcommands.flatMap { commands(below: $0, path: path + [$0._commandName]) }
    }

    /// Ends the program, before it does anything, if there is too little memory to start.
    private static func checkMemory() {
        FreeMemory.requireStack()
        FreeMemory.requireMemoryForErrors()
        POSIX.limitMemoryPools()
        do throws(MemoryShortage) {
            try MemoryShortage.check(0, for: "this program")
        } catch {
            exit(withError: ExitCode(report(error.description, error.exitStatus).code))
        }
    }

    /// Refuses words whose comparison would take quadratic time.
    private static func checkWords(_ words: [String]) throws(ValidationError) {
        guard let word = words.first(where: { !$0.isStreamSafe }) else { return }
        throw ValidationError(
            "\(word.quoted(atMost: 8)): expected at most \(String.mostCombiningMarks) combining marks in a row, found "
                + "more.")
    }

    /// Prints an error, a help text or a version as ArgumentParser does, with better suggestions, and returns the exit
    /// status.
    private static func status(of error: any Error, words: [String]) -> ExitCode {
        let status = exitCode(for: error)
        var text = withSuggestion(fullMessage(for: error), for: command(of: words), of: Self.self)
        if text == helpMessage(for: Self.self) { text = compact(text) }
        for command in configuration.subcommands.compactMap({ $0 as? any ShowsOptionsOfDefault.Type })
        where text == helpMessage(for: command) {
            text += optionsOfDefault(command)
        }
        if !text.isEmpty {
            if status == .success {
                do {
                    let console = try Console()
                    console.print(text)
                    try console.finish()
                } catch {
                    return ExitCode(report("\(error)", .inputOutput).code)
                }
            } else {
                POSIX.writeToStandardError(text.printable + "\n")
            }
        }
        return status
    }

    /// The options of a command's default command, as its help shows them.
    private static func optionsOfDefault(_ command: any ParsableCommand.Type) -> String {
        guard let byDefault = command.configuration.defaultSubcommand else { return "" }
        let help = helpMessage(for: byDefault)
        let options = help.firstRange(of: "\nOPTIONS:").map { help[$0.lowerBound...] } ?? ""
        return "\n\nOptions of the default command, \(byDefault._commandName):\n" + options
    }

    /// Returns the command that the words of a command line call.
    private static func command(of words: [String]) -> any ParsableCommand.Type {
        var command: any ParsableCommand.Type = Self.self
        for word in words {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word })
            else { break }
            command = next
        }
        while let next = command.configuration.defaultSubcommand { command = next }
        return command
    }

    /// Returns the help of a program in fewer lines, so that it fits on a screen: without the lines between the groups
    /// of commands, and with the two options that every program has in the usage.
    private static func compact(_ help: String) -> String {
        let options = """
            OPTIONS:
              --version               Show the version.
              -h, --help              Show help information.


            """
        guard help.contains(options) else { return help }
        var isFirst = true
        return help.replacing(options, with: "")
            .replacing(/(?m)^(USAGE: .*)<subcommand>$/) { "\($0.1)[<subcommand>] [--help] [--version]" }
            .replacing(/\n\n([A-Z ]*SUBCOMMANDS:)/) { match in
                defer { isFirst = false }
                return (isFirst ? "\n\n" : "\n") + match.1
            }
    }

    /// Returns ArgumentParser's message about an unknown option with a better suggestion: the commands that have this
    /// option, or the most similar option of the command, also if the unknown name is an abbreviation.
    /// ArgumentParser's own suggestion only counts wrong letters.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - command: The command whose options may be suggested.
    ///   - program: The program, whose other commands may be named; nil to name none.
    package static func withSuggestion(
        _ message: String, for command: any ParsableCommand.Type,
        of program: (any ParsableCommand.Type)? = nil
    ) -> String {
        guard let found = message.firstMatch(of: /Unknown option '--([^']+)'(\. Did you mean '[^']+'\?)?/)
        else { return message }
        let name = String(found.1)
        let others = program.map { $0.commands(with: name) } ?? []
        let suggestion: String? =
            if others.isEmpty {
                Suggestion.closest(to: name, among: command.optionNames).map { "Did you mean '--\($0)'?" }
            } else {
                "It is an option of \(TextFormat.list(others))."
            }
        var text = message
        text.replaceSubrange(
            found.range, with: "Unknown option '--\(name)'" + (suggestion.map { ". \($0)" } ?? ""))
        return text
    }

    /// Returns the commands that have an option, as on a command line; the default command of a group has the group's name.
    private static func commands(with option: String) -> [String] {
        commands(below: Self.self, path: []).filter { $0.type.optionNames.contains(option) }.map {
            path, type in
            let group = path.dropLast().reduce(Self.self as any ParsableCommand.Type) { group, word in
                group.configuration.subcommands.first { $0._commandName == word } ?? group
            }
            let isDefault = path.count > 1 && group.configuration.defaultSubcommand == type
            return (isDefault ? path.dropLast() : path[...]).joined(separator: " ")
        }
    }

    /// The names of the command's options, without the leading dashes.
    private static var optionNames: [String] {
        helpMessage(includeHidden: true, columns: 80).split(separator: "\n").flatMap { line -> [String] in
            guard line.hasPrefix("  -") else { return [] }
            return line.split(separator: " ").prefix { $0.hasPrefix("-") }.joined().split {
                "/,".contains($0)
            }
            .filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
        }
    }
}

/// A command whose help also shows the options of its default command.
package protocol ShowsOptionsOfDefault: ParsableCommand {}
