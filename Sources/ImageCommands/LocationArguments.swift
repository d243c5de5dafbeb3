import ArgumentParser
import Commands
import Datasets
import ImageClassification

/// The options of paths and threads.
package struct LocationArguments: ImageArguments {
    package init() {}

    @OptionGroup var images: DataArguments

    @OptionGroup var process: ProcessArguments<Options>

    package var runs: String? { process.runs }
}

/// The options of paths and threads for a model that is already trained.
package struct RunLocationArguments: ImageArguments {
    package init() {}

    @OptionGroup var images: RunDataArguments

    @OptionGroup var process: ProcessArguments<Options>

    package var runs: String? { process.runs }
    package var dataset: ImageDataset? { images.dataset?.dataset }
    package var data: String? { images.data }

    /// Returns the number of threads to use, and prints a warning if it is smaller than --threads.
    package func usedThreads() throws -> Int { try process.usedThreads() }
}
