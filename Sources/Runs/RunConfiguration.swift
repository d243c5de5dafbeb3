import NeuralNetworks
import Platform

/// The content of a run's `config.json`: an older version's and an edited one too, as long as it is JSON.
package struct RunConfiguration: Sendable {
    /// Every option, by its name in the file.
    package let options: [String: JSONValue]
    package let model: SequenceModel?
    private let file: [String: JSONValue]
    /// The name of the program whose run it is; nil if neither the file nor a known program tells.
    package let program: String?
    /// The program's options; empty for an unknown program.
    private let known: [OptionDescription]

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
        let name = Self.program(file)
        program = name ?? programs.first { $0.ownsUnnamedRuns }?.name
        known = programs.first { $0.owns(name) }?.options ?? []
        self.options = known.reduce(into: options) { options, option in option.flatten(&options) }
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

    /// The machine and versions of the run, in the order in which a person would ask.
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

    /// Whether the program's options, and so their defaults, are known.
    package var knowsDefaults: Bool { !known.isEmpty }

    private func option(_ key: String) -> OptionDescription? { known.first { $0.key == key } }

    /// An option's value; today's default for one that an older version did not have.
    package subscript(key: String) -> JSONValue { options[key] ?? option(key)?.defaultValue ?? .null }

    package func isDefault(_ key: String) -> Bool { self[key] == option(key)?.defaultValue ?? .null }

    /// Whether an option says something about the recipe: it differs from the default, and is not the machine's.
    package func isChosen(_ key: String) -> Bool {
        !isDefault(key) && !(option(key)?.scope.isOfMachine ?? false)
    }

    /// Whether runs are compared by an option.
    func isCompared(_ key: String) -> Bool { option(key)?.scope != .display }

    /// The options' keys: those that there are today in the order of the help, then others.
    package var names: [String] {
        let keys = known.map(\.key)
        return keys + Set(options.keys).subtracting(keys).sorted()
    }

    /// The options as reports list them, with their names on the command line.
    package var listed: [(name: String, value: String, isDefault: Bool)] {
        names.map { (OptionDescription.name(ofKey: $0), self[$0].description, !isChosen($0)) }
    }
}

extension OptionDescription {
    /// Puts the option's value under its key, where a file has it deeper.
    fileprivate func flatten(_ options: inout [String: JSONValue]) {
        guard place.count == 2, case .object(let object) = options[place[0]] else { return }
        options[key] = object[place[1]]
        let rest = object.filter { $0.key != place[1] }
        options[place[0]] = rest.isEmpty ? nil : .object(rest)
    }
}

extension RunConfiguration {
    /// How to train the same weights again.
    package var reproduceCommand: [String] {
        [program ?? ""]
            + names.filter { !isDefault($0) && (option($0)?.scope.isReproduced ?? true) }.flatMap(words)
    }

    /// Words of a command line that give an option's value.
    package func words(_ key: String) -> [String] {
        let name = OptionDescription.name(ofKey: key)
        switch self[key] {
        case .null: return []
        case .bool(true): return [name]
        case .bool(false): return ["--no-" + name.dropFirst(2)]
        case let value: return [name, value.description + (option(key)?.unit ?? "")]
        }
    }
}

/// The part of a run's `config.json` that a resume reads back.
package struct StoredOptions<Options: RunOptions>: Decodable {
    package let options: Options

    private enum Key: String, CodingKey { case options, environment }

    private struct Environment: Decodable { var workingDirectory: String? }

    /// A relative path of data leads from the directory in which the training was started, if there is something, and
    /// else from this process's.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let options = try values.decode(Options.self, forKey: .options)
        let directory = (try? values.decode(Environment.self, forKey: .environment))?.workingDirectory
        self.options = directory.map(options.located) ?? options
    }
}

extension RunOptions {
    /// Returns the options with places of data found from a directory, where they are relative and exist there.
    fileprivate func located(from directory: String) -> Self {
        guard directory != POSIX.workingDirectory else { return self }
        var options = self
        for field in Self.fields where field.scope == .place {
            guard case .text(let path) = field.json(options), !path.hasPrefix("/") else { continue }
            let place = FilePath.join(directory, path)
            if POSIX.exists(place) { _ = field.set(&options, .text(place)) }
        }
        return options
    }
}

extension RunDirectory.Lock {
    /// Reads the options of the locked run.
    ///
    /// - Throws: ``RunError/neverBegan(run:)`` without a configuration; ``RunError/invalidFile(path:reason:)``;
    ///   ``FileError``.
    package func options<Options: RunOptions>(_ type: Options.Type = Options.self) throws -> Options {
        guard try POSIX.kind(at: run.configuration) != nil else { throw RunError.neverBegan(run: run.path) }
        return try RunFile.read(StoredOptions<Options>.self, from: run.configuration).options
    }

    /// Checks options that were read from the run's files.
    package func check(_ options: some RunOptions) throws(RunError) {
        guard let complaint = options.complaint else { return }
        throw .invalidFile(path: run.configuration, reason: complaint)
    }
}
