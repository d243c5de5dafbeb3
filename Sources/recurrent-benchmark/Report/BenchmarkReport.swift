import NeuralNetworks
import Platform

/// Every figure of one run, as `--json` writes it.
struct BenchmarkReport: Codable {
    var environment: ExecutionEnvironment
    var instructionSet: InstructionSet
    /// Whether this program was; the kernels always are.
    var isOptimized: Bool
    /// Whether everything ran for so short a time that the figures mean nothing.
    var isQuick: Bool
    /// All threads.
    var threads: Int
    var rounds: Rounds
    var training: [TrainingFigures]
    var otherInstructionSets: [TrainingFigures]
    var variableLengths: [LengthsFigures]
    var forecasts: [ForecastFigures]
    var inference: [InferenceFigures]
    var latency: Latency
    var allocations: AllocationFigures
    /// From process start, one for each process.
    var secondsToFirstStep: [Double]
    var peakMemoryBytes: Int
}
