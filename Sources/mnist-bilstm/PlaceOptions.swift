import ArgumentParser
import Commands
import Datasets
import ImageClassification
import Platform
import Runs

/// Where data and runs are, and how many threads compute.
struct PlaceOptions: RunArguments {
    typealias Options = ImageTraining.Options

    private static let defaults = Options()

    @OptionGroup var images: DataOptions

    @Option(
        help: ArgumentHelp(
            "Where the directories of runs are (default: \(defaults.runs)).", valueName: "directory"),
        completion: .directory)
    var runs: String?

    @Option(
        parsing: .unconditional,
        help: "How many threads compute; by default, as many as the cores this process may use.")
    var threads: Int?

    var dataset: ImageDataset? { images.dataset }
    var data: String? { images.data }

    /// The threads that compute, with a warning if fewer do than were asked for.
    func usedThreads() throws -> Int {
        guard let threads else { return UsableCores.count }
        let used = UsableCores.threads(of: threads)
        try warn(UsableCores.notice(asked: threads, used: used).map { [$0] } ?? [])
        return used
    }
}
