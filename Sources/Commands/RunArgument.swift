import ArgumentParser

/// The run that a command reads: `evaluate RUN` and `evaluate --run RUN` are the same.
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

    package var name: String { runArgument ?? runOption ?? "latest" }
}
