import ArgumentParser
import Runs

/// A tool with runs, as the shared commands see it.
package protocol RunTool {
    associatedtype Options: ClassifierOptions

    /// The completion of a run's name.
    static var runCompletion: CompletionKind { get }
    /// Whether a run may be named by a sweep.
    static var hasSweeps: Bool { get }

    /// Returns a table below the list of runs; nil for none.
    static func otherRuns(in root: String) throws -> String?
    /// Returns the description of something other than a run with this name; nil if it means a run.
    static func description(of name: String, in place: RunsArguments) throws -> String?
}

extension RunTool {
    package static var program: Program { Options.program }
    package static var runCompletion: CompletionKind { .run(in: RunDirectory.defaultRoot) }
    package static var hasSweeps: Bool { false }
    package static func otherRuns(in root: String) throws -> String? { nil }
    package static func description(of name: String, in place: RunsArguments) throws -> String? { nil }

    /// The ways to name a run.
    static var runNames: String {
        hasSweeps
            ? "latest, the name of a run or sweep, or its path" : "latest, the name of a run, or its path"
    }

    /// The ways to name a run or a checkpoint.
    package static var modelNames: String {
        hasSweeps
            ? "latest, the name of a run or sweep, or the path of a run, sweep or checkpoint"
            : "latest, the name of a run, or the path of a run or checkpoint"
    }
}
