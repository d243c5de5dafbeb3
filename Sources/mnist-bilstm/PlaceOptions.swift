import ArgumentParser
import Commands
import Datasets
import Training

/// Where data and runs are, and how many threads compute.
struct PlaceOptions: ParsableArguments {
    private static let defaults = MNISTTraining.Options()

    @Option(
        help: ArgumentHelp(
            """
            Which images: \(ImageDataset.allValueStrings.joined(separator: ", ")), the last being one's own, of any size \
            and classes, in files with MNIST's names (default: \(defaults.dataset.name), or the run's).
            """, valueName: "name"))
    var dataset: ImageDataset?

    @Option(
        help: ArgumentHelp(
            """
            Where the four files are, unpacked or as .gz, in it or where torchvision puts them below it (default: \
            \(defaults.data), or that of --dataset below datasets, or the run's).
            """, valueName: "directory"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Where the directories of runs are (default: \(defaults.runs)).", valueName: "directory"))
    var runs: String?

    @Option(
        parsing: .unconditional,
        help: "How many threads compute; by default, as many as the cores this process may use.")
    var threads: Int?

    func validate() throws {
        try check("--threads", threads, 1...1024)
        guard data != "" else { throw ValidationError("--data must name a directory, not be empty.") }
        guard runs != "" else { throw ValidationError("--runs must name a directory, not be empty.") }
    }

    func apply(to options: inout MNISTTraining.Options) {
        options.choose(dataset, data: data)
        options.runs = runs ?? options.runs
        options.threads = threads ?? UsableCores.count
    }
}

extension ImageDataset: ExpressibleByArgument {
    public init?(argument: String) {
        guard let dataset = ImageDataset.named(argument) else { return nil }
        self = dataset
    }

    public static var allValueStrings: [String] { (all + [idx]).map(\.name) }
}
