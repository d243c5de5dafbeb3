import ArgumentParser
import Commands
import Console
import Forecasting
import Platform

/// Measures the duration of a forecaster's training and prints it as one line of JSON, for `Benchmarks/peers.py`.
struct ForecastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Measure the training of a forecaster on one thread and print one line of JSON.")

    @Option(help: "Which.")
    var model: ForecastModel

    @Option(help: "Epochs of a training.")
    var epochs = ForecastTraining.Options().epochs

    @Option(help: "How long to measure, after a warm-up; at least one training.")
    var seconds = 2.0

    func validate() throws {
        try check("--epochs", epochs, 1...1_000_000)
        guard seconds > 0, seconds <= 3600 else {
            throw ValidationError("--seconds must be above 0 and at most 3600, not \(seconds).")
        }
    }

    private struct Line: Encodable {
        var model: ForecastModel
        var threads = 1
        var epochs: Int
        var windows: Int
        var trainings: Int
        /// The median duration of one training, in milliseconds.
        var trainingMs: Double
    }

    func run() throws {
        try explained { console in
            let benchmark = try ForecastBenchmark(epochs: epochs)
            _ = try benchmark.run(model, seconds: min(0.2, seconds / 5))
            let figures = try benchmark.run(model, seconds: seconds)
            try console.print(
                JSON.text(
                    Line(
                        model: model, epochs: figures.epochs, windows: figures.windows,
                        trainings: figures.seconds.count, trainingMs: 1000 * figures.seconds.median),
                    pretty: false))
        }
    }
}
