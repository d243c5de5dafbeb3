/// The environment in which a run was started (machine, commit, time), for its `config.json`.
package struct ExecutionEnvironment: Codable, Hashable, Sendable {
    package var packageVersion: String
    /// The checked-out commit of the repository in which the run was started; nil outside a git repository.
    package var gitCommit: String?
    /// The processor's model.
    package var processor: String
    /// The number of cores that this process may use; see ``UsableCores``.
    package var cores: Int
    package var operatingSystem: String
    /// The time at which this value was made, in UTC: "2026-01-31T23:59:59Z".
    package var time: String
    /// The directory in which the program was started and to which paths are relative; nil if the system does not
    /// report it.
    package var workingDirectory: String?

    /// - Parameter directory: The directory where the search for a git repository starts; it continues upwards.
    package static func current(directory: String = ".") -> ExecutionEnvironment {
        ExecutionEnvironment(
            packageVersion: PackageVersion.current,
            gitCommit: GitRepository(around: directory)?.headCommit,
            processor: SystemDescription.processor,
            cores: UsableCores.count,
            operatingSystem: SystemDescription.operatingSystem,
            time: UTCTime(seconds: POSIX.wallSeconds()).iso8601,
            workingDirectory: POSIX.workingDirectory)
    }
}

enum SystemDescription {
    /// The processor's model, or the type of machine if the system does not report the model.
    static var processor: String {
        #if canImport(Darwin)
            return POSIX.systemString("machdep.cpu.brand_string") ?? POSIX.systemName
        #else
            return processor(cpuinfo: contents(ofSmallFile: "/proc/cpuinfo") ?? "") ?? POSIX.systemName
        #endif
    }

    /// Returns the processor's model from the content of `/proc/cpuinfo`. x86 kernels write "model name"; Arm kernels
    /// write it only on some boards, or write "Model", or only numbers.
    static func processor(cpuinfo: String) -> String? {
        for key in ["model name", "Model", "Hardware", "cpu model"] {
            if let value = value(of: key, in: cpuinfo, separator: ":") { return value }
        }
        guard let implementer = value(of: "CPU implementer", in: cpuinfo, separator: ":"),
            let part = value(of: "CPU part", in: cpuinfo, separator: ":")
        else { return nil }
        return "Arm implementer \(implementer) part \(part)"
    }

    static var operatingSystem: String {
        #if canImport(Darwin)
            let version = POSIX.systemString("kern.osproductversion").map { "macOS \($0)" }
        #else
            let release = contents(ofSmallFile: "/etc/os-release") ?? ""
            let version = value(of: "PRETTY_NAME", in: release, separator: "=")
        #endif
        return version.map { "\($0) (\(POSIX.systemName))" } ?? POSIX.systemName
    }

    /// Returns the value of the first line `key<separator>value`, without quotes and surrounding spaces.
    static func value(of key: String, in text: String, separator: Character) -> String? {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: separator, maxSplits: 1)
            guard parts.count == 2, trimmed(parts[0]) == key else { continue }
            let value = trimmed(parts[1])
            if !value.isEmpty { return value }
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String {
        let isEdge: (Character) -> Bool = { $0.isWhitespace || $0 == "\"" }
        return String(text.drop(while: isEdge).reversed().drop(while: isEdge).reversed())
    }
}
