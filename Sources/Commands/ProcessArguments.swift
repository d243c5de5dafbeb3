import ArgumentParser
import Platform
import Runs

/// The options of the runs' directory and the threads.
package struct ProcessArguments<Options: ClassifierOptions>: RunArguments {
    package init() {}

    @Option(
        help: ArgumentHelp(
            "Directory of the runs (default: \(Options().runs))", valueName: "directory"),
        completion: .directory)
    package var runs: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of threads, 1 to 1024 (default: the number of cores this process may use)",
            valueName: "count"))
    package var threads: Int?

    /// Returns the number of threads to use, and prints a warning if it is smaller than --threads.
    package func usedThreads() throws -> Int {
        guard let threads = threads else { return UsableCores.count }
        let used = UsableCores.threads(of: threads)
        try warn(UsableCores.notice(asked: threads, used: used).map { [$0] } ?? [])
        return used
    }
}
