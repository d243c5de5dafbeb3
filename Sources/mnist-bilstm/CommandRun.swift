import ArgumentParser
import Training

/// Runs a command's work; what a user can do something about ends it with a message and its exit code.
func explained(_ body: (Console) throws -> Void) throws {
    let code = try Failure.explained {
        let console = try Console()
        try body(console)
        try console.finish()
        return 0
    }
    if code != 0 { throw ExitCode(code) }
}

/// Says on standard error what is no part of a command's result.
func warn(_ notices: [String]) throws {
    let console = try Console(terminal: Terminal(descriptor: 2, isInteractive: false))
    for notice in notices { console.print("Warning: \(notice)") }
}
