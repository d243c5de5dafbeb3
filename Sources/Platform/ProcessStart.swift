// Without `@preconcurrency`, Swift treats the environment as a variable that other threads may change.
#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Musl)
    @preconcurrency import Musl
#elseif canImport(Darwin)
    @preconcurrency import Darwin
#endif

/// Starts programs as child processes.
enum ProcessStart {
    /// The process group of a child. A terminal sends Ctrl-C to a whole group.
    enum Group {
        case parents
        case own
        /// A session of its own, without a terminal: the child also survives the end of the parent's terminal.
        case ownSession
    }

    /// The path of this program.
    static var ownExecutable: String {
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

    private static var ownEnvironment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        #if canImport(Darwin)
            return _NSGetEnviron().pointee
        #else
            return environ
        #endif
    }

    private static var newSession: Int32 {
        #if canImport(Darwin)
            return Int32(POSIX_SPAWN_SETSID)
        #else
            // `POSIX_SPAWN_SETSID`, which Glibc declares for C programs with `_GNU_SOURCE` only.
            return 0x80
        #endif
    }

    /// - Parameters:
    ///   - executable: The path of the program.
    ///   - words: The program's name, followed by its arguments.
    ///   - input: The descriptor that the child reads; `/dev/null` if nil.
    ///   - output: The descriptor to which the child writes.
    ///   - errors: The descriptor to which the child writes errors; this process's standard error if nil.
    ///   - inherited: An open file that the child inherits together with its locks.
    ///   - group: The process group of the child.
    static func spawn(
        _ executable: String, _ words: [String], input: Int32? = nil, output: Int32, errors: Int32?,
        inherited: Int32? = nil, group: Group
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
        if let errors { posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO) }
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
        switch group {
        case .parents: break
        case .own:
            flags |= Int32(POSIX_SPAWN_SETPGROUP)
            posix_spawnattr_setpgroup(&attributes, 0)
        case .ownSession:
            flags |= newSession
            closeOtherDescriptors(&actions, &flags)
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

    #if canImport(Darwin)
        private typealias FileActions = posix_spawn_file_actions_t?
    #else
        private typealias FileActions = posix_spawn_file_actions_t
    #endif

    /// Lets a child that outlives this process have only its standard input, output and errors. Otherwise a port or a pipe
    /// of this process, or of the one that started it, stays open as long as the child runs.
    private static func closeOtherDescriptors(_ actions: inout FileActions, _ flags: inout Int32) {
        #if canImport(Darwin)
            flags |= Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
        #else
            // Glibc has this function since 2.34.
            if let function = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") {
                typealias Close = @convention(c) (UnsafeMutablePointer<FileActions>, Int32) -> Int32
                if unsafeBitCast(function, to: Close.self)(&actions, 3) == 0 { return }
            }
            for name in (try? POSIX.names(in: "/proc/self/fd")) ?? [] {
                guard let descriptor = Int32(name), descriptor > 2 else { continue }
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            }
        #endif
    }

    /// Returns how a child ended; nil while it runs. It is known once.
    static func ending(of identifier: pid_t) -> ChildProcess.Ending? {
        var status: Int32 = 0
        var result: pid_t
        repeat { result = waitpid(identifier, &status, WNOHANG) } while result < 0 && errno == EINTR
        // If this process ignores SIGCHLD, the system does not report how a child ended, only that it ended.
        if result < 0 { return .exit(code: 127) }
        guard result == identifier else { return nil }
        // The low seven bits hold the signal that ended the process, the next byte its exit code.
        return status & 0x7F == 0 ? .exit(code: status >> 8 & 0xFF) : .signal(status & 0x7F)
    }
}
