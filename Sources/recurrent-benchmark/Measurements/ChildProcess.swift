#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import Measurements

/// This program once more, with other arguments: some figures are those of a whole process.
struct ChildProcess {
    /// What it printed.
    let output: String
    /// From before it was started until its first output arrived.
    let secondsToOutput: Double

    /// Runs to the end. The child's standard error is ours.
    init(_ arguments: [String]) throws(ProcessError) {
        let command = "recurrent-benchmark " + arguments.joined(separator: " ")
        func check(_ code: Int32, _ action: String) throws(ProcessError) {
            guard code != 0 else { return }
            throw ProcessError(command: command, reason: "\(action): \(String(cString: strerror(code)))")
        }
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { try check(errno, "no pipe to read from") }
        let watch = Stopwatch()
        let identifier: pid_t
        do throws(ProcessError) {
            defer { close(ends[1]) }
            var child: pid_t = 0
            try check(Self.spawn(arguments, output: ends[1], unused: ends[0], &child), "cannot be started")
            identifier = child
        } catch {
            close(ends[0])
            throw error
        }
        (output, secondsToOutput) = Self.readAll(ends[0], watch)
        close(ends[0])

        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
        // The low seven bits are the signal that ended it, the next byte its exit code.
        guard status & 0x7F == 0, status >> 8 & 0xFF == 0 else {
            let reason =
                status & 0x7F == 0 ? "exit code \(status >> 8 & 0xFF)" : "ended by signal \(status & 0x7F)"
            throw ProcessError(command: command, reason: reason + "; its message is above")
        }
    }

    private static func spawn(
        _ arguments: [String], output: Int32, unused: Int32, _ identifier: inout pid_t
    ) -> Int32 {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, output)
        posix_spawn_file_actions_addclose(&actions, unused)
        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        var argumentList = ([CommandLine.arguments[0]] + arguments).map { strdup($0) } + [nil]
        var environmentList = environment.map { strdup($0) } + [nil]
        defer { for string in argumentList + environmentList { free(string) } }
        return posix_spawn(&identifier, executable, &actions, nil, &argumentList, &environmentList)
    }

    private static var executable: String {
        #if os(Linux)
            return "/proc/self/exe"
        #else
            var path = [CChar](repeating: 0, count: 4096)
            var size = UInt32(path.count)
            return _NSGetExecutablePath(&path, &size) == 0
                ? String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                : CommandLine.arguments[0]
        #endif
    }

    private static func readAll(_ descriptor: Int32, _ watch: Stopwatch) -> (String, Double) {
        var bytes: [UInt8] = []
        var first: Double?
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if first == nil { first = watch.seconds }
            guard count > 0 else { return (String(decoding: bytes, as: UTF8.self), first ?? 0) }
            bytes += buffer[..<count]
        }
    }
}

/// A child that could not be started, or did not do its work.
struct ProcessError: Error, CustomStringConvertible {
    let command: String
    let reason: String

    var description: String { "\(command): \(reason)" }
}
