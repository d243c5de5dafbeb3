import Platform
import Training

/// A program that makes runs. Tools register themselves with it.
package struct Program: Sendable {
    /// The name of the command, also in `config.json`.
    package let name: String
    /// The program's options, in the order of the help.
    package let options: [OptionDescription]
    /// The same by their keys.
    let optionsByKey: [String: OptionDescription]
    /// The metrics that its trainings compute.
    package let metrics: [Metric]
    /// Whether runs whose configuration names no program belong to this one; they are from versions with only one
    /// program.
    package let ownsUnnamedRuns: Bool
    /// Returns the keys of the options that have no effect beside the others, of a file's object of options.
    let idleOptions: @Sendable ([String: JSONValue]) -> Set<String>

    package init<Options: TrainingOptions>(
        name: String, options: Options.Type, metrics: [Metric], ownsUnnamedRuns: Bool = false
    ) {
        Metric.check(metrics)
        self.name = name
        let descriptions = Options.fields.map(\.description)
        self.options = descriptions
        optionsByKey = Dictionary(descriptions.map { ($0.key, $0) }) { first, _ in first }
        self.metrics = metrics
        self.ownsUnnamedRuns = ownsUnnamedRuns
        idleOptions = { object in
            guard let options = try? Options().setting(object, among: Options.fields) else { return [] }
            return Set(Options.fields.filter { !($0.use?.isUsed(options) ?? true) }.map(\.key))
        }
    }

    /// Returns whether a run belongs to the program.
    ///
    /// - Parameter name: The program named in the run's configuration; nil if it names none.
    package func owns(_ name: String?) -> Bool { name.map { $0 == self.name } ?? ownsUnnamedRuns }
}
