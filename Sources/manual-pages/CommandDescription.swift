/// The part of a command's description, from `--experimental-dump-help`, that a manual page needs.
struct CommandDescription: Decodable {
    /// The whole output of the option.
    struct Tool: Decodable {
        let command: CommandDescription
    }

    let commandName: String
    /// The names of the parent commands, starting with the program's.
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

            /// The name with its dashes.
            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: Kind
        let shouldDisplay: Bool
        /// The title of its group; nil if it belongs to no group and comes first.
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

    /// The words of the command: `mnist-bilstm runs show`.
    var call: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    /// The name of its page: `mnist-bilstm-runs-show`.
    var page: String { ((superCommands ?? []) + [commandName]).joined(separator: "-") }

    /// The subcommands that have pages; `help` does not.
    var commands: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay ?? true && $0.commandName != "help" }
    }

    var visibleArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }
}
