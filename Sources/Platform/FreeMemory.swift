#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The memory that this process can still allocate: the machine's free memory, limited by the process's resource limits
/// and its control group.
package struct FreeMemory: Hashable, Sendable {
    package let bytes: Int
    /// The name of the tightest limit: "ulimit -v", "the control group".
    package let limit: String

    /// The maximum number of bytes read from a file; it is small because memory may be short.
    private static let size = 16 << 10

    /// - Parameter root: The prefix of `/proc` and `/sys`; empty for the system's own.
    /// - Returns: The free memory; nil if the system does not report it.
    package static func current(filesUnder root: String = "") -> FreeMemory? {
        var candidates: [FreeMemory] = []
        func add(_ bytes: Int?, _ limit: String) {
            if let bytes { candidates.append(FreeMemory(bytes: max(0, bytes), limit: limit)) }
        }
        #if os(Linux)
            let status = contents(ofSmallFile: root + "/proc/self/status", atMost: size) ?? ""
            let limits = contents(ofSmallFile: root + "/proc/self/limits", atMost: size) ?? ""
            func rest(of limit: String, used field: String) -> Int? {
                guard let limit = Self.limit(limit, in: limits), let used = kibibytes(field, in: status)
                else {
                    return nil
                }
                return limit - used
            }
            add(rest(of: "Max address space", used: "VmSize"), "ulimit -v")
            add(rest(of: "Max data size", used: "VmData"), "ulimit -d")
            let memory = contents(ofSmallFile: root + "/proc/meminfo", atMost: size) ?? ""
            let swap = kibibytes("SwapFree", in: memory) ?? 0
            add(kibibytes("MemAvailable", in: memory).map { $0 + swap }, "the machine")
            if contents(ofSmallFile: root + "/proc/sys/vm/overcommit_memory", atMost: size)?.first == "2",
                let limit = kibibytes("CommitLimit", in: memory),
                let used = kibibytes("Committed_AS", in: memory)
            {
                add(limit - used, "vm.overcommit_memory = 2")
            }
            for rest in controlGroups(filesUnder: root, swap: swap) { add(rest, "the control group") }
        #else
            add(POSIX.physicalMemory, "the machine")
        #endif
        return candidates.min { $0.bytes < $1.bytes }
    }

    private static func kibibytes(_ field: String, in text: String) -> Int? {
        let value = SystemDescription.value(of: field, in: text, separator: ":")
        return value?.split(separator: " ").first.flatMap { Int($0) }.map { $0 << 10 }
    }

    /// Returns the soft limit in bytes from a line of `/proc/self/limits`; nil if there is no limit.
    private static func limit(_ name: String, in limits: String) -> Int? {
        limits.split(separator: "\n").first { $0.hasPrefix(name) }
            .flatMap { $0.dropFirst(name.count).split(separator: " ").first }.flatMap { Int($0) }
    }

    #if os(Linux)
        /// Returns the memory left in each control group of this process and in each of their parent groups.
        private static func controlGroups(filesUnder root: String, swap: Int) -> [Int] {
            ControlGroups.directories(of: "memory", filesUnder: root).compactMap { group in
                func number(_ file: String) -> Int? {
                    let text = contents(ofSmallFile: "\(group.path)/\(file)", atMost: size) ?? ""
                    return text.split { $0.isWhitespace }.first.flatMap { Int($0) }
                }
                // Without a limit, version 1 reports a number near 2⁶³, version 2 reports "max".
                guard let limit = number(group.isVersion2 ? "memory.max" : "memory.limit_in_bytes"),
                    limit < 1 << 60,
                    let used = number(group.isVersion2 ? "memory.current" : "memory.usage_in_bytes")
                else { return nil }
                let statistics = contents(ofSmallFile: group.path + "/memory.stat", atMost: size) ?? ""
                let cache = group.isVersion2 ? "inactive_file" : "total_inactive_file"
                let reclaimable = SystemDescription.value(of: cache, in: statistics, separator: " ")
                    .flatMap { Int($0) }
                return limit - used + (reclaimable ?? 0) + min(swap, freeSwap(of: number) ?? swap)
            }
        }

        /// Returns the swap space left in a control group of version 2; nil without a limit. Version 1 limits the sum
        /// of memory and swap, and has no limit by default.
        private static func freeSwap(of number: (_ file: String) -> Int?) -> Int? {
            guard let limit = number("memory.swap.max") else { return nil }
            return max(0, limit - (number("memory.swap.current") ?? 0))
        }
    #endif
}

