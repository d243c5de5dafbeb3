import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Properties of every training")
struct ClassifierPropertyTests {
    /// A problem with more parameters than one task of the optimizer takes, and with more images than groups of shards.
    static let problem = ClassifierProblem(
        RecurrentStack(.lstm, inputSize: 9, hiddenSize: 20, numLayers: 2, bidirectional: true), steps: 6,
        classes: 10,
        count: 2_100,
        blank: .borders)

    /// Trains on batches of one shard, of several, of more shards than groups, and of a shard that is not full.
    static func trained(_ engine: SequenceEngine) -> [Score] {
        [0..<32, 32..<160, 160..<360, 0..<2_100, 3..<8, 0..<2_080].map { engine.train(problem, $0) }
            + [problem.withSequences { engine.evaluate($0) }]
    }

    static let expected = fusedSets.first.map { set in
        let engine = problem.engine(set)
        return (scores: trained(engine), bits: engine.bits)
    }

    @Test(arguments: fusedSets, [1, 2, 3, 4])
    func `the same seed gives the same bytes`(_ set: InstructionSet, threads: Int) throws {
        let expected = try #require(Self.expected)
        let engine = Self.problem.engine(set, threads: threads)
        #expect(Self.trained(engine) == expected.scores)
        expectEqual(engine.bits, expected.bits)
    }

    @Test
    func `the same seed gives the same bytes without fused multiply-adds`() {
        let engines = [1, 3].map { Self.problem.engine(.portable, threads: $0) }
        #expect(Self.trained(engines[0]) == Self.trained(engines[1]))
        expectEqual(engines[0].bits, engines[1].bits)
    }

    /// The bytes are the same in a debug build, a release build and on every machine. If the order of sums is changed
    /// on purpose, the new number must be entered here.
    @Test
    func `the bytes after training never change`() throws {
        let found = hash(try #require(Self.expected).bits)
        #expect(found == 0x654c01c57ddaa336)
    }

    @Test
    func `another seed gives other bytes`() {
        #expect(Self.problem.engine(seed: 1).bits != Self.problem.engine(seed: 2).bits)
    }

    /// Batches of one shard or several, of fewer and of more than there are groups.
    @Test(
        arguments: InstructionSet.available,
        [(50, 128), (900, 2_100)])
    func `losses and gradients of two parts of a batch sum to the results of the whole`(
        _ set: InstructionSet, _ sizes: (first: Int, whole: Int)
    ) {
        let engine = Self.problem.engine(set)
        func summed(_ images: Range<Int>) -> (score: Score, gradient: [Double]) {
            let score = engine.computeGradients(Self.problem, images)
            return (score, engine.gradient().map { Double($0) * Double(images.count) / Double(sizes.whole) })
        }
        let whole = summed(0..<sizes.whole)
        let first = summed(0..<sizes.first)
        let second = summed(sizes.first..<sizes.whole)
        expectClose(plus(first.gradient, second.gradient), whole.gradient, "gradient")
        expectClose([first.score.lossSum + second.score.lossSum], [whole.score.lossSum], "loss")
        #expect(first.score.correct + second.score.correct == whole.score.correct)
        #expect(whole.score.count == sizes.whole)
    }

    @Test(
        arguments: InstructionSet.available,
        RecurrentCell.allCases.map { ($0, Readout.all) } + Readout.ofSequences.map { (.lstm, $0) })
    func `training overfits 32 images`(
        _ set: InstructionSet, _ kind: (cell: RecurrentCell, readout: Readout)
    ) {
        let problem = ClassifierProblem(
            RecurrentStack(kind.cell, inputSize: 9, hiddenSize: 12, numLayers: 2, bidirectional: true),
            steps: 6, classes: 10, readout: kind.readout, count: 32)
        let engine = problem.engine(set)
        for _ in 0..<(kind.readout == .all ? 150 : 400) { engine.train(problem, 0..<32) }
        let score = problem.withSequences { engine.evaluate($0) }
        #expect(score.accuracy == 1)
        #expect(score.loss < 0.05)
    }

    @Test
    func `a NaN in any parameter makes the loss not finite and changes nothing`() {
        let problem = ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 3, hiddenSize: 5, numLayers: 2, bidirectional: true), steps: 4,
            classes: 3,
            count: 40)
        for set in InstructionSet.available {
            for parameter in problem.model.layout.parameters {
                for place in [parameter.range.first!, parameter.range.last!] {
                    expectRefused(
                        problem, set, { $0.base[place] = .nan }, "\(set): NaN at \(place), \(parameter.name)")
                }
            }
        }
    }

    @Test(arguments: InstructionSet.available, [Float.infinity, -.infinity])
    func `an infinite score makes the loss not finite and changes nothing`(
        _ set: InstructionSet, number: Float
    ) {
        let problem = ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 3, hiddenSize: 5), steps: 4, classes: 3, count: 40)
        for name in ["fc.weight", "fc.bias"] {
            let range = problem.model.layout[name]!.range
            expectRefused(problem, set, { $0.base[range.lowerBound] = number }, "\(name)")
        }
    }

    private func expectRefused(
        _ problem: ClassifierProblem, _ set: InstructionSet, _ damage: (FloatBuffer) -> Void, _ what: String
    ) {
        let engine = problem.engine(set)
        engine.train(problem, 0..<8)
        damage(engine.parameters)
        engine.parametersChanged()
        let before = engine.bits
        let score = engine.train(problem, 0..<40)
        #expect(!score.loss.isFinite, "\(what)")
        #expect(score.count == 40)
        expectEqual(engine.bits, before, "\(what)")
        #expect(engine.optimizerState.stepCount == 1)
    }

    @Test
    func `every phase of training has a time`() {
        let teacher = Distillation(
            teacher: Self.problem.model, parameters: Self.problem.model.initialParameters(seed: 1),
            weight: 0.5,
            temperature: 2)
        let engine = Self.problem.engine(Adam(), distillation: teacher, threads: 2)
        #expect(engine.times.total == 0)
        engine.train(Self.problem, 0..<128)
        let times = engine.times
        for phase in Phase.allCases where phase != .waiting { #expect(times[phase] > 0, "\(phase)") }
        #expect(times[.waiting] >= 0)
        let sum = Phase.allCases.map { times[$0] }.reduce(0, +)
        #expect(abs(times.total - sum) < 1e-12)
    }

    @Test
    func `an empty batch changes nothing`() {
        let engine = Self.problem.engine()
        let before = engine.bits
        let score = engine.train(Self.problem, [])
        #expect(score == Score())
        #expect(score.loss.isNaN && score.accuracy.isNaN)
        expectEqual(engine.bits, before)
        #expect(engine.optimizerState.stepCount == 0)
    }
}

/// Returns the FNV-1a hash of the bytes, least significant first.
func hash(_ words: [UInt32]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for word in words {
        for shift in stride(from: 0, to: 32, by: 8) {
            hash = (hash ^ UInt64(word >> UInt32(shift) & 255)) &* 0x100_0000_01b3
        }
    }
    return hash
}
