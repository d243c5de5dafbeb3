import ArgumentParser
import Commands
import Datasets
import ImageClassification

/// The options of paths and threads.
struct LocationArguments: ImageArguments {
    @OptionGroup var images: DataArguments

    @OptionGroup var process: ProcessArguments<Options>

    var runs: String? { process.runs }
}

/// The options of paths and threads for a model that is already trained.
struct RunLocationArguments: ImageArguments {
    @OptionGroup var images: RunDataArguments

    @OptionGroup var process: ProcessArguments<Options>

    var runs: String? { process.runs }
    var dataset: ImageDataset? { images.dataset }
    var data: String? { images.data }

    /// Returns the number of threads to use, and prints a warning if it is smaller than --threads.
    func usedThreads() throws -> Int { try process.usedThreads() }
}
