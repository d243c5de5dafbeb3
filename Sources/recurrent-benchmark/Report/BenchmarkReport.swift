import NeuralNetworks
import Platform

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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

/// Keys in the file are spelt `like_this`.
enum JSONText {
    static func line(_ value: some Encodable) throws -> String { try encode(value, []) }

    static func pretty(_ value: some Encodable) throws -> String { try encode(value, .prettyPrinted) + "\n" }

    private static func encode(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws
        -> String
    {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
