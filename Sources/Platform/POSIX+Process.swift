#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// System information about this process, its terminal and the clocks.
extension POSIX {
    package static let standardOutput: Int32 = STDOUT_FILENO

    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Returns the width of the terminal in columns; nil if the descriptor is not a terminal or the width is unknown.
    package static func terminalWidth(_ descriptor: Int32) -> Int? {
        terminalSize(descriptor).map { Int($0.ws_col) }
    }

    /// Returns the height of the terminal in lines; nil if it is unknown.
    package static func terminalHeight(_ descriptor: Int32) -> Int? {
        terminalSize(descriptor).map { Int($0.ws_row) }
    }

    private static func terminalSize(_ descriptor: Int32) -> winsize? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return nil
        }
        return size
    }

    /// The current directory; nil if it was removed, or if its path is not UTF-8 or longer than 4095 bytes.
    package static var workingDirectory: String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getcwd(&buffer, buffer.count) != nil else { return nil }
        return String(validating: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Returns the value of an environment variable; nil if it is not set or not UTF-8.
    package static func environmentVariable(_ name: String) -> String? {
        getenv(name).flatMap { String(validatingCString: $0) }
    }

    /// Returns the paths in an environment variable, separated by colons; nil if it is not set. Paths that are not
    /// UTF-8 are left out, because two different ones can have the same text.
    package static func environmentPaths(_ name: String) -> [String]? {
        guard let value = getenv(name) else { return nil }
        return UnsafeBufferPointer(start: value, count: strlen(value)).map { UInt8(bitPattern: $0) }
            .split(separator: UInt8(ascii: ":")).compactMap { String(validating: $0, as: UTF8.self) }
    }

    /// Makes writing to a closed pipe fail with EPIPE instead of ending the process. A handler that the program has
    /// installed is kept.
    package static func ignoreBrokenPipes() { ignore(SIGPIPE) }

    /// Makes writing beyond the file size limit (`ulimit -f`) fail with EFBIG instead of ending the process. A handler
    /// that the program has installed is kept.
    package static func ignoreFileSizeSignal() { ignore(SIGXFSZ) }

    private static func ignore(_ number: Int32) {
        let previous = signal(number, SIG_IGN)
        let isDefault = unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_DFL, to: Int.self)
        if !isDefault { _ = signal(number, previous) }
    }

    /// Returns the time in seconds of a clock that is never set back.
    @Sendable package static func monotonicSeconds() -> Double { seconds(of: CLOCK_MONOTONIC) }

    /// Returns the seconds since 1970-01-01 00:00:00 UTC.
    package static func wallSeconds() -> Double { seconds(of: CLOCK_REALTIME) }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    package static func sleep(seconds: Double) { _ = usleep(UInt32(seconds * 1e6)) }

    /// Gives the calling thread, and the threads that it starts, the lowest priority: they compute only while no other
    /// thread needs the core. It cannot be undone. Without the permission, nothing changes.
    package static func lowerPriorityOfThread() {
        // The first 0 is PRIO_PROCESS, an enumeration in Glibc and a number elsewhere; on Linux the second is the calling
        // thread.
        #if canImport(Darwin)
            _ = setpriority(PRIO_DARWIN_THREAD, 0, PRIO_DARWIN_BG)
        #else
            _ = setpriority(0, 0, 19)
        #endif
    }

    /// The priority of the calling thread, from -20, the highest, to 19, the lowest.
    package static var priorityOfThread: Int { Int(getpriority(0, 0)) }

    static var processIdentifier: Int { Int(getpid()) }

    static var onlineProcessorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Makes all threads allocate from one memory pool. Glibc reserves 64 MiB of address space for each pool, which
    /// counts against `ulimit -v`. The compute threads allocate nothing, so one pool is enough.
    package static func limitMemoryPools() {
        #if canImport(Glibc)
            // This is `mallopt(M_ARENA_MAX, 1)`, from a header that Swift does not import.
            guard let function = dlsym(nil, "mallopt") else { return }
            typealias Option = @convention(c) (Int32, Int32) -> Int32
            _ = unsafeBitCast(function, to: Option.self)(-8, 1)
        #endif
    }

    /// The physical memory in bytes.
    static var physicalMemory: Int { Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE))) }

    static var clockTicksPerSecond: Double { Double(sysconf(Int32(_SC_CLK_TCK))) }

    /// The peak resident memory so far, in bytes.
    package static var peakResidentBytes: Int {
        var usage = rusage()
        // RUSAGE_SELF is an enumeration in Glibc and a number elsewhere.
        getrusage(0, &usage)
        #if canImport(Darwin)
            return Int(usage.ru_maxrss)
        #else
            return Int(usage.ru_maxrss) * 1024
        #endif
    }

    /// The system's name, release and machine type, as `uname` prints them: "Linux 6.1.0 x86_64".
    static var systemName: String {
        var name = utsname()
        uname(&name)
        return [text(name.sysname), text(name.release), text(name.machine)].joined(separator: " ")
    }

    /// Returns the string in a fixed-size C character array.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    #if canImport(Darwin)
        static func systemString(_ name: String) -> String? {
            var size = 0
            guard sysctlbyname(name, nil, &size, nil, 0) == 0, size > 0 else { return nil }
            var bytes = [UInt8](repeating: 0, count: size)
            guard sysctlbyname(name, &bytes, &size, nil, 0) == 0 else { return nil }
            return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }

        /// The start time of this process, in seconds since 1970.
        static var processStart: Double? {
            var information = kinfo_proc()
            var size = MemoryLayout<kinfo_proc>.stride
            var query: [Int32] = [CTL_KERN, KERN_PROC, KERN_PROC_PID, getpid()]
            guard sysctl(&query, 4, &information, &size, nil, 0) == 0, size > 0 else { return nil }
            let start = information.kp_proc.p_un.__p_starttime
            return Double(start.tv_sec) + Double(start.tv_usec) * 1e-6
        }
    #endif
}

extension POSIX {
    /// Writes a text to standard error, in ASCII if the locale asks for it. Errors are ignored.
    package static func writeToStandardError(_ text: String) {
        let bytes = Array((ASCIIText.isWanted ? ASCIIText.text(text) : text).utf8)
        bytes.withUnsafeBytes { try? writeAll($0, to: STDERR_FILENO, path: "standard error") }
    }
}
