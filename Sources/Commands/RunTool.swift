import ArgumentParser
import Runs

/// A tool with runs and sweeps, as the shared commands see it.
package protocol RunTool: ParsableCommand {
    associatedtype Options: ClassifierOptions
    associatedtype Training: TrainingCommand where Training.Options == Options
}

extension RunTool {
    package static func main() { mainOfProgram() }

    package static var program: Program { Options.program }

    /// The ways to name a run.
    static var runNames: String { "latest, the name of a run or sweep, or its path" }

    /// The ways to name a run or a checkpoint.
    static var modelNames: String {
        "latest, the name of a run or sweep, or the path of a run, sweep or checkpoint"
    }
}
