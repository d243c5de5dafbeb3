import Platform
import Training

/// A program that makes runs, as the tools register it.
package struct Program: Sendable {
    /// As it is called, and as `config.json` names it.
    package let name: String
    /// The type of its options.
    package let options: any RunOptions.Type
    /// Whether runs whose configuration names no program are its own: those from before there were several.
    package let ownsUnnamedRuns: Bool

    package init(name: String, options: any RunOptions.Type, ownsUnnamedRuns: Bool = false) {
        self.name = name
        self.options = options
        self.ownsUnnamedRuns = ownsUnnamedRuns
    }

    /// Whether a run is the program's own.
    ///
    /// - Parameter name: The program that the run's configuration names; nil if it names none.
    package func owns(_ name: String?) -> Bool { name.map { $0 == self.name } ?? ownsUnnamedRuns }
}

/// All that a user of a tool can choose, as files keep it.
package protocol RunOptions: Codable, Hashable, Sendable {
    static var program: Program { get }
    /// Options that neither weights nor logs depend on, so that a resume may change them.
    static var free: Set<String> { get }
    /// Options that older versions did not have: their checkpoints are those of the defaults.
    static var recent: Set<String> { get }
    /// The names that reports list, in the order of the help.
    static var order: [String] { get }

    init()
}

extension RunOptions {
    package static var recent: Set<String> { [] }

    private func values() throws -> [String: JSONValue] { try JSON.value(from: JSON.text(self)) }

    /// The options that are not free, by their names.
    private func decisive() throws -> [String: JSONValue] {
        try values().filter { !Self.free.contains($0.key) }
    }

    /// The options that have these values, and their defaults where there is none.
    package init(values: [String: JSONValue]) throws {
        self = try Self.decoded(Self().values().merging(values) { $1 })
    }

    /// Decoding takes a null for a value of the wrong type, also where there may be none.
    private static func decoded(_ values: [String: JSONValue]) throws -> Self {
        try JSON.value(from: JSON.text(values.filter { $0.value != .null }))
    }

    /// These, as a checkpoint keeps them.
    package func recipeText() throws -> String { try JSON.text(decisive(), pretty: false) }

    /// These, each with its name on the command line and its value; what is not set is left out.
    package func listed() throws -> [(name: String, value: String)] {
        try decisive().sorted { $0.key < $1.key }.map { (Self.optionName($0.key), $0.value.description) }
    }

    private static func optionName(_ key: String) -> String {
        "--" + String(key.map { $0 == "_" ? "-" : $0 })
    }

    /// These options with those that a checkpoint keeps: all but free ones, and but ``recent`` ones.
    package func with(recipe: String) throws -> Self {
        var values = try values().filter { Self.free.contains($0.key) }
        values.merge(try Self().values().filter { Self.recent.contains($0.key) }) { $1 }
        return try Self.decoded(values.merging(JSON.value([String: JSONValue].self, from: recipe)) { $1 })
    }

    /// What others would change that weights or logs depend on, each in words.
    ///
    /// - Parameter names: of the options to look at; all if nil.
    package func differences(to others: Self, among names: [String]? = nil) throws -> [String] {
        try changes(to: others).filter { names?.contains($0.key) ?? true }.map {
            "\($0.name): the run has \($0.own), asked for \($0.other)"
        }
    }

    /// What others change that weights or logs depend on: names, here and on the command line, and values.
    package func changes(to others: Self) throws -> [(key: String, name: String, own: String, other: String)]
    {
        let (own, other) = (try decisive(), try others.decisive())
        return Set(own.keys).union(other.keys).sorted().filter { own[$0] != other[$0] }.map {
            ($0, Self.optionName($0), (own[$0] ?? .null).description, (other[$0] ?? .null).description)
        }
    }
}

extension Checkpoint {
    /// Options with those that it keeps.
    ///
    /// - Throws: ``CheckpointError`` if they are no options of these.
    package func options<Options: RunOptions>(on base: Options, in run: RunDirectory) throws -> Options {
        do {
            return try base.with(recipe: details.options)
        } catch let error as DecodingError {
            throw CheckpointError(
                path: FilePath.join(run.checkpoints, CheckpointStore.name(step: stepCount)),
                problem: .invalid("options", JSON.reason(error)))
        }
    }
}
