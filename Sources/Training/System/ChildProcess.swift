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

/// Another program that runs beside this one, without input, its output and its errors kept together.
final class ChildProcess {
    enum Ending: Hashable {
        case exit(code: Int32)
        case signal(Int32)
    }

    private let identifier: pid_t
    private let reading: Int32
    private var output: [UInt8] = []
    private var ending: Ending?

    /// - Parameters:
    ///   - executable: a path.
    ///   - inherited: an open file that the child holds open as well, with the locks on it.
    /// - Throws: `FileError` with the path of what cannot be started.
    init(_ executable: String, _ arguments: [String], inheriting inherited: Int32) throws(FileError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw FileError(path: executable, operation: .open, code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        var child: pid_t = 0
        let code = Self.spawn(executable, arguments, output: ends[1], inherited: inherited, &child)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw FileError(path: executable, operation: .open, code: code)
        }
        identifier = child
        reading = ends[0]
    }

    deinit { close(reading) }

    /// How it ended; nil while it runs.
    func poll() -> Ending? {
        if let ending { return ending }
        drain()
        var status: Int32 = 0
        guard waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
        drain()
        // The low seven bits are the signal that ended it, the next byte its exit code.
        ending = status & 0x7F == 0 ? .exit(code: status >> 8 & 0xFF) : .signal(status & 0x7F)
        return ending
    }

    /// Ends it and waits until it has ended.
    func terminate() {
        kill(identifier, SIGTERM)
        while poll() == nil { POSIX.sleep(seconds: 0.01) }
    }

    /// What it printed so far.
    var text: String { String(decoding: output, as: UTF8.self) }

    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(reading, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            // Only messages are expected.
            if output.count < 1 << 16 { output += buffer[..<count] }
        }
    }

    private static func spawn(
        _ executable: String, _ arguments: [String], output: Int32, inherited: Int32,
        _ identifier: inout pid_t
    ) -> Int32 {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Duplicates outlive the start of a program; what they are made of is closed then.
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        posix_spawn_file_actions_adddup2(&actions, inherited, inherited == 3 ? 4 : 3)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        #if canImport(Darwin)
            var attributes: posix_spawnattr_t?
        #else
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What this process, or the thread at work, holds back or ignores must not make the child deaf.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        var argumentList = ([executable] + arguments).map { strdup($0) } + [nil]
        var environmentList = environment.map { strdup($0) } + [nil]
        defer { for string in argumentList + environmentList { free(string) } }
        return posix_spawn(&identifier, executable, &actions, &attributes, &argumentList, &environmentList)
    }
}
