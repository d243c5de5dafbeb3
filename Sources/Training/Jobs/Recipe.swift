import NeuralNetworks

extension MNISTTraining {
    /// Options by which weights are learnt, under a name or in a file. What a run does besides, and where, is none of
    /// a recipe: see ``Options``.
    public struct Recipe: Hashable, Sendable {
        /// `tutorial`, `best`, or the path of a file.
        public let name: String
        public let options: Options

        /// That of the tutorials.
        public static let tutorial = Recipe(name: "tutorial", options: Options())

        /// The same model, trained better: other images in every epoch, and a learning rate that goes down.
        public static let best: Recipe = {
            var options = Options()
            options.epochs = 60
            options.learningRate = 0.02
            options.schedule = .cosine
            options.warmUpEpochs = 3
            options.finalShare = 0.001
            options.augment = .elastic
            return Recipe(name: "best", options: options)
        }()

        public static let all = [tutorial, best]

        private init(name: String, options: Options) {
            self.name = name
            self.options = options
        }

        /// One of ``all``, by its name, or what a file says.
        ///
        /// - Parameter name: of a file the path: JSON with an object `options`, as every run's `config.json` is, of which
        ///   those are taken that weights and logs follow from; those that are missing are the tutorials'.
        /// - Throws: ``RecipeError``, ``OptionError``, ``FileError``.
        public init(_ name: String) throws {
            if let recipe = Self.all.first(where: { $0.name == name }) {
                self = recipe
                return
            }
            do {
                let text = String(decoding: try RecordFile.content(of: name), as: UTF8.self)
                self.init(name: name, options: try RecipeFile(text).options)
            } catch let error as FileError where error.isMissing {
                throw OptionError(
                    "--recipe must be tutorial, best or the path of a file, such as a run's config.json, not "
                        + "\(quoted(name)), which does not exist.")
            } catch let problem as RecipeFile.Problem {
                throw RecipeError(path: name, reason: problem.description)
            }
        }

        /// As a file.
        func text() throws -> String {
            let options: [String: JSONValue] = try JSON.value(from: options.recipeText())
            return try JSON.text(["options": options]) + "\n"
        }

        /// The name, and which options of a training are others.
        func title(with options: Options) throws -> String {
            let changes = try self.options.changes(to: options)
            if changes.isEmpty { return name }
            return name + "; the command line's "
                + changes.map { "\($0.name) \($0.other) instead of \($0.own)" }.joined(separator: ", ")
        }
    }
}

/// A file that is no recipe.
public struct RecipeError: Error, Hashable, Sendable, CustomStringConvertible {
    public let path: String
    /// What was expected where, and what was found.
    public let reason: String

    public var description: String { "\(path): \(reason)" }
}

/// The content of a file with options.
private struct RecipeFile {
    private typealias Options = MNISTTraining.Options

    let options: MNISTTraining.Options

    struct Problem: Error { let description: String }

    init(_ text: String) throws {
        let file: [String: JSONValue]
        do {
            file = try JSON.value(from: text)
        } catch let error as DecodingError {
            throw Problem(description: JSON.reason(error))
        }
        if let program = file["program"], program != .text(Options.program.rawValue) {
            throw Self.unexpected("program", quoted(Options.program.rawValue), found: program)
        }
        guard case .object(let values)? = file["options"] else {
            throw Self.unexpected("options", "an object", found: file["options"])
        }
        if let name = values.keys.sorted().first(where: { !Options.keys.contains($0) }) {
            throw Problem(
                description: "\(quoted(name)) is no option; expected some of "
                    + Options.keys.subtracting(Options.free).sorted().joined(separator: ", "))
        }
        options = try Self.options(values.filter { !Options.free.contains($0.key) })
        if let problem = options.impossible { throw Problem(description: problem) }
    }

    private static func options(_ values: [String: JSONValue]) throws -> MNISTTraining.Options {
        // One by one, to know which cannot be read.
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            do {
                _ = try Options(values: [name: value])
            } catch is DecodingError {
                throw unexpected(name, try Options.expected(name, insteadOf: value), found: value)
            }
        }
        return try Options(values: values)
    }

    private static func unexpected(_ name: String, _ expected: String, found: JSONValue?) -> Problem {
        let found = found.flatMap { try? JSON.text($0, pretty: false) } ?? "none"
        return Problem(description: "\(quoted(name)): expected \(expected), found \(found)")
    }
}

extension MNISTTraining.Options {
    /// The names of all options in files.
    fileprivate static let keys = Set(order).subtracting(ofCheckpoints).union(free)

    /// What an option may be, in words, of one that cannot be read.
    fileprivate static func expected(_ name: String, insteadOf value: JSONValue) throws -> String {
        func list(_ choices: [some RawRepresentable<String>]) -> String {
            choices.map(\.rawValue).joined(separator: ", ")
        }
        switch name {
        case "optimizer": return list(MNISTTraining.OptimizerName.allCases)
        case "schedule": return list(MNISTTraining.ScheduleName.allCases)
        case "augment": return list(MNISTTraining.AugmentationName.allCases)
        case "cell": return list(RecurrentCell.allCases)
        case "readout": return list(Readout.allCases)
        case "bidirectional": return "true or false"
        case "teacher": return "a run or a checkpoint"
        default:
            if case .number = value { return "a whole number" }
            return "a number"
        }
    }
}
