/// Measurements of this process.
public enum CurrentProcess {
    /// The greatest resident memory so far, in bytes.
    public static var peakResidentBytes: Int {
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
    public static var secondsSinceStart: Double? {
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
    static func secondsSinceStart(uptime: String, status: String, ticksPerSecond: Double) -> Double? {
        // The second field is the program's name in parentheses, which may hold spaces and parentheses.
        guard let nameEnd = status.lastIndex(of: ")"),
            let now = uptime.split(separator: " ").first.flatMap({ Double($0) })
        else { return nil }
        let fields = status[nameEnd...].split(separator: " ")
        guard fields.count > 20, let start = Double(fields[20]), ticksPerSecond > 0 else { return nil }
        return max(0, now - start / ticksPerSecond)
    }
}
