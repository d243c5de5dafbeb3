import ArgumentParser
import Commands
import NeuralNetworks
import Platform

/// Measures training on sequences of different lengths and prints one line of JSON, for `Benchmarks/peers.py`.
struct SequencesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sequences",
        abstract:
            "Measure training on sequences of 20 to 200 steps, and one prediction; print one line of JSON.")

    @OptionGroup var common: CommonArguments

    @Option(help: "Hidden units of each direction.")
    var hiddenSize = 24

    @Option(help: "The part of the output that the linear layer reads: final or each.")
    var readout = Readout.final

    @Option(help: "How long to measure, after a warm-up.")
    var seconds = 2.0

    func validate() throws {
        try check("--hidden-size", hiddenSize, 1...2048)
        guard seconds > 0, seconds <= 3600 else {
            throw ValidationError("--seconds must be above 0 and at most 3600, not \(seconds).")
        }
        guard readout != .all else {
            throw ValidationError(
                "--readout all needs sequences of one length; use final, last, mean or each.")
        }
    }

    private struct Line: Encodable {
        var hiddenSize: Int
        var readout: Readout
        var threads: Int
        var sequencesPerSecond: Double
        /// The median duration of a prediction of 100 steps.
        var medianUs: Double
    }

    func run() throws {
        try explained { console in
            let benchmark = try SequenceBenchmark(
                hiddenSize: hiddenSize, readout: readout, threads: common.threads)
            let figures = try benchmark.run(warmUp: min(0.2, seconds / 5), seconds: seconds)
            try console.print(
                JSON.text(
                    Line(
                        hiddenSize: hiddenSize, readout: readout, threads: common.threads,
                        sequencesPerSecond: figures.sequencesPerSecond[0],
                        medianUs: figures.medianMicroseconds),
                    pretty: false))
        }
    }
}

extension Readout: ExpressibleByArgument {}
