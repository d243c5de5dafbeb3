import Testing

@testable import NeuralNetworks

@Suite("Work that training leaves out")
struct SkippedWorkTests {
    static let features = 9
    static let steps = 5
    static let model = SequenceClassifier(
        RecurrentStack(.lstm, inputSize: features, hiddenSize: 3, numLayers: 2, bidirectional: true),
        sequenceLength: steps,
        classCount: 2)
    /// Both directions times the rows of four gates.
    static let rows = 2 * 4 * 3

    /// - Parameter pixels: (sequence, step, feature) of the bytes that are not zero.
    func skipped(count: Int, pixels: [(Int, Int, Int)], set: InstructionSet) -> Int {
        var bytes = [UInt8](repeating: 0, count: count * Self.steps * Self.features)
        for (sequence, step, feature) in pixels {
            bytes[(sequence * Self.steps + step) * Self.features + feature] = 200
        }
        let labels = [UInt8](repeating: 0, count: count)
        let indices = (0..<count).map(Int32.init)
        return bytes.withUnsafeBufferPointer { bytes in
            labels.withUnsafeBufferPointer { labels in
                indices.withUnsafeBufferPointer { indices in
                    Self.model.skippedMultiplyAdds(
                        LabeledSequences(
                            bytes: bytes.baseAddress!, labels: labels.baseAddress!, count: count),
                        batch: indices, instructionSet: set)
                }
            }
        }
    }

    @Test("nothing but zeros: all of the first layer's input products", arguments: InstructionSet.available)
    func zeros(_ set: InstructionSet) {
        #expect(skipped(count: 32, pixels: [], set: set) == 32 * Self.rows * 2 * Self.steps * Self.features)
    }

    @Test("a shard that is not full is computed whole", arguments: InstructionSet.available)
    func partialShard(_ set: InstructionSet) {
        #expect(skipped(count: 31, pixels: [], set: set) == 0)
        #expect(skipped(count: 33, pixels: [], set: set) == skipped(count: 32, pixels: [], set: set))
    }

    @Test(
        "blocks of four features, from the first to the last step that has one",
        arguments: InstructionSet.available)
    func blocks(_ set: InstructionSet) {
        // Features 4..<8 at steps 1 and 3, and 8 alone at step 3, each in another sequence.
        let pixels = [(0, 1, 5), (7, 3, 4), (31, 3, 8)]
        let forward = Self.steps * Self.features - (4 + 5)
        // Columns 0..<4 need no step, 4..<8 need steps 1...3, 8 needs step 3.
        let gradient = 4 * 5 + 4 * 2 + 1 * 4
        #expect(skipped(count: 32, pixels: pixels, set: set) == 32 * Self.rows * (forward + gradient))
    }
}

@Suite("Times of phases")
struct PhaseTimesTests {
    @Test("all phases together are the time of all threads", arguments: [1, 2])
    func complete(threads: Int) {
        let model = SequenceClassifier(
            RecurrentStack(.lstm, inputSize: 8, hiddenSize: 12, numLayers: 2, bidirectional: true),
            sequenceLength: 10,
            classCount: 4)
        let engine = ClassifierEngine(
            model: model, parameters: model.initialParameters(seed: 0), threads: threads)
        // One shard, which is one worker's: with two, the other one waits.
        let bytes = [UInt8](repeating: 9, count: 32 * 80)
        let labels = [UInt8](repeating: 1, count: 32)
        let indices = (0..<32).map(Int32.init)
        let start = PhaseTimes.now()
        bytes.withUnsafeBufferPointer { bytes in
            labels.withUnsafeBufferPointer { labels in
                indices.withUnsafeBufferPointer { indices in
                    let sequences = LabeledSequences(
                        bytes: bytes.baseAddress!, labels: labels.baseAddress!, count: indices.count)
                    for _ in 0..<50 { _ = engine.train(sequences, batch: indices) }
                }
            }
        }
        let elapsed = Double(threads) * (PhaseTimes.now() - start)
        let times = engine.times
        for phase in Phase.allCases where phase != .waiting { #expect(times[phase] > 0) }
        #expect(times.total <= elapsed)
        #expect(times.total >= 0.9 * elapsed)
        if threads == 2 { #expect(times[.waiting] > 0) }
    }
}
