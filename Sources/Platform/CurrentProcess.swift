#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process that this is.
package enum CurrentProcess {
    /// The greatest resident memory so far, in bytes.
    package static var peakResidentBytes: Int {
        #if os(Linux)
            // Not `getrusage`: its figure begins with that of the process this one was started from.
            let status = contents(ofSmallFile: "/proc/self/status") ?? ""
            let peak = SystemDescription.value(of: "VmHWM", in: status, separator: ":")
            if let kibibytes = peak?.split(separator: " ").first.flatMap({ Int($0) }) {
                return kibibytes * 1024
            }
        #endif
        return POSIX.peakResidentBytes
    }

    /// Seconds since the system started this process, loading included; nil where the system does not
    /// tell. Linux counts it in hundredths.
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
    ///   - uptime: `/proc/uptime`, seconds since the system started.
    ///   - status: `/proc/<pid>/stat`, whose 22nd field is when the process started, in clock ticks.
    package static func secondsSinceStart(uptime: String, status: String, ticksPerSecond: Double) -> Double? {
        // The second field is the program's name in parentheses, which may hold spaces and parentheses.
        guard let nameEnd = status.lastIndex(of: ")"),
            let now = uptime.split(separator: " ").first.flatMap({ Double($0) })
        else { return nil }
        let fields = status[nameEnd...].split(separator: " ")
        guard fields.count > 20, let start = Double(fields[20]), ticksPerSecond > 0 else { return nil }
        return max(0, now - start / ticksPerSecond)
    }
}

extension CurrentProcess {
    /// From now on this process is sent SIGTERM when its standard input ends: when the process at the other end of a
    /// pipe is gone, however that came about.
    package static func endWithInput() {
        func wait() {
            var byte: UInt8 = 0
            var count: Int
            repeat { count = read(STDIN_FILENO, &byte, 1) } while count > 0 || count < 0 && errno == EINTR
            kill(getpid(), SIGTERM)
        }
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        // Where no thread can be started, it goes on alone.
        pthread_create(
            &thread, nil,
            { _ in
                wait()
                return nil
            }, nil)
    }
}
