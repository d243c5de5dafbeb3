/// The exit status of a tool, as in `sysexits.h` where that has one.
package struct ExitStatus: Hashable, Sendable {
    package let code: Int32

    private init(_ code: Int32) { self.code = code }

    package static let success = ExitStatus(0)
    /// The loss or a gradient was not finite.
    package static let diverged = ExitStatus(1)
    /// A bad option, or options that do not belong together.
    package static let usage = ExitStatus(64)
    /// A file that exists and is not what it should be.
    package static let badData = ExitStatus(65)
    /// A file, run or recipe that does not exist or cannot be opened.
    package static let missingInput = ExitStatus(66)
    /// Nothing could be downloaded.
    package static let unavailable = ExitStatus(69)
    /// The processor lacks instructions that the program was compiled for.
    package static let unsupportedProcessor = ExitStatus(69)
    /// The memory that the work needs is not there.
    package static let memory = ExitStatus(71)
    /// Another process is writing there.
    package static let inUse = ExitStatus(73)
    /// A file could not be written or read, or output was lost.
    package static let inputOutput = ExitStatus(74)
    /// Stopped by the time limit; the work can be resumed.
    package static let timeLimit = ExitStatus(75)

    /// The status of a process that a signal ended, 128 + its number: 129 for SIGHUP, 130 for SIGINT, 143 for SIGTERM.
    package static func signal(_ number: Int32) -> ExitStatus { ExitStatus(128 + number) }

    /// The status with which another process ended.
    package static func ofProcess(_ code: Int32) -> ExitStatus { ExitStatus(code) }
}

/// An error that the user of a tool can do something about: its description is printed, and the tool ends with its
/// exit status.
package protocol ReportedError: Error, CustomStringConvertible {
    var exitStatus: ExitStatus { get }
}

extension FileError: ReportedError {
    package var exitStatus: ExitStatus { POSIX.meansNoMemory(code) ? .memory : .inputOutput }
}

extension FormatError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}
