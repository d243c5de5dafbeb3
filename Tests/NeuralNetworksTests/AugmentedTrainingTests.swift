import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Training on augmented images")
struct AugmentedTrainingTests {
    /// Images of 6 rows and 9 columns.
    static let problem = ClassifierProblem(
        RecurrentStack(.gru, inputSize: 9, hiddenSize: 7, bidirectional: true), steps: 6, classes: 5,
        count: 150)

    /// Batches of several shards, of one that is not full, in any order, with a repeated image.
    static let batches = [Array(0..<100), [149, 3, 77, 3, 20], Array((10..<150).reversed())]

    static func trained(_ engine: SequenceEngine, _ augmentation: ImageAugmentation = .elastic) -> [Score] {
        batches.enumerated().map { epoch, batch in
            problem.withSequences { sequences in
                let augmented = sequences.augmented(by: augmentation, seed: 5, epoch: epoch)
                return batch.map(Int32.init).withUnsafeBufferPointer {
                    engine.train(augmented, batch: $0).score
                }
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func `it equals training on images that were augmented before`(set: InstructionSet) {
        let engine = Self.problem.engine(set)
        let scores = Self.trained(engine)
        let other = Self.problem.engine(set)
        for (epoch, batch) in Self.batches.enumerated() {
            let bytes = (0..<150).flatMap { index in
                ImageAugmentation.elastic.augmented(
                    Array(Self.problem.bytes[index * 54..<(index + 1) * 54]), rows: 6, columns: 9, seed: 5,
                    epoch: epoch, index: index)
            }
            #expect(train(other, on: bytes, count: 150, batch) == scores[epoch])
        }
        expectEqual(engine.bits, other.bits)
        #expect(Self.trained(Self.problem.engine(set), .none) != scores)
    }

    /// Runs a step on other images with the labels of the problem.
    private func train(
        _ engine: SequenceEngine, on bytes: [UInt8], count: Int, _ batch: [Int]
    ) -> Score {
        bytes.withUnsafeBufferPointer { bytes in
            Self.problem.labels.withUnsafeBufferPointer { labels in
                batch.map(Int32.init).withUnsafeBufferPointer {
                    engine.train(
                        SequenceSamples(
                            bytes: bytes.baseAddress!, labels: labels.baseAddress!, count: count), batch: $0
                    ).score
                }
            }
        }
    }

    @Test(arguments: fusedSets, [1, 2, 4])
    func `any number of threads gives the same bytes`(set: InstructionSet, threads: Int) throws {
        let expected = Self.problem.engine(try #require(fusedSets.first))
        let engine = Self.problem.engine(set, threads: threads)
        #expect(Self.trained(engine) == Self.trained(expected))
        expectEqual(engine.bits, expected.bits)
    }

    /// Windows of images that overlap by all rows but one.
    @Test
    func `images may begin anywhere in memory`() {
        let engines = (0..<2).map { _ in Self.problem.engine() }
        let ranges = ImageAugmentation.shift
        let bytes = (0..<40).flatMap { index in
            ranges.augmented(
                Array(Self.problem.bytes[index * 9..<index * 9 + 54]), rows: 6, columns: 9, seed: 5, epoch: 2,
                index: index)
        }
        Self.problem.withSequences { sequences in
            let overlapping = SequenceSamples(
                sequences.inputs, stride: 9, targets: sequences.targets, count: 40
            ).augmented(by: ranges, seed: 5, epoch: 2)
            let score = (0..<40).map(Int32.init).withUnsafeBufferPointer {
                engines[0].train(overlapping, batch: $0).score
            }
            #expect(score == train(engines[1], on: bytes, count: 40, Array(0..<40)))
        }
        expectEqual(engines[0].bits, engines[1].bits)
    }

    @Test
    func `evaluation does not augment`() {
        let engine = Self.problem.engine()
        Self.problem.withSequences { sequences in
            let augmented = sequences.augmented(by: .elastic, seed: 1, epoch: 1)
            #expect(engine.evaluate(augmented) == engine.evaluate(sequences))
            let indices = (0..<40).map(Int32.init)
            #expect(
                engine.outputs(augmented, indices: indices) == engine.outputs(sequences, indices: indices))
        }
    }

    @Test
    func `ranges of zero equal no augmentation`() {
        Self.problem.withSequences { sequences in
            #expect(sequences.augmented(by: .none, seed: 1, epoch: 1).augmentation == nil)
            let augmented = sequences.augmented(by: .shift, seed: 1, epoch: 2)
            #expect(augmented.prefix(3).augmentation == .init(ranges: .shift, seed: 1, epoch: 2))
        }
    }

    @Test
    func `images of a subset are augmented by their original index`() {
        let (engine, other) = (Self.problem.engine(), Self.problem.engine())
        let origins = (0..<40).map { Int32(99 - 2 * $0) }
        let bytes = (0..<40).flatMap { place in
            ImageAugmentation.elastic.augmented(
                Array(Self.problem.bytes[place * 54..<(place + 1) * 54]), rows: 6, columns: 9, seed: 5,
                epoch: 2,
                index: Int(origins[place]))
        }
        let score = Self.problem.withSequences { sequences in
            origins.withUnsafeBufferPointer { origins in
                let taken = SequenceSamples(
                    sequences.inputs, targets: sequences.targets, count: 150, origins: origins.baseAddress
                ).augmented(by: .elastic, seed: 5, epoch: 2).prefix(40)
                return (0..<40).map(Int32.init).withUnsafeBufferPointer {
                    engine.train(taken, batch: $0).score
                }
            }
        }
        #expect(train(other, on: bytes, count: 40, Array(0..<40)) == score)
        expectEqual(engine.bits, other.bits)
    }

    @Test
    func `sequences of numbers cannot be augmented`() async {
        await #expect(processExitsWith: .failure) {
            let values: [Float] = [1, 2]
            values.withUnsafeBufferPointer {
                let samples = SequenceSamples(
                    .numbers($0.baseAddress!), targets: .values($0.baseAddress!), count: 2)
                _ = samples.augmented(by: .shift, seed: 0, epoch: 0)
            }
        }
    }
}
