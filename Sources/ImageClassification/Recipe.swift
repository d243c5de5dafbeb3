import Datasets
import NeuralNetworks
import Platform

extension MNISTTraining {
    /// Options by which weights are learnt, under a name or in a file. What a run does besides, and where, is none of
    /// a recipe: see ``Options``.
    package struct Recipe: Hashable, Sendable {
        /// `tutorial`, `best`, or the path of a file.
        package let name: String
        package let options: Options

        /// That of the tutorials.
        package static let tutorial = Recipe(name: "tutorial", options: Options())

        /// The same model, trained better: other images in every epoch, and a learning rate that goes down.
        package static let best: Recipe = {
            var options = Options()
            options.epochs = 60
            options.optimizer = .adamw
            options.weightDecay = 0.01
            options.learningRate = 0.02
            options.schedule = .cosine
            options.warmUpEpochs = 3
            options.finalShare = 0.001
            options.augment = .elastic
            return Recipe(name: "best", options: options)
        }()

        package static let all = [tutorial, best]

        private init(name: String, options: Options) {
            self.name = name
            self.options = options
        }

        /// One of ``all``, by its name, or what a file says.
        ///
        /// - Parameter name: of a file the path: JSON with an object `options`, as every run's `config.json` is, of which
        ///   those are taken that weights and logs follow from; those that are missing are the tutorials'.
        /// - Throws: ``RecipeError``, ``FileError``.
        package init(_ name: String) throws {
            if let recipe = Self.all.first(where: { $0.name == name }) {
                self = recipe
                return
            }
            do {
                let text = String(decoding: try RecordFile.content(of: name), as: UTF8.self)
                self.init(name: name, options: try RecipeFile(text).options)
            } catch let error as FileError where error.isMissing {
                throw RecipeError.missing(name)
            } catch let error as FileError where POSIX.meansDirectory(error.code) {
                throw RecipeError.invalid(
                    path: name, reason: "a directory; expected a file in it, such as a run's config.json")
            } catch let problem as RecipeFile.Problem {
                throw RecipeError.invalid(path: name, reason: problem.description)
            }
        }

        /// The options for so many epochs, those of the recipe if nil: a warm-up that does not fit into them takes the
        /// same share of them.
        ///
        /// - Parameter epochs: how many; nil for the recipe's.
        package func options(epochs: Int?) -> Options {
            var options = options
            guard let epochs else { return options }
            if options.warmUpEpochs >= Double(epochs) {
                options.warmUpEpochs = options.warmUpEpochs * Double(epochs) / Double(options.epochs)
            }
            options.epochs = epochs
            return options
        }

        /// As a file.
        package func text() throws -> String {
            let options: [String: JSONValue] = try JSON.value(from: options.recipeText())
            return try JSON.text(["options": options]) + "\n"
        }

        /// The name, and which options of a training are others.
        package func title(with options: Options) throws -> String {
            let changes = try self.options.changes(to: options)
            if changes.isEmpty { return name }
            return name + ", but with "
                + changes.map { "\($0.name) \($0.other) instead of \($0.own)" }.joined(separator: ", ")
        }
    }
}

/// What is no recipe.
package enum RecipeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Neither a name nor a file.
    case missing(String)
    /// A file, with what was expected where, and what was found.
    case invalid(path: String, reason: String)

    package var description: String {
        switch self {
        case .missing(let name):
            "no recipe \(name.quoted): it must be tutorial, best or the path of a file, such as a run's config.json"
        case .invalid(let path, let reason): "\(path): \(reason)"
        }
    }
}

extension RecipeError: ReportedError {
    package var exitStatus: ExitStatus { if case .missing = self { .missingInput } else { .badData } }
}

/// The content of a file with options.
private struct RecipeFile {
    private typealias Options = MNISTTraining.Options

    let options: MNISTTraining.Options

    struct Problem: Error { let description: String }

    init(_ text: String) throws {
        let content: JSONValue
        do {
            content = try JSON.value(from: text)
        } catch let error as DecodingError {
            throw Problem(description: JSON.reason(error))
        }
        guard case .object(let file) = content else {
            throw Problem(description: "expected an object with an object \"options\", found something else")
        }
        if let program = file["program"], program != .text(Options.program.name) {
            throw Self.unexpected("program", Options.program.name.quoted, found: program)
        }
        guard case .object(let values)? = file["options"] else {
            throw Self.unexpected("options", "an object", found: file["options"])
        }
        if let name = values.keys.sorted().first(where: { !Options.keys.contains($0) }) {
            throw Problem(
                description: "\(name.quoted) is no option; expected some of "
                    + Options.keys.subtracting(Options.free).sorted().joined(separator: ", "))
        }
        var options = try Self.options(values.filter { !Options.free.contains($0.key) })
        options.data = options.dataset.directory()
        self.options = options
        if let problem = options.impossible { throw Problem(description: problem) }
        if let idle = try options.changes(to: options.effective).first {
            throw Problem(
                description:
                    "\(idle.key.quoted): \(idle.own) has no effect beside the other options of the file; "
                    + "leave it out, or change these")
        }
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
        return Problem(description: "\(name.quoted): expected \(expected), found \(found)")
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
        case "dataset": return (ImageDataset.all + [.idx]).map(\.name).joined(separator: ", ")
        case "bidirectional": return "true or false"
        case "teacher": return "a run or a checkpoint"
        default:
            if case .number = value { return "a whole number" }
            return "a number"
        }
    }
}
