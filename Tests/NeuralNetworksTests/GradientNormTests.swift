import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Measured gradient norm")
struct GradientNormTests {
    private static let model = SequenceModel(
        RecurrentStack(.gru, inputSize: 3, hiddenSize: 2, numLayers: 2, dropout: 0.25), sequenceLength: 2,
        classCount: 3, readout: .last)

    /// Batches of one shard, of several, and of more shards than groups.
    @Test(arguments: [1, 33, 130, 64 * 32 + 40])
    func `measuring changes no bit of training`(batchSize: Int) throws {
        let bytes = (0..<batchSize * 6).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ $0 / 7) }
        let labels = (0..<batchSize).map { UInt8($0 * $0 % 3) }
        for clipping in [GradientClipping.none, .value(1e-3), .norm(1e-3), .norm(.infinity)] {
            for threads in [1, 3] {
                let results = [false, true].map { isMeasured in
                    let engine = SequenceEngine(
                        model: Self.model, parameters: Self.model.initialParameters(seed: 1),
                        optimizer: Adam(learningRate: 0.01), clipping: clipping, seed: 4, threads: threads)
                    engine.measuresGradientNorm = isMeasured
                    let norms = bytes.withUnsafeBufferPointer { bytes in
                        labels.withUnsafeBufferPointer { labels in
                            (0..<3).map { _ in
                                Array(Int32(0)..<Int32(batchSize)).withUnsafeBufferPointer {
                                    engine.train(
                                        SequenceSamples(
                                            bytes: bytes.baseAddress!, labels: labels.baseAddress!,
                                            count: batchSize, scale: 1 / 255), batch: $0
                                    ).gradientNorm
                                }
                            }
                        }
                    }
                    return (norms, engine.parameters.elements)
                }
                expectEqual(results[0].1, results[1].1, "\(clipping), \(threads) threads")
                #expect(results[1].0.allSatisfy { ($0 ?? 0) > 0 })
                if clipping.needsNorm {
                    #expect(results[0].0 == results[1].0)
                } else {
                    #expect(results[0].0 == [nil, nil, nil])
                }
            }
        }
    }

    @Test(arguments: [1, 33, 64 * 32 + 40])
    func `the norm is the root of the sum of squares`(batchSize: Int) throws {
        let bytes = (0..<batchSize * 6).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ $0 / 7) }
        let labels = (0..<batchSize).map { UInt8($0 * $0 % 3) }
        let engine = SequenceEngine(
            model: Self.model, parameters: Self.model.initialParameters(seed: 1), seed: 4, threads: 2)
        engine.measuresGradientNorm = true
        bytes.withUnsafeBufferPointer { bytes in
            labels.withUnsafeBufferPointer { labels in
                Array(Int32(0)..<Int32(batchSize)).withUnsafeBufferPointer { batch in
                    let sequences = SequenceSamples(
                        bytes: bytes.baseAddress!, labels: labels.baseAddress!, count: batchSize,
                        scale: 1 / 255)
                    _ = engine.computeGradients(sequences, batch: batch)
                    let expected = engine.gradient().reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                    let found = engine.train(sequences, batch: batch).gradientNorm
                    expectClose([found ?? .nan], [expected], absolute: 0, relative: 1e-6, "norm")
                }
            }
        }
    }
}
