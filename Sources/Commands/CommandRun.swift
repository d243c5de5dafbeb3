import ArgumentParser
import Training

/// Runs a command's work; what a user can do something about ends it with a message and its exit code.
public func explained(_ body: (Console) throws -> Void) throws {
    let code = try Failure.explained {
        let console = try Console()
        try body(console)
        try console.finish()
        return 0
    }
    if code != 0 { throw ExitCode(code) }
}

/// Says on standard error what is no part of a command's result.
public func warn(_ notices: [String]) throws {
    let console = try Console(terminal: Terminal(descriptor: 2, isInteractive: false))
    for notice in notices { console.print("Warning: \(notice)") }
}

extension ParsableCommand {
    /// The `main` of a program with a default command: a word that is no command would be taken for an argument of that
    /// one, with a puzzling message.
    public static func mainAfterCheckOfCommand() {
        let commands = configuration.subcommands.map { $0._commandName } + ["help"]
        if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !commands.contains(word)
        {
            let error = ValidationError(
                "There is no command \(word.debugDescription). There are: \(commands.joined(separator: ", "))."
            )
            exit(withError: error)
        }
        main(nil)
    }
}
