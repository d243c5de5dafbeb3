import Console
import NeuralNetworks
import Platform
import Training

/// The content of a run's `config.json`. Files of older versions and edited files are read too, if they are JSON.
package struct RunConfiguration: Sendable {
    /// Every option, by its name in the file.
    package let options: [String: JSONValue]
    package let model: SequenceModel?
    private let file: [String: JSONValue]
    /// The name of the program that made the run; nil if neither the file nor a known program determines it.
    package let program: String?
    /// The program's options; empty for an unknown program.
    private let known: [OptionDescription]
    private let knownByKey: [String: OptionDescription]
    /// The keys of the options that have no effect beside the others.
    private let idle: Set<String>
    /// The layers of a model made of modules; nil if the file has none.
    package let layers: StoredLayers?
    /// The metrics of a run made by the library.
    package let metrics: [Metric]

    private struct Model: Decodable { var model: SequenceModel? }

    private struct Metrics: Decodable { var metrics: [StoredMetric] }

    /// - Parameters:
    ///   - run: The run.
    ///   - programs: The known programs.
    /// - Throws: ``FileError``, ``RunError/invalidFile(path:reason:)``.
    package init(_ run: RunDirectory, of programs: [Program]) throws {
        let document = try RunFile.document(of: run.configuration)
        file = try RunFile.value(of: document, run.configuration)
        guard case .object(let options) = file["options"] else {
            throw RunError.invalidFile(
                path: run.configuration, reason: "expected an object \"options\", found none")
        }
        let name = Self.program(file)
        program = name ?? programs.first { $0.ownsUnnamedRuns }?.name
        let owner = programs.first { $0.owns(name) }
        known = owner?.options ?? []
        knownByKey = owner?.optionsByKey ?? [:]
        idle = owner?.idleOptions(options) ?? []
        self.options = known.reduce(into: options) { options, option in option.flatten(&options) }
        model = try? document.value(Model.self).model
        layers = try? document.value(StoredLayers.self)
        metrics = ((try? document.value(Metrics.self))?.metrics ?? []).compactMap(\.metric)
    }

    private static func program(_ file: [String: JSONValue]) -> String? {
        if case .text(let name) = file["program"] { name } else { nil }
    }

    /// Returns the program named in a run's configuration; nil if there is none or the file cannot be read.
    static func program(of run: RunDirectory) -> String?? {
        (try? JSON.read([String: JSONValue].self, from: run.configuration)).map(program)
    }

    /// The command line of the latest start of the run.
    package var commandLine: [String] {
        guard case .array(let words) = file["command_line"] else { return [] }
        return words.map(\.description)
    }

    /// The machine and versions of the run, in the order in which they are shown.
    package var environment: [(name: String, value: String)] {
        guard case .object(let environment) = file["environment"] else { return [] }
        let names: [(String, EnvironmentText)] = [
            ("processor", .processor), ("cores", .cores), ("operating_system", .operatingSystem),
            ("package_version", .version), ("git_commit", .commit), ("time", .started),
        ]
        let english = Language.english
        var rows = names.compactMap { key, name in
            environment[key].map { (name: english.text(name), value: $0.description) }
        }
        if let set = file["instruction_set"] {
            rows.insert(
                (english.text(EnvironmentText.instructionSet), set.description), at: min(2, rows.count))
        }
        return rows
    }

    package var gitCommit: String? {
        guard case .object(let environment) = file["environment"] else { return nil }
        guard case .text(let commit) = environment["git_commit"] else { return nil }
        return commit
    }

    /// The language of the report and the charts; English for a run of an older version.
    package var language: Language {
        guard case .text(let code) = self["language"] else { return .english }
        return Language(rawValue: code) ?? .english
    }

    /// The requested number of epochs.
    package var epochs: Int? {
        guard case .integer(let epochs) = self["epochs"] else { return nil }
        return epochs
    }

    /// Whether the weights were imported from a file, so that there was no training.
    package var isImported: Bool { if case .object = file["imported"] { true } else { false } }

    /// Whether a program made the run that uses the library.
    package var isOfLibrary: Bool { program == RunDirectory.library }

    /// The number of parameters of the model; nil if the file does not say it.
    package var parameterCount: Int? {
        if let model { return model.layout.count }
        guard case .integer(let count) = file["parameters"], count >= 0 else { return nil }
        return count
    }

    /// Returns the name of an option for people: as on the command line, or the key if the library made the run.
    package func name(ofKey key: String) -> String { isOfLibrary ? key : OptionDescription.name(ofKey: key) }

    /// Whether the program's options, and therefore their defaults, are known.
    package var knowsDefaults: Bool { !known.isEmpty }

    private func option(_ key: String) -> OptionDescription? { knownByKey[key] }

    /// The value of an option; if an older version did not have the option, its current default.
    package subscript(key: String) -> JSONValue { options[key] ?? option(key)?.defaultValue ?? .null }

    package func isDefault(_ key: String) -> Bool { self[key] == option(key)?.defaultValue ?? .null }

    /// Returns whether an option belongs to the recipe: whether it differs from its default and does not describe the
    /// machine.
    package func isChosen(_ key: String) -> Bool {
        !isDefault(key) && !(option(key)?.scope.isOfMachine ?? false)
    }

    /// Returns whether an option has an effect beside the others.
    package func hasEffect(_ key: String) -> Bool {
        !idle.contains(key) && (!isImported || OptionDescription.isOfImport(key))
    }

    /// Returns whether an option is compared between runs.
    func isCompared(_ key: String) -> Bool { option(key)?.scope != .display }

    /// The options' keys: the known ones in the order of the help, then others. Imported weights have no options of a
    /// training.
    package var names: [String] {
        let keys = known.map(\.key)
        let all = keys + Set(options.keys).subtracting(keys).sorted()
        return isImported ? all.filter(OptionDescription.isOfImport) : all
    }

    /// The options as listed in reports, with their names on the command line.
    package var listed: [(name: String, value: String, isDefault: Bool)] {
        names.map { (name(ofKey: $0), self[$0].description, !isChosen($0)) }
    }
}

