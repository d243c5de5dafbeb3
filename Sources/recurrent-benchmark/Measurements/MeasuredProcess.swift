import Platform

/// Runs this program as a child with other arguments, for figures that concern a whole process.
struct MeasuredProcess {
    /// The text that the child printed.
    let output: String
    /// The time from before its start until its first output.
    let secondsToOutput: Double

    /// Runs the child until it ends. Its standard error is this process's.
    init(_ arguments: [String]) throws {
        let command = "recurrent-benchmark " + arguments.joined(separator: " ")
        let watch = Stopwatch()
        let child = try ChildProcess(measuring: arguments)
        child.waitForOutput()
        secondsToOutput = watch.seconds
        switch child.wait() {
        case .exit(code: 0): output = child.text
        case .exit(let code):
            throw ProcessError(command: command, reason: "exit code \(code); its message is above")
        case .signal(let number):
            throw ProcessError(command: command, reason: "ended by signal \(number); its message is above")
        }
    }
}

/// The error that a child process failed.
struct ProcessError: Error, CustomStringConvertible {
    let command: String
    let reason: String

    var description: String { "\(command): \(reason)" }
}
