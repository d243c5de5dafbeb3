import Training

/// A program that makes runs, as the tools register it.
package struct Program: Sendable {
    /// As it is called, and as `config.json` names it.
    package let name: String
    /// Its options, in the order of the help.
    package let options: [OptionDescription]
    /// The figures that its trainings compute.
    package let metrics: [Metric]
    /// Whether runs whose configuration names no program are its own: those from before there were several.
    package let ownsUnnamedRuns: Bool

    package init<Options: RunOptions>(
        name: String, options: Options.Type, metrics: [Metric], ownsUnnamedRuns: Bool = false
    ) {
        Metric.check(metrics)
        self.name = name
        self.options = Options.fields.map(\.description)
        self.metrics = metrics
        self.ownsUnnamedRuns = ownsUnnamedRuns
    }

    /// Whether a run is the program's own.
    ///
    /// - Parameter name: The program that the run's configuration names; nil if it names none.
    package func owns(_ name: String?) -> Bool { name.map { $0 == self.name } ?? ownsUnnamedRuns }
}
