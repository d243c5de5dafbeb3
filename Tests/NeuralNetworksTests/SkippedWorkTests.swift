import Testing

@testable import NeuralNetworks

@Suite("Skipped work in training")
struct SkippedWorkTests {
    static let features = 9
    static let steps = 5

    static func model(_ cell: RecurrentCell) -> SequenceModel {
        SequenceModel(
            RecurrentStack(cell, inputSize: features, hiddenSize: 3, numLayers: 2, bidirectional: true),
            sequenceLength: steps, classCount: 2)
    }

    /// Returns both directions times three units times the gates that read the input.
    static func rows(_ cell: RecurrentCell) -> Int { 2 * 3 * cell.gates }

    /// Calls a function with sequences that are zero except for some pixels.
    /// - Parameter pixels: The non-zero pixels: (sequence, step, feature).
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
    func `for zeros, all products of the first layer's input are skipped`(
        _ set: InstructionSet, _ cell: RecurrentCell
    ) {
        #expect(
            skipped(count: 32, pixels: [], set: set, cell: cell)
                == 32 * Self.rows(cell) * 2 * Self.steps * Self.features)
    }

    @Test(arguments: InstructionSet.available)
    func `a shard that is not full is computed completely`(_ set: InstructionSet) {
        #expect(skipped(count: 31, pixels: [], set: set) == 0)
        #expect(skipped(count: 33, pixels: [], set: set) == skipped(count: 32, pixels: [], set: set))
    }

    /// Features 4..<8 at steps 1 and 3, and feature 8 at step 3, each in a different sequence.
    static let pixels = [(0, 1, 5), (7, 3, 4), (31, 3, 8)]

    @Test(
        arguments: InstructionSet.available, RecurrentCell.allCases)
    func `blocks of four features are computed from their first to their last non-zero step`(
        _ set: InstructionSet, _ cell: RecurrentCell
    ) {
        let forward = Self.steps * Self.features - (4 + 5)
        // Columns 0..<4 need no step, 4..<8 need steps 1...3, 8 needs step 3.
        let gradient = 4 * 5 + 4 * 2 + 1 * 4
        #expect(
            skipped(count: 32, pixels: Self.pixels, set: set, cell: cell)
                == 32 * Self.rows(cell) * (forward + gradient))
    }

    /// NaN times zero is NaN, unless the product is skipped.
    @Test(
        arguments: InstructionSet.available,
        RecurrentCell.allCases)
    func `skipped products are not computed, for any gate`(_ set: InstructionSet, _ cell: RecurrentCell) {
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

@Suite("Times of the phases")
struct PhaseTimesTests {
    @Test(arguments: [1, 2])
    func `all phases together are the time of all threads`(threads: Int) {
        let model = SequenceModel(
            RecurrentStack(.lstm, inputSize: 8, hiddenSize: 12, numLayers: 2, bidirectional: true),
            sequenceLength: 10,
            classCount: 4)
        let engine = SequenceEngine(
            model: model, parameters: model.initialParameters(seed: 0), threads: threads)
        // There is one shard for one worker; with two workers, the other one waits.
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
