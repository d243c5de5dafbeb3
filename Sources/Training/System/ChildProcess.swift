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

/// This program once more, with other arguments, beside this process.
struct ChildProcess: Sendable {
    enum Ending: Hashable, Sendable {
        case exit(code: Int32)
        case signal(Int32)
    }

    let identifier: Int32

    /// Starts it with no input, in a process group of its own: Ctrl-C is this process's to pass on.
    ///
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - output: the file for what it prints and its errors; a former one is replaced.
    init(_ arguments: [String], output: String) throws(FileError) {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)

        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        var argumentList = ([CommandLine.arguments[0]] + arguments).map { strdup($0) } + [nil]
        var environmentList = environment.map { strdup($0) } + [nil]
        defer { for string in argumentList + environmentList { free(string) } }
        var child: pid_t = 0
        let code = posix_spawn(
            &child, Self.executable, &actions, &attributes, &argumentList, &environmentList)
        guard code == 0 else { throw FileError(path: Self.executable, operation: .start, code: code) }
        identifier = child
    }

    private static var executable: String {
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

    /// How it ended; nil while it runs. To be asked until it says so, and not again.
    func ending() -> Ending? {
        var status: Int32 = 0
        var result: Int32
        repeat { result = waitpid(identifier, &status, WNOHANG) } while result < 0 && errno == EINTR
        guard result == identifier else { return nil }
        // The low seven bits are the signal that ended it, the next byte its exit code.
        return status & 0x7F == 0 ? .exit(code: status >> 8 & 0xFF) : .signal(status & 0x7F)
    }

    /// Asks it to end, as SIGTERM does.
    func terminate() { kill(identifier, SIGTERM) }
}
