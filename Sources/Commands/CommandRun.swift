import ArgumentParser
import Console
import NeuralNetworks
import Platform

/// Does a command's work and ends the program with the exit status that the work returns.
///
/// An error that the user can correct is printed to standard error, and the program ends with the error's exit status.
/// An unsupported CPU is reported in the same way.
package func explained(_ body: () throws -> ExitStatus) throws {
    let status = try reportedStatus(body)
    if status != .success { throw ExitCode(status.code) }
}

/// Does a command's work, which prints its result to a console.
package func explained(_ body: (Console) throws -> Void) throws {
    try explained {
        let console = try Console()
        try body(console)
        try console.finish()
        return .success
    }
}

/// Prints an error to standard error and returns its exit status.
func report(_ message: String, _ status: ExitStatus) -> ExitStatus {
    POSIX.writeToStandardError("Error: \(message.printable)\n")
    return status
}

private func reportedStatus(_ body: () throws -> ExitStatus) throws -> ExitStatus {
    if let mismatch = InstructionSet.mismatch { return report(mismatch, .unsupportedProcessor) }
    do {
        return try body()
    } catch let error as any ReportedError {
        return report(error.description, error.exitStatus)
    }
}

/// Prints warnings, which are not part of a command's result, to standard error.
package func warn(_ notices: [String]) throws {
    let console = try Console(terminal: Terminal(descriptor: 2, isInteractive: false))
    for notice in notices { console.print("Warning: \(notice)") }
}

extension ParsableCommand {
    /// Prepares this process. Arguments that are not UTF-8 are refused, since two different ones can have the same
    /// text. A file that may not grow further (`ulimit -f`) and a pipe without a reader become errors; they do not end
    /// the process.
    static func prepareProcess() {
        POSIX.ignoreFileSizeSignal()
        POSIX.ignoreBrokenPipes()
        if let complaint = CurrentProcess.complaintAboutArguments {
            POSIX.writeToStandardError("Error: \(complaint)\n")
            exit(withError: ExitCode(ExitStatus.usage.code))
        }
    }
}
