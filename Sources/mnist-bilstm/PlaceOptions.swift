import ArgumentParser
import Commands
import Datasets
import ImageClassification
import Platform

/// Where data and runs are, and how many threads compute.
struct PlaceOptions: ParsableArguments {
    private static let defaults = MNISTTraining.Options()

    @OptionGroup var images: DataOptions

    @Option(
        help: ArgumentHelp(
            "Where the directories of runs are (default: \(defaults.runs)).", valueName: "directory"))
    var runs: String?

    @Option(
        parsing: .unconditional,
        help: "How many threads compute; by default, as many as the cores this process may use.")
    var threads: Int?

    var dataset: ImageDataset? { images.dataset }
    var data: String? { images.data }

    func validate() throws {
        try check("--threads", threads, 1...1024)
        guard runs != "" else { throw ValidationError("--runs must name a directory, not be empty.") }
    }

    func apply(to options: inout MNISTTraining.Options) {
        images.apply(to: &options)
        options.runs = runs ?? options.runs
        options.threads = threads ?? UsableCores.count
    }
}
