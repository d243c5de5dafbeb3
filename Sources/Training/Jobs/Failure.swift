import Datasets
import NeuralNetworks

/// How a program ends that cannot do its work: what it says, and its exit code (of `sysexits.h`).
public enum Failure {
    /// Runs `body`. An error that a user can do something about is printed to standard error, and its exit code
    /// returned; so is a processor that this program was not compiled for.
    public static func explained(_ body: () throws -> Int32) throws -> Int32 {
        if let mismatch = InstructionSet.mismatch { return report(mismatch, 69) }
        do {
            return try body()
        } catch let error as DatasetError {
            return report(error.description, error.exitCode)
        } catch let error as FileError {
            return report(error.description, 74)
        } catch let error as SafetensorsError {
            return report(error.description, 65)
        } catch let error as Divergence {
            return report(error.description, 1)
        }
    }

    private static func report(_ message: String, _ code: Int32) -> Int32 {
        POSIX.writeToStandardError("Error: \(message)\n")
        return code
    }
}
