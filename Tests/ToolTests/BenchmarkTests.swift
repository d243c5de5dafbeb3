import Foundation
import NeuralNetworks
import Platform
import TestSupport
import Testing

@testable import recurrent_benchmark

@Suite("recurrent-benchmark", .serialized)
struct BenchmarkTests {
    struct Output {
        let code: Int32
        let out: String
        let error: String
    }

    func run(_ arguments: [String]) throws -> Output {
        let process = Process()
        process.executableURL = Tool.products.appending(path: "recurrent-benchmark")
        process.arguments = arguments
        process.currentDirectoryURL = Repository.url
        let (out, error) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = error
        try process.run()
        let printed = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let failed = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Output(code: process.terminationStatus, out: printed, error: failed)
    }

    @Test
    func `a quick report has every row and figure`() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let output = try run(["--quick", "--threads", "2", "--json", path])
        #expect(output.code == 0, "\(output.error)")
        for text in [
            "FMA peak", "of peak, lstm = 100 %", "waiting", "1 to 28 long", "by engine", "20 to 200 steps",
            "forecaster",
            "inference",
            "one image",
            "first step", "peak memory", "allocations",
        ] {
            #expect(output.out.contains(text), "\(text) in \(output.out)")
        }

        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let report = try decoder.decode(
            BenchmarkResults.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        let cells: [RecurrentCell] = [.lstm, .gru, .rnnTanh]
        #expect(
            report.training.map { [$0.cell.rawValue, "\($0.hiddenSize)", "\($0.threads)"] }
                == [(cells, 12), ([.lstm], 20)].flatMap { cells, size in
                    cells.flatMap { cell in [1, 2].map { [cell.rawValue, "\(size)", "\($0)"] } }
                })
        for figures in report.training + report.otherInstructionSets {
            #expect(figures.imagesPerSecond.allSatisfy { $0 > 0 })
            #expect(figures.peakGigaflops.allSatisfy { $0 > 0 })
            #expect(figures.multiplyAddsDone > 0.8 * figures.multiplyAdds)
            #expect(figures.multiplyAddsDone < figures.multiplyAdds)
        }
        #expect(report.variableLengths.map(\.cell) == cells + cells)
        for figures in report.variableLengths {
            #expect(Set(figures.lengths).isSubset(of: 1...28))
            #expect(12..<17 ~= Double(figures.lengths.reduce(0, +)) / Double(figures.lengths.count))
            #expect(figures.paddedMilliseconds > 0)
            for cost in [figures.full, figures.variable] {
                #expect(cost.milliseconds > 0)
                #expect(cost.overPadded > 0)
            }
        }
        #expect(
            report.layers.map { [$0.hiddenSize, $0.threads] } == [[12, 1], [12, 2], [20, 1], [20, 2]])
        for figures in report.layers {
            #expect(figures.engineMilliseconds > 0 && figures.layersMilliseconds > 0)
            #expect(figures.overEngine > 0 && figures.processorOverEngine > 0)
        }
        #expect(report.sequences.map(\.readout) == [.final, .final, .each, .each])
        #expect(report.sequences.map(\.threads) == [1, 2, 1, 2])
        for figures in report.sequences {
            #expect(figures.sequencesPerSecond.allSatisfy { $0 > 0 } && figures.medianMicroseconds > 0)
        }
        #expect(report.forecasts.map(\.model) == [.rnn, .lstm, .gru])
        for figures in report.forecasts {
            #expect(figures.windows == 200)
            #expect(figures.seconds.count == report.rounds.count && figures.seconds.allSatisfy { $0 > 0 })
        }
        #expect(report.latency.medianMicroseconds > 0)
        #expect(report.latency.medianMicroseconds <= report.latency.percentile99Microseconds)
        #expect(report.secondsToFirstStep.allSatisfy { $0 > 0 })
        #expect(report.peakMemoryBytes > 50_000_000)
        #if !DEBUG
            #expect([nil, 0].contains(report.allocations.count))
        #endif
    }

    @Test(
        arguments: [
            ("train", "lstm", ["images_per_second"]), ("train", "gru", ["images_per_second"]),
            ("inference", "rnn-tanh", ["images_per_second"]), ("latency", "lstm", ["median_us", "p99_us"]),
            ("latency", "gru-reset-before", ["median_us", "p99_us"]),
            ("lengths", "gru-reset-before", ["padded_ms", "lengths_ms", "lengths_over_padded"]),
            ("layers", "gru", ["engine_ms", "layers_ms", "layers_over_engine", "processor_over_engine"]),
        ])
    func `measure prints one line of JSON`(task: String, cell: String, keys: [String]) throws {
        let output = try run([
            "measure", "--task", task, "--cell", cell, "--hidden-size", "5", "--threads", "1",
            "--seconds", "0.01",
        ])
        #expect(output.code == 0, "\(output.error)")
        #expect(output.out.hasSuffix("}\n"))
        #expect(output.out.split(separator: "\n").count == 1)
        let line = try #require(
            try JSONSerialization.jsonObject(with: Data(output.out.utf8)) as? [String: Any])
        #expect(line["task"] as? String == task)
        #expect(line["cell"] as? String == cell)
        for key in keys { #expect(try #require(line[key] as? Double) > 0) }
    }

    @Test(arguments: ["final", "last", "mean", "each"])
    func `sequences prints one line of JSON about training and prediction`(readout: String) throws {
        let output = try run([
            "sequences", "--readout", readout, "--hidden-size", "5", "--threads", "1", "--seconds", "0.01",
        ])
        #expect(output.code == 0, "\(output.error)")
        #expect(output.out.split(separator: "\n").count == 1)
        let line = try #require(
            try JSONSerialization.jsonObject(with: Data(output.out.utf8)) as? [String: Any])
        #expect(line["readout"] as? String == readout && line["threads"] as? Int == 1)
        for key in ["sequences_per_second", "median_us"] { #expect(try #require(line[key] as? Double) > 0) }
    }

    @Test(arguments: ["rnn", "lstm", "gru"])
    func `forecast prints one line of JSON about training`(model: String) throws {
        let output = try run(["forecast", "--model", model, "--epochs", "3", "--seconds", "0.01"])
        #expect(output.code == 0, "\(output.error)")
        #expect(output.out.split(separator: "\n").count == 1)
        let line = try #require(
            try JSONSerialization.jsonObject(with: Data(output.out.utf8)) as? [String: Any])
        #expect(line["model"] as? String == model)
        #expect(line["epochs"] as? Int == 3)
        #expect(line["windows"] as? Int == 200)
        #expect(try #require(line["trainings"] as? Int) >= 1)
        #expect(try #require(line["training_ms"] as? Double) > 0)
    }

    @Test(
        arguments: [
            (["--data", "/nonexistent"], 66, "train-images-idx3-ubyte"),
            (["--threads", "0"], 64, "--threads"),
            (["measure", "--task", "train", "--seconds", "0"], 64, "--seconds"),
            (["measure", "--task", "sleep"], 64, "--task"),
            (["measure", "--task", "train", "--cell", "brain"], 64, "--cell"),
            (["forecast", "--model", "crystal-ball"], 64, "--model"),
            (["sequences", "--readout", "all"], 64, "--readout"),
            (["sequences", "--hidden-size", "0"], 64, "--hidden-size"),
            (["forecast", "--model", "gru", "--epochs", "0"], 64, "--epochs"),
        ])
    func `errors end with the exit codes of sysexits`(arguments: [String], code: Int32, mentioned: String)
        throws
    {
        let output = try run(arguments)
        #expect(output.code == code)
        #expect(output.out.isEmpty)
        #expect(output.error.contains(mentioned))
    }
}

