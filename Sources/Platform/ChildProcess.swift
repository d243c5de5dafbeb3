#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
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
        try self.init(ProcessStart.ownExecutable, [CommandLine.arguments[0]] + arguments, isHeld: true)
    }

    /// Starts this program as a child, without input, to measure it. Its standard error is this process's.
    ///
    /// - Parameter arguments: The arguments, without the program's name.
    /// - Throws: ``FileError``.
    package convenience init(measuring arguments: [String]) throws(FileError) {
        try self.init(
            ProcessStart.ownExecutable, [CommandLine.arguments[0]] + arguments, collectsErrors: false)
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
            identifier = try ProcessStart.spawn(
                executable, words, input: input?.reading, output: output.writing,
                errors: collectsErrors ? output.writing : nil, inherited: inherited,
                group: isHeld ? .own : .parents)
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

    /// Returns how the process ended; nil while it runs.
    package func poll() -> Ending? {
        if let ending { return ending }
        drain()
        guard let found = ProcessStart.ending(of: identifier) else { return nil }
        drain()
        ending = found
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
}

// Inside the class, `poll` would be its own method.
private func systemPoll(_ requests: UnsafeMutablePointer<pollfd>, _ count: nfds_t, _ time: Int32) -> Int32 {
    poll(requests, count, time)
}
