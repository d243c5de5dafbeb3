import NeuralNetworks
import Platform

/// What `config.json` tells of a run: also that of an older version, or one changed by hand, as long as it is JSON.
package struct RunConfiguration: Sendable {
    /// Every option, by its name in the file.
    package let options: [String: JSONValue]
    package let model: SequenceModel?
    private let file: [String: JSONValue]
    /// The program whose run it is; nil for one of before there were several.
    package let program: String?
    private let defaults: [String: JSONValue]
    private let order: [String]
    /// Whether the program's options, and so their defaults, are known.
    package let isKnown: Bool

    private struct Model: Decodable { var model: SequenceModel? }

    /// - Parameters:
    ///   - run: Whose configuration it is.
    ///   - programs: Those whose options are known.
    /// - Throws: ``FileError``, ``RunError/invalidFile(path:reason:)``.
    package init(_ run: RunDirectory, of programs: [Program]) throws {
        file = try RunFile.read(from: run.configuration)
        guard case .object(let options) = file["options"] else {
            throw RunError.invalidFile(
                path: run.configuration, reason: "expected an object \"options\", found none")
        }
        self.options = Self.asGiven(options)
        let name = Self.program(file)
        program = name
        let known = programs.first { $0.owns(name) }
        defaults = known.map { Self.defaults(of: $0.options) } ?? [:]
        order = known?.options.order ?? []
        isKnown = known != nil
        model = try? JSON.read(Model.self, from: run.configuration).model
    }

    private static func program(_ file: [String: JSONValue]) -> String? {
        if case .text(let name) = file["program"] { name } else { nil }
    }

    /// The program that a run's configuration names; nil if it names none or cannot be read.
    static func program(of run: RunDirectory) -> String?? {
        (try? JSON.read([String: JSONValue].self, from: run.configuration)).map(program)
    }

    /// How the program was called at last.
    package var commandLine: [String] {
        guard case .array(let words) = file["command_line"] else { return [] }
        return words.map(\.description)
    }

    /// What the run ran on, in the order in which a person would ask.
    package var environment: [(name: String, value: String)] {
        guard case .object(let environment) = file["environment"] else { return [] }
        let names = [
            ("processor", "Processor"), ("cores", "Cores"), ("operating_system", "Operating system"),
            ("package_version", "Version"), ("git_commit", "Commit"), ("time", "Started"),
        ]
        var rows = names.compactMap { key, name in
            environment[key].map { (name: name, value: $0.description) }
        }
        if let set = file["instruction_set"] {
            rows.insert(("Instruction set", set.description), at: min(2, rows.count))
        }
        return rows
    }

    package var gitCommit: String? {
        guard case .object(let environment) = file["environment"] else { return nil }
        guard case .text(let commit) = environment["git_commit"] else { return nil }
        return commit
    }

    /// How many epochs were asked for.
    package var epochs: Int? {
        guard case .integer(let epochs) = self["epochs"] else { return nil }
        return epochs
    }

    /// An option's value: of one that an older version did not have, today's default.
    package subscript(name: String) -> JSONValue { options[name] ?? defaults[name] ?? .null }

    package func isDefault(_ name: String) -> Bool { self[name] == defaults[name] ?? .null }

    /// The options' names: those that there are today in the order of the help, then others.
    package var names: [String] {
        order + Set(options.keys).subtracting(order).sorted()
    }

    /// The options without effect on what is learnt, of which a machine decides or a run has its own.
    package static let ofPlace: Set<String> = ["name", "runs", "data", "threads", "progress", "quiet"]

    private static func defaults(of options: any RunOptions.Type) -> [String: JSONValue] {
        guard let text = try? JSON.text(options.init()) else { return [:] }
        return asGiven((try? JSON.value(from: text)) ?? [:])
    }

    /// The options as the command line has them, where a policy of checkpoints is three.
    private static func asGiven(_ options: [String: JSONValue]) -> [String: JSONValue] {
        guard case .object(let policy) = options["checkpoints"] else { return options }
        var options = options
        options["checkpoints"] = nil
        options["checkpoint_every"] = policy["every"]
        options["keep_checkpoints"] = policy["kept"]
        options["on_save_error"] = policy["on_save_error"]
        return options
    }
}

extension RunConfiguration {
    /// How to train the same weights anew.
    package var reproduceCommand: [String] {
        [program ?? ""]
            + words(without: ["threads", "runs", "progress", "quiet", "time_limit", "print_every", "name"])
    }

    /// Words of a command line that trains with these options: those that are not the defaults.
    ///
    /// - Parameter excluded: options that are left out.
    package func words(without excluded: Set<String> = []) -> [String] {
        names.filter { !excluded.contains($0) && !isDefault($0) }.flatMap { Self.words($0, self[$0]) }
    }

    private static func words(_ name: String, _ value: JSONValue) -> [String] {
        let option = "--" + optionName(name)
        switch value {
        case .null: return []
        case .bool(true): return [option]
        case .bool(false): return ["--no-" + optionName(name)]
        case let number where name == "time_limit": return [option, "\(number.description)s"]
        default: return [option, value.description]
        }
    }

    /// "batch-size" of "batch_size".
    package static func optionName(_ name: String) -> String { String(name.map { $0 == "_" ? "-" : $0 }) }
}
