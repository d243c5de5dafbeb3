/// The exit status of a tool; the numbers follow `sysexits.h` where it has a suitable one.
package struct ExitStatus: Hashable, Sendable {
    package let code: Int32

    private init(_ code: Int32) { self.code = code }

    package static let success = ExitStatus(0)
    /// The loss or a gradient was not finite.
    package static let diverged = ExitStatus(1)
    /// Two things that were compared differ, as for `cmp` and `diff`.
    package static let different = ExitStatus(1)
    /// An invalid option, or options that cannot be combined.
    package static let usage = ExitStatus(64)
    /// An existing file has invalid content.
    package static let badData = ExitStatus(65)
    /// A file, run or recipe does not exist or cannot be opened.
    package static let missingInput = ExitStatus(66)
    /// A download failed.
    package static let unavailable = ExitStatus(69)
    /// The processor lacks an instruction set that the program needs.
    package static let unsupportedProcessor = ExitStatus(69)
    /// There is not enough memory for the work.
    package static let memory = ExitStatus(71)
    /// Another process is writing to the same place.
    package static let inUse = ExitStatus(73)
    /// A file could not be written or read, or output was lost.
    package static let inputOutput = ExitStatus(74)
    /// Stopped by the time limit or a request; the work can be resumed.
    package static let timeLimit = ExitStatus(75)

    /// Returns the status of a process that a signal ended, 128 + its number: 129 for SIGHUP, 130 for SIGINT, 143 for
    /// SIGTERM.
    package static func signal(_ number: Int32) -> ExitStatus { ExitStatus(128 + number) }

    /// Returns the status of another process that ended with an exit code.
    package static func ofProcess(_ code: Int32) -> ExitStatus { ExitStatus(code) }
}

/// An error that the user of a tool can act on: its description is printed, and the tool ends with its exit status.
package protocol ReportedError: Error, CustomStringConvertible {
    var exitStatus: ExitStatus { get }
}

extension FileError: ReportedError {
    package var exitStatus: ExitStatus { POSIX.meansNoMemory(code) ? .memory : .inputOutput }
}

extension FormatError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}
