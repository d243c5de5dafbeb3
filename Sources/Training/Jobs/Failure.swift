import Datasets
import NeuralNetworks
import Pictures

/// How a program ends that cannot do its work: what it says, and its exit code (of `sysexits.h`).
public enum Failure {
    /// Runs `body`. An error that a user can do something about is printed to standard error, and its exit code
    /// returned; so is a processor that this program was not compiled for.
    public static func explained(_ body: () throws -> Int32) throws -> Int32 {
        if let mismatch = InstructionSet.mismatch { return report(mismatch, 69) }
        do {
            return try body()
        } catch {
            guard let code = exitCode(for: error) else { throw error }
            return report("\(error)", code)
        }
    }

    /// Nil for what is no user's business.
    static func exitCode(for error: any Error) -> Int32? {
        switch error {
        case let error as DatasetError: error.exitCode
        case let error as RunError: error.exitCode
        case let error as FetchError: error.exitCode
        case let error as SweepError: error.exitCode
        case let error as RecipeError: error.exitCode
        case is OptionError: 64
        case is SafetensorsError, is CheckpointError, is PNGError, is BlankPictureError: 65
        case is FileError, is SaveError: 74
        case is Divergence: 1
        default: nil
        }
    }

    private static func report(_ message: String, _ code: Int32) -> Int32 {
        POSIX.writeToStandardError("Error: \(message)\n")
        return code
    }
}

/// A file of a run that could not be written, and so ended it.
public struct SaveError: Error, Hashable, Sendable, CustomStringConvertible {
    public let error: FileError
    public let run: RunDirectory
    /// Nil if there is none yet.
    public let checkpoint: String?
    var program = Program.mnistBiLSTM

    public var description: String {
        let former = checkpoint.map { "The last checkpoint, \($0), is whole" } ?? "There is no checkpoint yet"
        let mend = POSIX.meansFull(error.code) ? "make room" : "mend that"
        return "\(error). \(former); \(mend), and go on with: \(run.commandLine("--resume", of: program))"
    }
}
