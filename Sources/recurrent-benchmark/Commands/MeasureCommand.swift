import ArgumentParser
import Commands
import Console
import Datasets
import ImageClassification
import NeuralNetworks
import Platform

/// Measures one figure and prints it as one line of JSON, for `Benchmarks/peers.py`.
struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Measure one thing and print one line of JSON.")

    enum Task: String, Codable, CaseIterable, ExpressibleByArgument {
        case train, inference, latency, lengths, layers
    }

    @OptionGroup var common: CommonArguments

    @Option(
        help: """
            What to measure. The latency of one image and the cost of variable lengths are always those of one \
            thread.
            """)
    var task: Task

    @Option(help: "What the recurrent layers compute.")
    var cell = ModelSetup().cell

    @Option(help: "Hidden units of each layer and direction.")
    var hiddenSize = ImageTraining.Options().hiddenSize

    @Option(help: "How long to measure, after loading and a warm-up.")
    var seconds = 2.0

    @Option(help: "The default is the widest this processor has.")
    var instructionSet = InstructionSet.best

    func validate() throws {
        try check("--hidden-size", hiddenSize, 1...2048)
        guard seconds > 0, seconds <= 3600 else {
            throw ValidationError("--seconds must be above 0 and at most 3600, not \(seconds).")
        }
        guard InstructionSet.available.contains(instructionSet) else {
            let available = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(
                "--instruction-set \(instructionSet.rawValue): this processor has \(available).")
        }
    }

    private struct Line: Encodable {
        var task: Task
        var cell: RecurrentCell
        var hiddenSize: Int
        var threads: Int
        var instructionSet: InstructionSet
        var imagesPerSecond: Double?
        var medianUs: Double?
        var p99Us: Double?
        var paddedMs: Double?
        var lengthsMs: Double?
        var lengthsOverPadded: Double?
        var lengths: [Int]?
        var engineMs: Double?
        var layersMs: Double?
        var layersOverEngine: Double?
        var processorOverEngine: Double?
    }

    func run() throws {
        try explained { console in
            let mnist = try MNIST(directory: common.data)
            let setup = ModelSetup(
                cell: cell, hiddenSize: hiddenSize, threads: common.threads, instructionSet: instructionSet)
            let warmUp = min(0.2, seconds / 5)
            var line = Line(
                task: task, cell: setup.cell, hiddenSize: setup.hiddenSize, threads: setup.threads,
                instructionSet: setup.instructionSet)
            switch task {
            case .train:
                let session = TrainingSession(setup, on: try mnist.train())
                _ = try session.run(seconds: warmUp)
                line.imagesPerSecond = try session.run(seconds: seconds).imagesPerSecond
            case .inference:
                let session = InferenceSession(setup, on: try mnist.test())
                _ = session.run(seconds: warmUp)
                line.imagesPerSecond = session.run(seconds: seconds).imagesPerSecond
            case .latency:
                let latency = Latency(setup, on: try mnist.test(), warmUp: warmUp, seconds: seconds)
                line.threads = 1
                line.medianUs = latency.medianMicroseconds
                line.p99Us = latency.percentile99Microseconds
            case .lengths:
                let figures = LengthsFigures(setup, warmUp: warmUp, seconds: seconds)
                line.threads = 1
                line.paddedMs = figures.paddedMilliseconds
                line.lengthsMs = figures.variable.milliseconds
                line.lengthsOverPadded = figures.variable.overPadded
                line.lengths = figures.lengths
            case .layers:
                let figures = try LayersFigures(
                    setup, on: try mnist.train(), warmUp: warmUp, seconds: seconds)
                line.engineMs = figures.engineMilliseconds
                line.layersMs = figures.layersMilliseconds
                line.layersOverEngine = figures.overEngine
                line.processorOverEngine = figures.processorOverEngine
            }
            try console.print(JSON.text(line, pretty: false))
        }
    }
}
