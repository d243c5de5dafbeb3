import Platform

/// This program once more, with other arguments: some figures are those of a whole process.
struct MeasuredProcess {
    /// The text that it printed.
    let output: String
    /// From before it was started until its first output arrived.
    let secondsToOutput: Double

    /// Runs to the end. The child's standard error is this process's.
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

/// A child process that did not do its work.
struct ProcessError: Error, CustomStringConvertible {
    let command: String
    let reason: String

    var description: String { "\(command): \(reason)" }
}
