import ArgumentParser
import Commands
import Datasets
import ImageClassification
import Platform
import Runs

/// The options of paths and threads.
struct LocationArguments: RunArguments {
    typealias Options = ImageTraining.Options

    @OptionGroup var images: DataArguments

    @OptionGroup var process: ProcessArguments

    var runs: String? { process.runs }
}

/// The options of paths and threads for a model that is already trained.
struct RunLocationArguments: RunArguments {
    typealias Options = ImageTraining.Options

    @OptionGroup var images: RunDataArguments

    @OptionGroup var process: ProcessArguments

    var runs: String? { process.runs }
    var dataset: ImageDataset? { images.dataset }
    var data: String? { images.data }

    /// Returns the number of threads to use, and prints a warning if it is smaller than --threads.
    func usedThreads() throws -> Int {
        guard let threads = process.threads else { return UsableCores.count }
        let used = UsableCores.threads(of: threads)
        try warn(UsableCores.notice(asked: threads, used: used).map { [$0] } ?? [])
        return used
    }
}

/// The options of the runs' directory and the threads.
struct ProcessArguments: RunArguments {
    typealias Options = ImageTraining.Options

    @Option(
        help: ArgumentHelp(
            "Directory of the runs (default: \(Options().runs))", valueName: "directory"),
        completion: .directory)
    var runs: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of threads, 1 to 1024 (default: the number of cores this process may use)",
            valueName: "count"))
    var threads: Int?
}
