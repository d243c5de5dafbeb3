import Console
import NeuralNetworks

/// The table for people.
struct BenchmarkTable {
    let results: BenchmarkResults

    init(_ results: BenchmarkResults) { self.results = results }

    func rendered() -> String {
        [
            header, training, comparison, phases, variableLengths, layers, sequences, forecasts, other,
            method,
        ].joined(separator: "\n\n")
    }

    private var header: String {
        let environment = results.environment
        let commit = environment.gitCommit.map { "commit \($0.prefix(10))" } ?? "no git commit"
        return """
            recurrent-networks \(environment.packageVersion) · \(commit) · \
            \(results.isOptimized ? "optimised build" : "debug build, only the kernels optimised")
            \(environment.processor) · \(environment.cores) \(environment.cores == 1 ? "core" : "cores") · \
            \(results.instructionSet) · \(environment.operatingSystem)
            """
    }

    private var allTraining: [TrainingFigures] { results.training + results.otherInstructionSets }

    private static let rowColumns: [TextTable.Column] = [
        .init("cell"), .init("hidden", .right), .init("instructions"), .init("threads", .right),
    ]

    private func row(_ figures: TrainingFigures) -> [String] {
        [figures.cell.rawValue, "\(figures.hiddenSize)", "\(figures.instructionSet)", "\(figures.threads)"]
    }

    private var training: String {
        table(
            Self.rowColumns + [
                .init("images/s", .right), .init("GFLOP/s", .right), .init("FMA peak", .right),
                .init("of peak", .right), .init("of peak, done", .right),
            ]
        ) { figures in
            [
                TextFormat.grouped(Int(figures.imagesPerSecond.median.rounded())),
                TextFormat.fixed(figures.gigaflops, decimals: 1),
                TextFormat.fixed(figures.peakGigaflops.median, decimals: 1),
                Self.percent(figures.shareOfPeak), Self.percent(figures.shareOfPeakDone),
            ]
        }
    }

    private var phases: String {
        let titles = ["gather", "forward", "head", "backward", "weight gradients", "optimizer", "waiting"]
        return table(Self.rowColumns + titles.map { .init($0, .right) }) { figures in
            let phases = figures.phases
            return [
                phases.gather, phases.forward, phases.head, phases.backward, phases.weightGradients,
                phases.optimizer, phases.waiting,
            ].map(Self.percent)
        }
    }

    /// Returns a row for each measurement, with a line where the size or the instruction set changes.
    private func table(_ columns: [TextTable.Column], _ figures: (TrainingFigures) -> [String]) -> String {
        var table = TextTable(columns)
        var last = allTraining[0]
        for next in allTraining {
            if (next.hiddenSize, next.instructionSet) != (last.hiddenSize, last.instructionSet) {
                table.appendRule()
            }
            table.append(row(next) + figures(next))
            last = next
        }
        return table.rendered()
    }

    private var other: String {
        let latency = results.latency
        let starts = results.secondsToFirstStep
        let median = starts.count > 1 ? ", median of \(starts.count)" : ""
        var table = TextTable([
            .init("hidden \(latency.hiddenSize)"), .init("figure", .right), .init("of what"),
        ])
        for inference in results.inference {
            let rate = TextFormat.grouped(Int(inference.imagesPerSecond.median.rounded()))
            let images = TextFormat.grouped(inference.images)
            table.append([
                "inference", "\(rate) images/s", "\(images) test images, \(Self.threads(inference.threads))",
            ])
        }
        table.append(["one image", Self.microseconds(latency.medianMicroseconds), "median, 1 thread"])
        table.append([
            "one image", Self.microseconds(latency.percentile99Microseconds), "99th percentile, 1 thread",
        ])
        table.append([
            "first step", "\(TextFormat.fixed(starts.median, decimals: 3)) s",
            "from process start, data read from disk\(median)",
        ])
        table.append([
            "peak memory", TextFormat.bytes(results.peakMemoryBytes),
            "an epoch, then the evaluation of both sets",
        ])
        table.append([
            "allocations", results.allocations.count.map(TextFormat.grouped) ?? "not counted",
            "in \(results.allocations.steps) training steps, \(Self.threads(results.threads))",
        ])
        return table.rendered()
    }

    private var method: String {
        let rounds = results.rounds
        let first = allTraining[0]
        let skipped = 1 - first.multiplyAddsDone / first.multiplyAdds
        let multiplyAdds = TextFormat.grouped(Int(first.multiplyAdds))
        let lines = [
            "Timed by a monotonic clock. Training: after a warm-up, \(rounds.count) slices of \(rounds.seconds) s, of which the",
            "median, all rows of a size in turns, each between two measurements of the FMA peak it is compared with.",
            "GFLOP/s and \"of peak\" count the model's arithmetic, \(multiplyAdds) multiply-adds an image of \(first.cell.rawValue) at hidden",
            "\(first.hiddenSize); \"of peak, done\" leaves out the \(Self.percent(skipped)) of it that are skipped there: "
                + "inputs that are zero in a whole shard.",
            "Variable lengths: the layers by themselves, forward and backward on one thread, all kinds in turns.",
            "Layers: the same training by a loop written by hand and by the engine, in turns; the second ratio is of the",
            "calling thread's processor time.",
            "Sequences: a bidirectional LSTM with \(SequenceBenchmark.channels) channels, batches of \(ModelSetup.batchSize); a prediction has \(SequenceBenchmark.predictedSteps) steps.",
            "Forecasters: whole trainings on one thread, all models in turns.",
        ]
        return (lines + (results.isQuick ? ["A quick run: the figures mean nothing."] : [])).joined(
            separator: "\n")
    }

    private static func threads(_ count: Int) -> String { count == 1 ? "1 thread" : "\(count) threads" }

    private static func microseconds(_ value: Double) -> String {
        "\(TextFormat.fixed(value, decimals: 1)) µs"
    }

    static func percent(_ share: Double) -> String {
        "\(TextFormat.fixed(100 * share, decimals: 1)) %"
    }
}
