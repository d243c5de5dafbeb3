import ArgumentParser
import Commands
import Training

/// Where data and runs are, and how many threads compute.
struct PlaceOptions: ParsableArguments {
    private static let defaults = MNISTTraining.Options()

    @Option(
        help: ArgumentHelp(
            """
            Where the four MNIST files are, unpacked or as .gz, or torchvision's MNIST/raw with them (default: \
            \(defaults.data)).
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
        options.data = data ?? options.data
        options.runs = runs ?? options.runs
        options.threads = threads ?? UsableCores.count
    }
}
