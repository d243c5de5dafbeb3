import ArgumentParser

/// A command as completion scripts see it: the options of its default command are its own options.
///
/// ArgumentParser's scripts complete the options of a default command only after its name, which users leave out:
/// `mnist-bilstm --resume`, not `mnist-bilstm train --resume`.
struct CompletedCommand<Command: ParsableCommand, Options: ParsableArguments>: ParsableCommand {
    @OptionGroup var options: Options

    static var configuration: CommandConfiguration {
        var configuration = Command.configuration
        configuration.commandName = Command._commandName
        configuration.subcommands = configuration.subcommands.map(completed)
        configuration.defaultSubcommand = nil
        return configuration
    }
}

/// A default command that names the options to complete. A default command with positional arguments must do this,
/// because the scripts complete no subcommand at the place of a positional argument.
package protocol CompletedByOptions: ParsableCommand {
    associatedtype CompletedArguments: ParsableArguments
}

/// Returns the command from which completion scripts are made in place of `command`.
func completed(_ command: any ParsableCommand.Type) -> any ParsableCommand.Type {
    func make<Command: ParsableCommand>(
        _ command: Command.Type, _ options: any ParsableArguments.Type
    ) -> any ParsableCommand.Type {
        func make<Options: ParsableArguments>(_ options: Options.Type) -> any ParsableCommand.Type {
            CompletedCommand<Command, Options>.self
        }
        return make(options)
    }
    func options<Command: CompletedByOptions>(of command: Command.Type) -> any ParsableArguments.Type {
        Command.CompletedArguments.self
    }
    guard let byDefault = command.configuration.defaultSubcommand else { return command }
    if let byDefault = byDefault as? any CompletedByOptions.Type {
        return make(command, options(of: byDefault))
    }
    return make(command, byDefault)
}

/// Returns true if the command line asks for a completion script, or if a completion script asks for the completions
/// of a value.
func isCompletionRequest(_ arguments: some Collection<String>) -> Bool {
    arguments.first == "---completion"
        || arguments.contains {
            $0 == "--generate-completion-script" || $0.hasPrefix("--generate-completion-script=")
        }
}
