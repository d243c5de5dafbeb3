import ArgumentParser
import Platform
import Runs

/// The options of `train` that resume a run.
package struct ResumeArguments<Options: ClassifierOptions>: ParsableArguments {
    package init() {}

    @Option(
        help: ArgumentHelp(
            """
            Resume a run: latest, its name, or the path of the run or of one of its checkpoints. Options that are not \
            given are the run's
            """, valueName: "run"), completion: .runOrSweep)
    package var resume: String?

    @Flag(help: "Resume with options that differ from the run's")
    package var allowChanges = false

    package func validate() throws {
        try checkUse("--allow-changes", allowChanges, of: "--resume", resume != nil)
    }

    /// Refuses a name for a resumed run.
    package func check(_ recording: RecordingArguments<Options>) throws {
        guard resume == nil || recording.name == nil else {
            throw ValidationError("--name has no effect with --resume: a resumed run keeps its name.")
        }
    }

    /// Returns the run to resume; nil for a new one.
    ///
    /// - Parameter runs: The directory of the runs; the default if nil.
    package func resumption(in runs: String?) throws -> Resumption<Options>? {
        try resume.map { try Resumption($0, root: runs ?? RunDirectory.defaultRoot) }
    }
}

extension ClassifierOptions {
    /// Returns these options, a run's or the defaults, changed by the options that the command line gives.
    ///
    /// - Throws: `ValidationError` for options that exclude each other or have no effect.
    package func changed(by given: [(key: String, value: JSONValue)]) throws -> Self {
        let given = GivenOptions<Self>(given)
        let options = given.applied(to: self)
        if let conflict = given.conflict(in: options) { throw ValidationError(conflict + ".") }
        return options
    }
}
