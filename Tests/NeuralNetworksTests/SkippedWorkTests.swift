import Testing

@testable import NeuralNetworks

@Suite("Work that training leaves out")
struct SkippedWorkTests {
    static let features = 9
    static let steps = 5

    static func model(_ cell: RecurrentCell) -> SequenceModel {
        SequenceModel(
            RecurrentStack(cell, inputSize: features, hiddenSize: 3, numLayers: 2, bidirectional: true),
            sequenceLength: steps, classCount: 2)
    }

    /// Both directions times three units times the gates that read the input.
    static func rows(_ cell: RecurrentCell) -> Int { 2 * 3 * cell.gates }

    /// Sequences that are zero but for some pixels.
    /// - Parameter pixels: (sequence, step, feature)
    func withSequences<T>(
        count: Int, pixels: [(Int, Int, Int)], _ body: (SequenceSamples) throws -> T
    ) rethrows -> T {
        var bytes = [UInt8](repeating: 0, count: count * Self.steps * Self.features)
        for (sequence, step, feature) in pixels {
            bytes[(sequence * Self.steps + step) * Self.features + feature] = 200
        }
        let labels = [UInt8](repeating: 0, count: count)
        return try bytes.withUnsafeBufferPointer { bytes in
            try labels.withUnsafeBufferPointer { labels in
                try body(
                    SequenceSamples(bytes: bytes.baseAddress!, labels: labels.baseAddress!, count: count))
            }
        }
    }

    func skipped(
        count: Int, pixels: [(Int, Int, Int)], set: InstructionSet, cell: RecurrentCell = .lstm
    ) -> Int {
        withSequences(count: count, pixels: pixels) { sequences in
            (0..<count).map(Int32.init).withUnsafeBufferPointer { indices in
                Self.model(cell).skippedMultiplyAdds(sequences, batch: indices, instructionSet: set)
            }
        }
    }

    @Test(
        arguments: InstructionSet.available,
        RecurrentCell.allCases)
    func `nothing but zeros: all of the first layer's input products`(
        _ set: InstructionSet, _ cell: RecurrentCell
    ) {
        #expect(
            skipped(count: 32, pixels: [], set: set, cell: cell)
                == 32 * Self.rows(cell) * 2 * Self.steps * Self.features)
    }

    @Test(arguments: InstructionSet.available)
    func `a shard that is not full is computed whole`(_ set: InstructionSet) {
        #expect(skipped(count: 31, pixels: [], set: set) == 0)
        #expect(skipped(count: 33, pixels: [], set: set) == skipped(count: 32, pixels: [], set: set))
    }

    /// Features 4..<8 at steps 1 and 3, and 8 alone at step 3, each in another sequence.
    static let pixels = [(0, 1, 5), (7, 3, 4), (31, 3, 8)]

    @Test(
        arguments: InstructionSet.available, RecurrentCell.allCases)
    func `blocks of four features, from the first to the last step that has one`(
        _ set: InstructionSet, _ cell: RecurrentCell
    ) {
        let forward = Self.steps * Self.features - (4 + 5)
        // Columns 0..<4 need no step, 4..<8 need steps 1...3, 8 needs step 3.
        let gradient = 4 * 5 + 4 * 2 + 1 * 4
        #expect(
            skipped(count: 32, pixels: Self.pixels, set: set, cell: cell)
                == 32 * Self.rows(cell) * (forward + gradient))
    }

    /// A NaN times zero is a NaN, unless nobody multiplies.
    @Test(
        arguments: InstructionSet.available,
        RecurrentCell.allCases)
    func `what counts as skipped is not computed, for any gate`(_ set: InstructionSet, _ cell: RecurrentCell)
    {
        let model = Self.model(cell)
        let weight = model.layout.parameters[0]
        for row in 0..<weight.shape[0] {
            let parameters = model.initialParameters(seed: 1)
            for column in 0..<4 { parameters.base[row * Self.features + column] = .nan }
            let engine = SequenceEngine(model: model, parameters: parameters, instructionSet: set)
            for (count, isSkipped) in [(32, true), (31, false)] {
                let scores = withSequences(count: count, pixels: Self.pixels.filter { $0.0 < count }) {
                    engine.outputs($0, indices: (0..<count).map(Int32.init))
                }
                #expect(scores.allSatisfy(\.isFinite) == isSkipped, "row \(row), \(count) sequences")
            }
        }
    }
}

@Suite("Times of phases")
struct PhaseTimesTests {
    @Test(arguments: [1, 2])
    func `all phases together are the time of all threads`(threads: Int) {
        let model = SequenceModel(
            RecurrentStack(.lstm, inputSize: 8, hiddenSize: 12, numLayers: 2, bidirectional: true),
            sequenceLength: 10,
            classCount: 4)
        let engine = SequenceEngine(
            model: model, parameters: model.initialParameters(seed: 0), threads: threads)
        // One shard, which is one worker's: with two, the other one waits.
        let bytes = [UInt8](repeating: 9, count: 32 * 80)
        let labels = [UInt8](repeating: 1, count: 32)
        let indices = (0..<32).map(Int32.init)
        let start = PhaseTimes.now()
        bytes.withUnsafeBufferPointer { bytes in
            labels.withUnsafeBufferPointer { labels in
                indices.withUnsafeBufferPointer { indices in
                    let sequences = SequenceSamples(
                        bytes: bytes.baseAddress!, labels: labels.baseAddress!, count: indices.count)
                    for _ in 0..<50 { _ = engine.train(sequences, batch: indices) }
                }
            }
        }
        let elapsed = Double(threads) * (PhaseTimes.now() - start)
        let times = engine.times
        for phase in Phase.allCases where ![.waiting, .teacher].contains(phase) { #expect(times[phase] > 0) }
        #expect(times.total <= elapsed)
        #expect(times.total >= 0.9 * elapsed)
        if threads == 2 { #expect(times[.waiting] > 0) }
    }
}
