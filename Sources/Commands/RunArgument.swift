import ArgumentParser

/// The run that a command reads: `evaluate RUN` and `evaluate --run RUN` are the same. Every command that reads a run
/// accepts both.
package protocol RunArgument: ParsableArguments {
    /// The run as the command's argument.
    var runArgument: String? { get }
    /// The run as the value of `--run`.
    var runOption: String? { get }
}

extension RunArgument {
    package func validate() throws {
        guard runArgument == nil || runOption == nil else {
            throw ValidationError("Give the run once: as an argument or with --run.")
        }
    }

    /// The run; nil if the command line gives none.
    package var given: String? { runArgument ?? runOption }

    package var name: String { given ?? "latest" }
}
