/// A command as `--experimental-dump-help` describes it, as far as a manual page needs it.
struct CommandDescription: Decodable {
    /// The whole output of the option.
    struct Tool: Decodable {
        let command: CommandDescription
    }

    let commandName: String
    /// The names of the commands above it, the program's first.
    let superCommands: [String]?
    let shouldDisplay: Bool?
    let abstract: String?
    let discussion: String?
    let subcommands: [CommandDescription]?
    let arguments: [Argument]?

    struct Argument: Decodable {
        enum Kind: String, Decodable {
            case positional, option, flag
        }

        struct Name: Decodable {
            let kind: String
            let name: String

            /// With its dashes.
            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: Kind
        let shouldDisplay: Bool
        /// The title of its group; nil if it stands above all groups.
        let sectionTitle: String?
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?
        let discussion: String?
    }

    /// The words that call it: `mnist-bilstm runs show`.
    var call: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    /// The name of its page: `mnist-bilstm-runs-show`.
    var page: String { ((superCommands ?? []) + [commandName]).joined(separator: "-") }

    /// The commands below it that have pages. `help` explains itself.
    var commands: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay ?? true && $0.commandName != "help" }
    }

    var visibleArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }
}
