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
        let commands = configuration.subcommands.map { $0._commandName } + ["help"]
        do {
            try checkWords(words)
            if let word = words.first, !word.hasPrefix("-"), !commands.contains(word) {
                throw ValidationError(unknownCommand(word, among: commands))
            }
            if words.isEmpty, POSIX.isTerminal(POSIX.standardOutput) {
                let program = configuration.commandName ?? ""
                try Console().print(
                    "No command given; training starts with the default options. For help: \(program) --help")
            }
            var command = try parseAsRoot()
            try command.run()
        } catch {
            end(with: error, words: words)
        }
    }

    /// The `main` of a program without the checks for a default command.
    package static func mainWithPlainErrors() {
        checkMemory()
        prepareProcess()
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            try checkWords(words)
            var command = try parseAsRoot()
            try command.run()
        } catch {
            end(with: error, words: words)
        }
    }

    /// The message for a first word that is not a command.
    private static func unknownCommand(_ word: String, among commands: [String]) -> String {
        let all = commands.joined(separator: ", ")
        guard let similar = Suggestion.closest(to: word, among: commands) else {
            return "Unknown command \(word.quoted). Commands: \(all)."
        }
        return "Unknown command \(word.quoted). Did you mean \(similar.quoted)? Commands: \(all)."
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

    /// Ends the program as ArgumentParser does for an error, a help text or a version, with better suggestions.
    private static func end(with error: any Error, words: [String]) -> Never {
        let status = exitCode(for: error)
        var text = withSuggestion(fullMessage(for: error), for: command(of: words))
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
                    exit(withError: ExitCode(report("\(error)", .inputOutput).code))
                }
            } else {
                POSIX.writeToStandardError(text.printable + "\n")
            }
        }
        exit(withError: status)
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

    /// Returns ArgumentParser's message about an unknown option with a better suggestion: the most similar option, also
    /// if the unknown name is an abbreviation. ArgumentParser's own suggestion only counts wrong letters.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - command: The command whose options may be suggested.
    package static func withSuggestion(_ message: String, for command: any ParsableCommand.Type) -> String {
        guard let found = message.firstMatch(of: /Unknown option '--([^']+)'(\. Did you mean '[^']+'\?)?/)
        else { return message }
        let suggestion = Suggestion.closest(to: String(found.1), among: command.optionNames)
        var text = message
        text.replaceSubrange(
            found.range,
            with: "Unknown option '--\(found.1)'" + (suggestion.map { ". Did you mean '--\($0)'?" } ?? ""))
        return text
    }

    /// The names of the command's options, without the leading dashes.
    private static var optionNames: [String] {
        helpMessage(includeHidden: true, columns: 80).split(separator: "\n").flatMap { line -> [String] in
            guard line.hasPrefix("  -") else { return [] }
            // Two spaces or the value's name end the names of an option.
            return line.dropFirst(2).prefix { $0 != " " }.split(separator: "/")
                .filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
        }
    }
}

/// A command whose help also shows the options of its default command.
package protocol ShowsOptionsOfDefault: ParsableCommand {}
