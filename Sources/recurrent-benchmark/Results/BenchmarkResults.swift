import NeuralNetworks
import Platform

/// All figures of one run, as `--json` writes them.
struct BenchmarkResults: Codable {
    var environment: ExecutionEnvironment
    var instructionSet: InstructionSet
    /// Whether this program was compiled with optimisation; the kernels always are.
    var isOptimized: Bool
    /// Whether measurements were so short that the figures mean nothing.
    var isQuick: Bool
    /// The number of all threads.
    var threads: Int
    var rounds: Rounds
    var training: [TrainingFigures]
    var otherInstructionSets: [TrainingFigures]
    var variableLengths: [LengthsFigures]
    var layers: [LayersFigures]
    var sequences: [SequenceFigures]
    var forecasts: [ForecastFigures]
    var inference: [InferenceFigures]
    var latency: Latency
    var allocations: AllocationFigures
    /// The time from process start to the first step, one for each process.
    var secondsToFirstStep: [Double]
    var peakMemoryBytes: Int
}
