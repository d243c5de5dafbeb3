/// The processor cores that this process may use: the cores it is bound to, limited by the CPU quota of its control
/// group.
package enum UsableCores {
    /// The number of usable cores. It is read once, because defaults of options use it many times.
    package static let count: Int = {
        #if os(Linux)
            return count(filesUnder: "")
        #else
            return POSIX.onlineProcessorCount
        #endif
    }()

    /// Returns the number of compute threads for a requested number. More threads than cores would only wait for each
    /// other; the results do not depend on the number.
    package static func threads(of asked: Int) -> Int { min(asked, count) }

    /// Returns the notice that fewer threads compute than requested; nil if all do.
    package static func notice(asked: Int, used: Int) -> String? {
        if used < threads(of: asked) {
            return "the system started \(used) of \(threads(of: asked)) threads; the results are the same"
        }
        return asked > count
            ? "--threads \(asked): only \(count) \(count == 1 ? "thread is" : "threads are") used, as many as the cores this "
                + "process may use" : nil
    }

    /// Returns the notice that fewer entries of a sweep run at a time than requested; nil if all do.
    package static func notice(jobs asked: Int) -> String? {
        guard asked > count else { return nil }
        return
            "--jobs \(asked): only \(count) \(count == 1 ? "entry is" : "entries are") trained at a time, as many as the "
            + "cores this process may use"
    }

    /// The cores that this process is bound to, as the system lists them: "0-3,8"; empty if it does not.
    package static let list = list(filesUnder: "") ?? ""

    private static func list(filesUnder root: String) -> String? {
        let status = contents(ofSmallFile: root + "/proc/self/status") ?? ""
        return SystemDescription.value(of: "Cpus_allowed_list", in: status, separator: ":")
    }

    /// - Parameter root: The prefix of `/proc` and `/sys`; empty for the system's own.
    package static func count(filesUnder root: String) -> Int {
        let bound = list(filesUnder: root).flatMap(coreCount(ofList:)) ?? POSIX.onlineProcessorCount
        guard let quota = quota(filesUnder: root) else { return bound }
        // Rounded up: a core used in part is faster than an unused core.
        return max(1, min(bound, Int(quota.rounded(.up))))
    }

    /// Returns the number of cores in a list such as "0-3,8"; nil if the text is not such a list.
    static func coreCount(ofList list: String) -> Int? {
        var count = 0
        for range in list.split(separator: ",") {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1],
                0 <= first, first <= last, last < 1 << 20
            else { return nil }
            count += last - first + 1
        }
        return count > 0 ? count : nil
    }

    /// Returns the smallest CPU quota, in cores, of this process's control group and its parent groups; nil without a
    /// quota.
    private static func quota(filesUnder root: String) -> Double? {
        ControlGroups.directories(of: "cpu", filesUnder: root).compactMap {
            $0.isVersion2 ? quota(ofVersion2: $0.path) : quota(ofVersion1: $0.path)
        }.min()
    }

    /// Returns the quota of a group of version 2. Its `cpu.max` contains "max 100000", or the processor time and the
    /// period, both in microseconds.
    private static func quota(ofVersion2 directory: String) -> Double? {
        let numbers = (contents(ofSmallFile: directory + "/cpu.max") ?? "").split { $0.isWhitespace }
        guard numbers.count == 2 else { return nil }
        return quota(Double(numbers[0]), per: Double(numbers[1]))
    }

    private static func quota(ofVersion1 directory: String) -> Double? {
        let numbers = ["quota", "period"].map { name in
            let text = contents(ofSmallFile: "\(directory)/cpu.cfs_\(name)_us") ?? ""
            return text.split { $0.isWhitespace }.first.flatMap { Double($0) }
        }
        return quota(numbers[0], per: numbers[1])
    }

    /// Returns the quota in cores; nil without a limit, which version 1 writes as -1.
    private static func quota(_ time: Double?, per period: Double?) -> Double? {
        guard let time, let period, time > 0, period > 0 else { return nil }
        return min(time / period, 1e6)
    }
}

/// The control groups of this process on Linux.
enum ControlGroups {
    /// Returns the directories of a controller's groups: this process's group and its parent groups.
    ///
    /// - Parameter root: The prefix of `/proc` and `/sys`; empty for the system's own.
    static func directories(
        of controller: String, filesUnder root: String
    ) -> [(path: String, isVersion2: Bool)] {
        let groups = contents(ofSmallFile: root + "/proc/self/cgroup", atMost: 16 << 10) ?? ""
        var directories: [(path: String, isVersion2: Bool)] = []
        // Each line is "hierarchy:controllers:path"; for version 2 the list of controllers is empty.
        for line in groups.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let paths = ancestors(of: String(fields[2]))
            if fields[1].isEmpty {
                directories += paths.map { (root + "/sys/fs/cgroup" + $0, true) }
            } else if fields[1].split(separator: ",").contains(where: { $0 == controller }) {
                let mounts = ["/sys/fs/cgroup/\(controller)", "/sys/fs/cgroup/\(fields[1])"]
                directories += paths.flatMap { path in mounts.map { (root + $0 + path, false) } }
            }
        }
        return directories
    }

    /// Returns a path and its parents: "/a/b", "/a", "" for "/a/b". Inside a container the path may be the host's, of
    /// which only the root is visible.
    private static func ancestors(of path: String) -> [String] {
        var names = path.split(separator: "/")
        var paths: [String] = []
        while !names.isEmpty {
            paths.append("/" + names.joined(separator: "/"))
            names.removeLast()
        }
        return paths + [""]
    }
}
