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

            It takes the images of --dataset or --data or, of a data set that is not there, random ones of the same \
            size. Nothing is written.

            Exit codes: 0 done, 1 the loss was not finite, 64 bad option, 65 bad data, 66 no images of one's own.
            """)

    @Option(parsing: .unconditional, help: "How long to measure, all in all; longer if the model is large.")
    var seconds = 10.0

    @OptionGroup(title: "Model") var model: ModelOptions

    @OptionGroup(title: "Images") var images: DataOptions

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
        images.apply(to: &options)
        options.threads = threads ?? UsableCores.count
        try explained { console in
            console.print(try ShortBenchmark(options, seconds: seconds).run().text())
        }
    }
}
