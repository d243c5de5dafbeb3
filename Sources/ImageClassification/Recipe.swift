import Console
import Platform
import Runs

extension ImageTraining {
    /// A named set of the options that affect a model's weights, or a file with such options. The directory of a run
    /// and its output are not part of a recipe; see ``Options``.
    package struct Recipe: Hashable, Sendable {
        /// `tutorial`, `best`, or the path of a file.
        package let name: String
        package let options: Options

        /// The tutorials' recipe, in which every option has its default.
        package static let tutorial = Recipe(name: "tutorial", file: PackageResources.tutorial_json)

        /// The same model with better training: augmented images and a learning-rate schedule.
        package static let best = Recipe(name: "best", file: PackageResources.best_json)

        package static let all = [tutorial, best]

        /// Creates a recipe that is part of the program.
        private init(name: String, file: [UInt8]) {
            self.name = name
            do {
                options = try RecipeFile(file).options
            } catch {
                preconditionFailure("recipe \(name): \(error)")
            }
        }

        /// Finds a recipe of ``all`` by its name, or reads a file.
        ///
        /// - Parameter name: A name or a path. The file is JSON with an object `options`, as in every run's
        ///   `config.json`. Only options that weights or logs depend on are used; options it omits have their defaults.
        /// - Throws: ``RecipeError``, ``FileError``.
        package init(_ name: String) throws {
            if let recipe = Self.all.first(where: { $0.name == name }) {
                self = recipe
                return
            }
            self.name = name
            do {
                options = try RecipeFile(
                    RecordFile.content(of: name, .readingInput, atMost: JSON.Limits().bytes + 1)
                ).options
            } catch let error as FileError where error.isMissing {
                throw RecipeError.missing(name)
            } catch let error as FileError where error.misfit?.found == .directory {
                throw RecipeError.invalid(
                    path: name,
                    reason:
                        "expected a file such as a run's config.json, found a directory; give a file in it")
            } catch let error as FileError {
                throw RecipeError.unreadable(error)
            } catch let problem as RecipeFile.Problem {
                throw RecipeError.invalid(path: name, reason: problem.description)
            }
        }

        /// Returns the options for a number of epochs. If it is smaller than the recipe's, a warm-up that does not fit
        /// is shortened in proportion.
        ///
        /// - Parameter epochs: The number of epochs; the recipe's if nil.
        package func options(epochs: Int?) -> Options {
            var options = options
            guard let epochs else { return options }
            if options.warmUpEpochs >= Double(epochs) {
                options.warmUpEpochs = options.warmUpEpochs * Double(epochs) / Double(options.epochs)
            }
            options.epochs = epochs
            return options
        }

        /// Returns the recipe as the content of a file.
        package func text() throws -> String {
            let options: JSONValue = try JSON.value(from: options.decisiveText())
            return try JSON.text(["options": options]) + "\n"
        }

        /// Returns the name, and the options of a training that differ from the recipe's.
        package func title(with options: Options) -> String {
            let changes = self.options.changes(to: options)
            if changes.isEmpty { return name }
            return name + ", with "
                + changes.map { "\($0.name) \($0.other) instead of \($0.own)" }.joined(separator: ", ")
        }
    }
}

/// The error that a recipe cannot be used.
package enum RecipeError: ReportedError, Hashable {
    /// The text is neither a name nor the path of a file.
    case missing(String)
    case unreadable(FileError)
    /// The file is invalid; the reason contains the place, the expected and the found content.
    case invalid(path: String, reason: String)

    package var description: String {
        switch self {
        case .missing(let name):
            "no recipe \(name.quoted): expected tutorial, best, or the path of a file such as a run's config.json"
                + (Suggestion.closest(to: name, among: ImageTraining.Recipe.all.map(\.name)).map {
                    "; did you mean \($0.quoted)?"
                } ?? "; check the path")
        case .unreadable(let error): "\(error)"
        case .invalid(let path, let reason): "\(path.printableLine): \(reason)"
        }
    }

    package var exitStatus: ExitStatus { if case .invalid = self { .badData } else { .missingInput } }
}

/// The content of a recipe's file.
private struct RecipeFile {
    private typealias Options = ImageTraining.Options

    let options: ImageTraining.Options

    struct Problem: Error { let description: String }

    private static let example = "a run's config.json is an example"
    private static let list = "list the options: mnist-bilstm help train"

    init(_ bytes: [UInt8]) throws {
        let content: JSONValue
        do {
            content = try JSON.value(from: bytes)
        } catch let error as DecodingError {
            throw Problem(
                description:
                    "\(JSON.reason(error)); correct the JSON there, or start from a run's config.json")
        }
        func problem(_ keys: [String], _ description: String) -> Problem {
            Problem(description: "\(JSON.place(of: keys, in: bytes)): \(description)")
        }
        func unexpected(_ name: String, _ expected: String, found: JSONValue?, remedy: String) -> Problem {
            problem(
                [name], "\(name.quoted): expected \(expected), found \(found?.excerpt ?? "none"); \(remedy)")
        }
        guard case .object(let file) = content else {
            throw problem(
                [], "expected an object with an object \"options\", found \(content.excerpt); \(Self.example)"
            )
        }
        if let program = file["program"], program != .text(Program.mnistBiLSTM.name) {
            throw unexpected(
                "program", Program.mnistBiLSTM.name.quoted, found: program,
                remedy: "give the config.json of a run of \(Program.mnistBiLSTM.name)")
        }
        guard case .object(let values)? = file["options"] else {
            throw unexpected("options", "an object", found: file["options"], remedy: Self.example)
        }
        do throws(OptionFault) {
            var options = try Options(recipe: values)
            options.data = options.dataset.directory()
            self.options = options
        } catch {
            let remedy = error.description.hasSuffix("?") ? "" : "; \(Self.list)"
            throw problem(["options"] + error.place, error.description + remedy)
        }
        if let complaint = options.complaint ?? options.idleComplaint {
            throw Problem(description: "\(complaint); correct the file")
        }
    }
}
