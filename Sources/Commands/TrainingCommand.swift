import ArgumentParser
import Platform
import Runs

/// The command `train` of a tool. Its sweeps train by it.
package protocol TrainingCommand: ParsableCommand {
    associatedtype Options: ClassifierOptions
    /// The options that a sweep can try, for completion.
    associatedtype Tried: ParsableArguments
    /// The options of the place of the data on this machine.
    associatedtype Place: RunArguments where Place.Options == Options

    static var sweepExamples: SweepExamples { get }

    /// Returns the options of a new run.
    func options() throws -> Options
    /// Returns options of a sweep, with the names of runs replaced by paths, because a name may refer to another run
    /// later.
    ///
    /// - Parameters:
    ///   - words: The words of the command line.
    ///   - root: The directory of runs in which names are looked for.
    /// - Returns: As many words.
    static func resolved(_ words: [String], root: String) throws -> [String]
    /// Starts or resumes training and returns the exit status.
    ///
    /// - Parameter isKnown: Called with the receipt of a new run before its directory is created; if it returns true,
    ///   nothing is trained.
    func train(unless isKnown: ((Receipt) throws -> Bool)?) throws -> ExitStatus
}

extension TrainingCommand {
    package static func resolved(_ words: [String], root: String) throws -> [String] { words }

    package mutating func run() throws { try explained { try train(unless: nil) } }

    /// Returns the options that the words of a command line give. Throws an error with a one-line message if the words
    /// are invalid.
    static func options(of words: [String], in tool: any ParsableCommand.Type) throws -> Options {
        do {
            return try parse(words).options()
        } catch let error as OptionError {
            throw error
        } catch {
            // The words ask for help.
            if exitCode(for: error) == .success { throw OptionError("Unknown option '--help'") }
            throw OptionError(withSuggestion(message(for: error), for: Self.self, of: tool))
        }
    }
}