extension FreeMemory {
    /// Ends the process if there is not enough memory even for the text of an error. It allocates nothing.
    package static func requireMemoryForErrors() {
        #if os(Linux)
            let size = 1 << 20
            let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            if let memory, memory != MAP_FAILED {
                munmap(memory, size)
                return
            }
            let text: StaticString =
                "Error: this program needs 48 MiB of memory, and there is less than 1 MiB\n"
            _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
            _exit(ExitStatus.memory.code)
        #endif
    }
}

extension FreeMemory {
    /// Ends the process if its stack limit is too small for some of the work, which would crash later. It allocates
    /// nothing.
    package static func requireStack() {
        var limit = rlimit()
        #if canImport(Glibc)
            let status = getrlimit(__rlimit_resource_t(UInt32(RLIMIT_STACK.rawValue)), &limit)
        #else
            let status = getrlimit(RLIMIT_STACK, &limit)
        #endif
        guard status == 0, limit.rlim_cur < 512 << 10 else { return }
        let text: StaticString =
            "Error: this program needs a stack of 512 KiB, and its limit is lower (ulimit -s); start it in a new shell, after ulimit -s 8192\n"
        _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
        _exit(ExitStatus.memory.code)
    }
}

/// The error that there is not enough memory for some work.
package struct MemoryShortage: ReportedError, Hashable {
    /// The work that needs the memory: "this model".
    package let what: String
    package let needed: Double
    package let free: FreeMemory
    /// Advice on how to need less memory, a sentence without its full stop; nil for the general advice.
    package let advice: String?

    package var description: String {
        "\(what) needs \(Self.text(needed)) of memory, and \(Self.text(Double(free.bytes))) are free (\(free.limit))"
            + "; \(advice ?? "end other programs, or raise the limit")"
    }

    package var exitStatus: ExitStatus { .memory }

    /// Returns a size with two significant digits or more: "1.5 GiB", "41 GiB".
    private static func text(_ bytes: Double) -> String {
        var (value, unit) = (bytes, 0)
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        while value >= 1000, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        let tenths = (value * 10).rounded()
        let isWhole = unit == 0 || tenths >= 100
        return (isWhole ? "\(Int(value.rounded()))" : "\(tenths / 10)") + " " + units[unit]
    }

    /// The memory reserved for everything small: texts, logs, pictures, the stack.
    package static let reserve = 48.0 * 1024 * 1024

    /// Returns whether there is enough memory for some work.
    ///
    /// - Parameter bytes: The maximum number of bytes that the work allocates.
    package static func allows(_ bytes: Double) -> Bool {
        (try? check(bytes, for: "")) != nil
    }

    /// Checks that there is enough memory for some work, before allocating any.
    ///
    /// - Parameters:
    ///   - bytes: The maximum number of bytes that the work allocates.
    ///   - what: The subject of the error: "this model".
    ///   - advice: Advice on how to need less memory, a sentence without its full stop.
    ///   - free: The free memory; if nil, it is not known, and no error is thrown.
    package static func check(
        _ bytes: Double, for what: String, advice: String? = nil, free: FreeMemory? = .current()
    ) throws(MemoryShortage) {
        guard let free, bytes + reserve > Double(free.bytes) else { return }
        throw MemoryShortage(what: what, needed: bytes + reserve, free: free, advice: advice)
    }
}
