import ArgumentParser
import Commands
import Measurements
import Training

struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures for some seconds how fast a model trains and classifies on this machine.",
        discussion: """
            Example: mnist-bilstm benchmark
                     mnist-bilstm benchmark --cell gru --hidden-size 64 --threads 1

            It takes the images of --data or, where there are none, random ones of the same size. Nothing is written.

            Exit codes: 0 done, 1 the loss was not finite, 64 bad option, 65 bad data.
            """)

    private static let defaults = MNISTTraining.Options()

    @Option(parsing: .unconditional, help: "How long to measure, all in all; longer if the model is large.")
    var seconds = 10.0

    @OptionGroup(title: "Model") var model: ModelOptions

    @Option(
        help: ArgumentHelp(
            "Where the four MNIST files are (default: \(defaults.data)).", valueName: "directory"))
    var data: String?

    @Option(
        parsing: .unconditional,
        help: "How many threads compute; by default, as many as the cores this process may use.")
    var threads: Int?

    func validate() throws {
        try check("--threads", threads, 1...1024)
        guard seconds > 0, seconds <= 3600 else {
            throw ValidationError("--seconds must be above 0 and at most 3600, not \(seconds).")
        }
    }

    func run() throws {
        var options = MNISTTraining.Options()
        model.apply(to: &options)
        options.data = data ?? options.data
        options.threads = threads ?? UsableCores.count
        try explained { console in
            console.print(try ShortBenchmark(options, seconds: seconds).run().text())
        }
    }
}
