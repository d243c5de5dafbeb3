import Datasets
import NeuralNetworks

/// The figures to measure, and the durations.
struct BenchmarkPlan {
    let data: String
    let threads: Int
    let isQuick: Bool

    private var hiddenSizes: [Int] { isQuick ? [12, 20] : [12, 64, 128, 256] }

    private static let cells: [RecurrentCell] = [.lstm, .gru, .rnnTanh]

    /// Returns the cells, with the LSTM first, to which the others are compared.
    private func cells(hiddenSize: Int) -> [RecurrentCell] {
        [12, 64, 256].contains(hiddenSize) ? Self.cells : [.lstm]
    }

    /// The numbers of threads: one and all.
    private var threadCounts: [Int] { threads == 1 ? [1] : [1, threads] }

    private var rounds: Rounds {
        isQuick ? Rounds(count: 1, seconds: 0.02, warmUpSeconds: 0, peakSeconds: 0.002) : Rounds()
    }

    /// - Parameter progress: Called with a description of the next measurement.
    func run(progress: (String) -> Void) throws -> BenchmarkResults {
        let mnist = try MNIST(directory: data)
        let train = try mnist.train()
        let test = try mnist.test()
        var training: [TrainingFigures] = []
        for hiddenSize in hiddenSizes {
            progress("training at hidden \(hiddenSize)")
            training += try TrainingBenchmark.run(
                cells: cells(hiddenSize: hiddenSize), hiddenSize: hiddenSize, instructionSet: .best,
                threadCounts: threadCounts, rounds: rounds, on: train)
        }
        var others: [TrainingFigures] = []
        for set in InstructionSet.available.reversed().dropFirst() {
            progress("training with \(set)")
            others += try TrainingBenchmark.run(
                cells: [.lstm], hiddenSize: ModelSetup().hiddenSize, instructionSet: set,
                threadCounts: threadCounts, rounds: rounds, on: train)
        }
        var lengths: [LengthsFigures] = []
        for hiddenSize in hiddenSizes.prefix(2) {
            progress("variable lengths at hidden \(hiddenSize)")
            lengths += Self.cells.map {
                LengthsFigures(
                    ModelSetup(cell: $0, hiddenSize: hiddenSize), warmUp: isQuick ? 0 : 0.2,
                    seconds: isQuick ? 0 : 1.5)
            }
        }
        var layers: [LayersFigures] = []
        for hiddenSize in hiddenSizes.prefix(2) {
            progress("layers by themselves at hidden \(hiddenSize)")
            for threads in threadCounts {
                layers.append(
                    try LayersFigures(
                        ModelSetup(hiddenSize: hiddenSize, threads: threads), on: train,
                        warmUp: isQuick ? 0 : 0.2, seconds: isQuick ? 0 : 1.5))
            }
        }
        var sequences: [SequenceFigures] = []
        for readout in [Readout.final, .each] {
            for hiddenSize in isQuick ? [12] : [12, 24, 32] {
                progress("sequences at hidden \(hiddenSize)")
                for threads in threadCounts {
                    sequences.append(
                        try SequenceBenchmark(
                            hiddenSize: hiddenSize, readout: readout, threads: threads,
                            count: isQuick ? 128 : 2048
                        ).run(
                            warmUp: isQuick ? 0 : 0.2, seconds: isQuick ? 0 : 0.5, rounds: isQuick ? 1 : 3))
                }
            }
        }
        progress("forecasters")
        let forecasts = try (isQuick ? ForecastBenchmark(epochs: 2) : ForecastBenchmark()).run(rounds: rounds)
        progress("inference and latency")
        let inference = InferenceBenchmark.run(threadCounts: threadCounts, rounds: inferenceRounds, on: test)
        let latency = Latency(
            ModelSetup(), on: test, warmUp: isQuick ? 0 : 0.2, seconds: isQuick ? 0.01 : 2)
        progress("allocations, start and memory")
        return BenchmarkResults(
            environment: .current(), instructionSet: .best, isOptimized: Self.isOptimized, isQuick: isQuick,
            threads: threads, rounds: rounds, training: training, otherInstructionSets: others,
            variableLengths: lengths, layers: layers, sequences: sequences, forecasts: forecasts,
            inference: inference,
            latency: latency,
            allocations: try AllocationFigures(
                ModelSetup(threads: threads), on: train, steps: isQuick ? 20 : 200),
            secondsToFirstStep: try secondsToFirstStep(), peakMemoryBytes: try peakMemoryBytes())
    }

    private var inferenceRounds: Rounds {
        var rounds = rounds
        rounds.seconds = isQuick ? 0 : 0.3
        return rounds
    }

    private func secondsToFirstStep() throws -> [Double] {
        var seconds: [Double] = []
        for _ in 0..<(isQuick ? 1 : 5) {
            let child = try MeasuredProcess(["first-step", "--data", data, "--threads", "\(threads)"])
            seconds.append(child.secondsToOutput)
        }
        return seconds
    }

    private func peakMemoryBytes() throws -> Int {
        let arguments = ["peak-memory", "--data", data, "--threads", "\(threads)"]
        let child = try MeasuredProcess(arguments + (isQuick ? ["--steps", "5"] : []))
        guard let bytes = Int(child.output.prefix { !$0.isNewline }) else {
            throw ProcessError(
                command: "recurrent-benchmark peak-memory",
                reason: "expected a number of bytes, found \(child.output.debugDescription)")
        }
        return bytes
    }

    private static var isOptimized: Bool {
        #if DEBUG
            false
        #else
            true
        #endif
    }
}
