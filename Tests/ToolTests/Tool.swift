import Foundation
import TestSupport
import Testing

/// The built program, called as a user calls it.
enum Tool {
    static let name = "mnist-bilstm"

    /// The directory with the built programs: the one that the environment variable `PROGRAMS` names, otherwise the tests'
    /// own.
    static let products: URL = {
        if let directory = ProcessInfo.processInfo.environment["PROGRAMS"] {
            return URL(filePath: directory, directoryHint: .isDirectory)
        }
        #if canImport(Darwin)
            return Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }!.bundleURL
                .deletingLastPathComponent()
        #else
            return Bundle.main.bundleURL
        #endif
    }()

    static let path = products.appending(path: name).path

    /// The result of a finished process.
    struct Outcome {
        let exitCode: Int32
        let output: String
        let errors: String

        var lines: [String] {
            output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        var epochLines: [String] { lines.filter { $0.hasPrefix("[") } }
    }

    /// Runs the program to its end.
    static func run(_ arguments: [String], program: String = path, in directory: URL? = nil) throws -> Outcome
    {
        let running = try RunningTool(arguments, program: program, in: directory)
        return try running.finish()
    }
}

/// A running program, whose output can be read line by line as it arrives.
final class RunningTool {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()
    private var pending = Data()
    private var seen = Data()

    /// - Parameters:
    ///   - arguments: The arguments of the program.
    ///   - program: The path of the program.
    ///   - directory: The working directory; the repository if nil.
    ///   - variables: Environment variables in addition to this process's, without those that change the output's form.
    ///   - standardOutput: The standard output; a pipe to this process if nil.
    init(
        _ arguments: [String], program: String = Tool.path, in directory: URL? = nil,
        variables: [String: String] = [:], standardOutput: FileHandle? = nil
    ) throws {
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = directory ?? Repository.url
        process.environment = ProcessInfo.processInfo.environment
            .filter { !["NO_COLOR", "CI", "LC_ALL", "LC_CTYPE", "LANG"].contains($0.key) }.merging(variables)
        { $1 }
        process.standardError = errors
        if let standardOutput {
            process.standardOutput = standardOutput
        } else {
            process.standardOutput = output
        }
        try withUnblockedSignals { try process.run() }
    }

    /// Does work with no signal blocked. A program inherits the blocked signals of the thread that starts it, and a
    /// thread of a pool may block all signals.
    private func withUnblockedSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var former = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        try body()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var isRunning: Bool { process.isRunning }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    #if os(Linux)
        /// Waits until the program has a handler for a signal, at most ten seconds: on a busy machine it may take long to
        /// start.
        func waitForHandler(of signal: Int32) throws {
            let path = "/proc/\(process.processIdentifier)/status"
            for _ in 0..<1000 {
                let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                let mask = lines.first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t").last
                if let mask, let caught = UInt64(mask, radix: 16), caught >> (signal - 1) & 1 == 1 { return }
                usleep(10_000)
            }
            Issue.record("no handler of signal \(signal)")
        }
    #endif

    /// Returns the next whole line as soon as it is available; nil at the end.
    func nextLine() -> String? {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                defer { pending = Data(pending[pending.index(after: end)...]) }
                return String(decoding: pending[..<end], as: UTF8.self)
            }
            let arrived = output.fileHandleForReading.availableData
            if arrived.isEmpty { return nil }
            pending += arrived
            seen += arrived
        }
    }

    /// Reads lines up to the first with a prefix, and returns that line.
    func line(beginning prefix: String) throws -> String {
        while let line = nextLine() {
            if line.hasPrefix(prefix) { return line }
        }
        process.waitUntilExit()
        throw Ended(exitCode: process.terminationStatus, waitingFor: prefix)
    }

    func closeOutput() throws { try output.fileHandleForReading.close() }

    /// Waits for the end, which must not be by a signal, and returns the exit code.
    func wait() throws -> Int32 {
        process.waitUntilExit()
        try #require(process.terminationReason == .exit, "ended by signal \(process.terminationStatus)")
        return process.terminationStatus
    }

    /// Waits for the end and returns the exit code, or the negative number of the signal that ended the process.
    func ending() -> Int32 {
        process.waitUntilExit()
        let status = process.terminationStatus
        return process.terminationReason == .exit ? status : -status
    }

    func finish() throws -> Tool.Outcome {
        let rest =
            process.standardOutput as? Pipe === output
            ? output.fileHandleForReading.readDataToEndOfFile() : Data()
        let messages = errors.fileHandleForReading.readDataToEndOfFile()
        return Tool.Outcome(
            exitCode: try wait(), output: String(decoding: seen + rest, as: UTF8.self),
            errors: String(decoding: messages, as: UTF8.self))
    }

    struct Ended: Error {
        let exitCode: Int32
        let waitingFor: String
    }
}