@Suite("Measuring")
struct MeasuringTests {
    @Test(arguments: RecurrentCell.allCases)
    func `the measured model has the given cell`(_ cell: RecurrentCell) {
        let figures = LengthsFigures(ModelSetup(cell: cell, hiddenSize: 3), warmUp: 0, seconds: 0)
        #expect(figures.cell == cell)
        let stack = ModelSetup(cell: cell, hiddenSize: 3).stack(inputSize: 28)
        #expect(
            stack
                == RecurrentStack(cell, inputSize: 28, hiddenSize: 3, numLayers: 2, bidirectional: true))
    }

    @Test
    func `shares of the peak are compared round by round`() {
        func figures(multiplyAdds: Double, imagesPerSecond: [Double], peak: [Double]) -> TrainingFigures {
            TrainingFigures(
                cell: .gru, hiddenSize: 12, instructionSet: .best, threads: 1, multiplyAdds: multiplyAdds,
                multiplyAddsDone: 1, imagesPerSecond: imagesPerSecond, peakGigaflops: peak,
                phases: PhaseShares(PhaseTimes()))
        }
        // The machine is half as fast in the second round. In the third, only the first measurement has the whole
        // machine.
        let ours = figures(multiplyAdds: 3, imagesPerSecond: [400, 200, 400], peak: [100, 50, 100])
        let theirs = figures(multiplyAdds: 4, imagesPerSecond: [300, 150, 150], peak: [100, 50, 50])
        let fast = figures(multiplyAdds: 6, imagesPerSecond: [400, 400, 400], peak: [100, 100, 100])
        #expect(ours.sharesOfPeak(relativeTo: theirs) == [1, 1, 1])
        #expect(ours.sharesOfPeak(relativeTo: fast) == [0.5, 0.5, 0.5])
    }

    @Test
    func `quantiles lie between neighbours`() {
        #expect([3.0, 1, 2].median == 2)
        #expect([4.0, 1, 2, 3].median == 2.5)
        #expect([7.0].quantile(0.99) == 7)
        #expect((0...100).map(Double.init).quantile(0.99) == 99)
    }

    @Test
    func `allocations are counted, including allocations of the runtime`() throws {
        var kept: [[Int]] = []
        kept.reserveCapacity(100)
        let count = try AllocationFigures.count { () throws(LossNotFinite) in
            for index in 0..<100 { kept.append([index, kept.count]) }
        }
        #if canImport(Glibc)
            #expect(try #require(count) >= 100)
        #endif
        #expect(kept.count == 100)
    }
}
