#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Properties of the current process.
package enum CurrentProcess {
    /// The peak resident memory so far, in bytes.
    package static var peakResidentBytes: Int {
        #if os(Linux)
            // `getrusage` is not used: its figure includes the memory of the process that started this one.
            let status = contents(ofSmallFile: "/proc/self/status") ?? ""
            let peak = SystemDescription.value(of: "VmHWM", in: status, separator: ":")
            if let kibibytes = peak?.split(separator: " ").first.flatMap({ Int($0) }) {
                return kibibytes * 1024
            }
        #endif
        return POSIX.peakResidentBytes
    }

    /// Seconds since the system started this process, including the time to load it; nil if the system does not report
    /// it. Linux reports hundredths of a second.
    package static var secondsSinceStart: Double? {
        #if canImport(Darwin)
            return POSIX.processStart.map { POSIX.wallSeconds() - $0 }
        #else
            guard let uptime = contents(ofSmallFile: "/proc/uptime"),
                let status = contents(ofSmallFile: "/proc/self/stat")
            else { return nil }
            return secondsSinceStart(
                uptime: uptime, status: status, ticksPerSecond: POSIX.clockTicksPerSecond)
        #endif
    }

    /// - Parameters:
    ///   - uptime: The content of `/proc/uptime`: seconds since the system started.
    ///   - status: The content of `/proc/<pid>/stat`, whose 22nd field is the start time of the process in clock ticks.
    package static func secondsSinceStart(uptime: String, status: String, ticksPerSecond: Double) -> Double? {
        // The second field is the program's name in parentheses; the name may itself contain spaces and parentheses.
        guard let nameEnd = status.lastIndex(of: ")"),
            let now = uptime.split(separator: " ").first.flatMap({ Double($0) })
        else { return nil }
        let fields = status[nameEnd...].split(separator: " ")
        guard fields.count > 20, let start = Double(fields[20]), ticksPerSecond > 0 else { return nil }
        return max(0, now - start / ticksPerSecond)
    }
}

extension CurrentProcess {
    /// Ends this process.
    package static func end(_ status: ExitStatus) -> Never { exit(status.code) }

    /// Ends this process without the functions that libraries have registered for its end. They may wait for a thread.
    package static func endAtOnce(_ status: ExitStatus) -> Never { _exit(status.code) }

    /// Makes the system send SIGTERM to this process when its standard input ends, that is, when the process at the
    /// other end of the pipe has ended for any reason.
    package static func endWithInput() {
        func wait() {
            var byte: UInt8 = 0
            var count: Int
            repeat { count = read(STDIN_FILENO, &byte, 1) } while count > 0 || count < 0 && errno == EINTR
            kill(getpid(), SIGTERM)
        }
        // A number in Glibc, a pointer elsewhere.
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        // If no thread can be started, the process runs without this check.
        pthread_create(
            &thread, nil,
            { _ in
                wait()
                return nil
            }, nil)
    }
}