extension OptionDescription {
    /// Moves the option's value to its key, if the file has it in a nested object.
    fileprivate func flatten(_ options: inout [String: JSONValue]) {
        guard place.count == 2, case .object(let object) = options[place[0]] else { return }
        options[key] = object[place[1]]
        let rest = object.filter { $0.key != place[1] }
        options[place[0]] = rest.isEmpty ? nil : .object(rest)
    }
}

extension RunConfiguration {
    /// The command that trains the same weights again.
    package var reproduceCommand: [String] {
        if case .object(let origin) = file["imported"], let path = origin["path"] {
            var command = [program ?? "", "import", path.description]
            if case .array(let arguments) = origin["arguments"] { command += arguments.map(\.description) }
            return command + ["dataset", "data"].filter { !isDefault($0) }.flatMap(words)
        }
        // An option of the model that is not given is taken from the initial weights.
        let ofModel = self["init_from"] == .null ? [] : OptionDescription.modelKeys
        return [program ?? ""]
            + names.filter {
                ofModel.contains($0) || !isDefault($0) && (option($0)?.scope.isReproduced ?? true)
            }.flatMap(words)
    }

    /// Returns the words of a command line that set an option to its value.
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

extension RunError {
    /// The error that a run has no checkpoint.
    package static func noCheckpoint(in run: RunDirectory, of program: Program) -> RunError {
        if (try? POSIX.kind(at: run.checkpoints)) != nil {
            return .noCheckpoint(run: run.path, resume: run.commandLine("--resume", of: program.name))
        }
        do {
            let configuration = try RunConfiguration(run, of: [program])
            return .checkpointsRemoved(
                run: run.path, again: ShellWords.quoted(configuration.reproduceCommand))
        } catch let error as RunError {
            return error
        } catch {
            return .neverBegan(run: run.path)
        }
    }
}

/// The part of a run's `config.json` that a resume reads.
package struct StoredOptions<Options: TrainingOptions>: Decodable {
    package let options: Options

    private enum Key: String, CodingKey { case options, environment }

    private struct Environment: Decodable { var workingDirectory: String? }

    /// Decodes options. A relative path of data is relative to the directory in which the training was started if
    /// something exists there, otherwise to this process's directory.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let options = try values.decode(Options.self, forKey: .options)
        let directory = (try? values.decode(Environment.self, forKey: .environment))?.workingDirectory
        self.options = directory.map(options.located) ?? options
    }
}

extension TrainingOptions {
    /// Returns the options with relative paths of data resolved against a directory, if they exist there.
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
    package func options<Options: TrainingOptions>(_ type: Options.Type = Options.self) throws -> Options {
        guard try POSIX.kind(at: run.configuration) != nil else { throw RunError.neverBegan(run: run.path) }
        return try RunFile.read(StoredOptions<Options>.self, from: run.configuration).options
    }

    /// Checks options that were read from the run's files.
    package func check(_ options: some TrainingOptions) throws(RunError) {
        guard let complaint = options.complaint else { return }
        throw .invalidFile(path: run.configuration, reason: complaint)
    }
}
