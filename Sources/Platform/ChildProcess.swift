// Without `@preconcurrency`, Swift treats the environment as a variable that other threads may change.
#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Musl)
    @preconcurrency import Musl
#elseif canImport(Darwin)
    @preconcurrency import Darwin
#endif

/// A child process, with its standard output and standard error read as one text.
package final class ChildProcess {
    package enum Ending: Hashable, Sendable {
        case exit(code: Int32)
        case signal(Int32)
    }

    package let identifier: pid_t
    /// The end of the pipe from which the child's output is read.
    private let reading: Int32
    /// The end of the pipe to the child's input; nil if its input is empty.
    private let holding: Int32?
    private var output: [UInt8] = []
    private var ending: Ending?

    /// Starts a program without input.
    ///
    /// - Parameters:
    ///   - executable: The path of the program.
    ///   - arguments: The arguments, without the program's name.
    ///   - inherited: An open file that the child inherits together with its locks.
    /// - Throws: ``FileError`` with the path of the file that cannot be started.
    package convenience init(
        _ executable: String, _ arguments: [String], inheriting inherited: Int32
    ) throws(FileError) {
        try self.init(executable, [executable] + arguments, inherited: inherited)
    }

    /// Starts this program as a child in a separate process group, so that Ctrl-C reaches only the parent, which passes
    /// it on. The child's input is empty and ends when this process ends for any reason; see
    /// ``CurrentProcess/endWithInput()``.
    ///
    /// - Parameter arguments: The arguments, without the program's name.
    /// - Throws: ``FileError``.
    package convenience init(ofThisProgram arguments: [String]) throws(FileError) {
        try self.init(Self.ownExecutable, [CommandLine.arguments[0]] + arguments, isHeld: true)
    }

    /// Starts this program as a child, without input, to measure it. Its standard error is this process's.
    ///
    /// - Parameter arguments: The arguments, without the program's name.
    /// - Throws: ``FileError``.
    package convenience init(measuring arguments: [String]) throws(FileError) {
        try self.init(
            Self.ownExecutable, [CommandLine.arguments[0]] + arguments, collectsErrors: false)
    }

    /// - Parameter words: The program's name, followed by its arguments.
    private init(
        _ executable: String, _ words: [String], inherited: Int32? = nil, isHeld: Bool = false,
        collectsErrors: Bool = true
    ) throws(FileError) {
        var open: [Int32] = []
        func makePipe() throws(FileError) -> (reading: Int32, writing: Int32) {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else {
                throw FileError(path: executable, operation: .start, code: errno)
            }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            open += ends
            return (ends[0], ends[1])
        }
        do throws(FileError) {
            let output = try makePipe()
            let input = isHeld ? try makePipe() : nil
            _ = fcntl(output.reading, F_SETFL, O_NONBLOCK)
            identifier = try Self.spawn(
                executable, words, input: input?.reading, output: output.writing,
                collectsErrors: collectsErrors, inherited: inherited, isOwnGroup: isHeld)
            close(output.writing)
            if let input { close(input.reading) }
            (reading, holding) = (output.reading, input?.writing)
        } catch {
            for end in open { close(end) }
            throw error
        }
    }

    deinit {
        close(reading)
        if let holding { close(holding) }
    }

    private static var ownEnvironment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        #if canImport(Darwin)
            return _NSGetEnviron().pointee
        #else
            return environ
        #endif
    }

    private static var ownExecutable: String {
        #if canImport(Darwin)
            var path = [CChar](repeating: 0, count: 4096)
            var size = UInt32(path.count)
            return _NSGetExecutablePath(&path, &size) == 0
                ? String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                : CommandLine.arguments[0]
        #else
            return "/proc/self/exe"
        #endif
    }

    /// Returns how the process ended; nil while it runs.
    package func poll() -> Ending? {
        if let ending { return ending }
        drain()
        var status: Int32 = 0
        var result: pid_t
        repeat { result = waitpid(identifier, &status, WNOHANG) } while result < 0 && errno == EINTR
        // If this process ignores SIGCHLD, the system does not report how a child ended, only that it ended.
        if result < 0 { ending = .exit(code: 127) }
        guard result == identifier else { return ending }
        drain()
        // The low seven bits hold the signal that ended the process, the next byte its exit code.
        ending = status & 0x7F == 0 ? .exit(code: status >> 8 & 0xFF) : .signal(status & 0x7F)
        return ending
    }

    /// Sends SIGTERM to the process, unless it has ended.
    package func terminate() { send(SIGTERM) }

    /// Asks a child that runs this program to stop. The signal does not count as a second Ctrl-C or SIGTERM: a job
    /// scheduler that signals all processes may already have sent one to the child.
    package func requestStop() { send(SIGUSR1) }

    private func send(_ signal: Int32) {
        // After the process has ended, its number may belong to another process.
        if poll() == nil { kill(identifier, signal) }
    }

    /// Kills the process and waits until it has ended.
    package func end() {
        terminate()
        _ = wait()
    }

    /// Waits until the process has printed something or has closed its output.
    package func waitForOutput() {
        var request = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        while systemPoll(&request, 1, -1) < 0 && errno == EINTR {}
    }

    /// Waits until the process has ended.
    package func wait() -> Ending {
        while true {
            if let ending = poll() { return ending }
            POSIX.sleep(seconds: 0.01)
        }
    }

    /// The text that the process has printed so far.
    package var text: String { String(decoding: output, as: UTF8.self) }

    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(reading, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            // Only short messages are expected.
            if output.count < 1 << 16 { output += buffer[..<count] }
        }
    }

    private static func spawn(
        _ executable: String, _ words: [String], input: Int32?, output: Int32, collectsErrors: Bool,
        inherited: Int32?, isOwnGroup: Bool
    ) throws(FileError) -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The duplicates survive the start of a program; the original descriptors are closed then.
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        if collectsErrors { posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO) }
        if let inherited {
            posix_spawn_file_actions_adddup2(&actions, inherited, inherited == 3 ? 4 : 3)
        }
        #if canImport(Darwin)
            var attributes: posix_spawnattr_t?
        #else
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that this process or thread blocks or ignores must still reach the child. SIGXFSZ stays ignored, so
        // that the child can report a file that grows too large as an error.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in InterruptSignal.requests + [SIGPIPE] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var flags = Int32(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        if isOwnGroup {
            flags |= Int32(POSIX_SPAWN_SETPGROUP)
            posix_spawnattr_setpgroup(&attributes, 0)
        }
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var argumentList = words.map { strdup($0) } + [nil]
        defer { for string in argumentList { free(string) } }
        var identifier: pid_t = 0
        // The environment is passed on as bytes, because its texts need not be UTF-8.
        let code = posix_spawn(&identifier, executable, &actions, &attributes, &argumentList, ownEnvironment)
        guard code == 0 else { throw FileError(path: executable, operation: .start, code: code) }
        return identifier
    }
}

// Inside the class, `poll` would be its own method.
private func systemPoll(_ requests: UnsafeMutablePointer<pollfd>, _ count: nfds_t, _ time: Int32) -> Int32 {
    poll(requests, count, time)
}
