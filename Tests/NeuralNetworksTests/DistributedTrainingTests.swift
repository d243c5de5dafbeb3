import TestSupport
import Testing
import TrainingSamples

@testable import NeuralNetworks

/// A training over several processes has the bytes of a training in one.
@Suite("Training over several processes") struct DistributedTrainingTests {
    private static let stack = RecurrentStack(
        .lstm, inputSize: 6, hiddenSize: 9, numLayers: 2, dropout: 0.2, bidirectional: true)
    private static let problem = ClassifierProblem(stack, steps: 5, classes: 7, count: 150)

    /// The weights, their average and the scores after some steps, in bits.
    private struct Outcome: Hashable, Sendable {
        var weights: [UInt32] = []
        var average: [UInt32] = []
        var losses: [UInt64] = []
        var norms: [UInt64] = []
        var correct: [Int] = []
    }

    private struct Setting: CustomTestStringConvertible {
        let name: String
        let batchSize: Int
        let makeEngine: @Sendable (_ threads: Int) -> SequenceEngine

        var testDescription: String { name }
    }

    private static let settings = [
        Setting(name: "Adam, batches of 4 shards", batchSize: 128) {
            problem.engine(Adam(learningRate: 0.01), averageDecay: 0.9, seed: 5, threads: $0)
        },
        Setting(name: "SGD, clipped norm, smoothed labels, a last shard of one", batchSize: 97) {
            problem.engine(
                SGD(learningRate: 0.1, momentum: 0.9), clipping: .norm(0.05), labelSmoothing: 0.1, threads: $0
            )
        },
        Setting(name: "clipped values, one shard", batchSize: 20) {
            problem.engine(RMSprop(learningRate: 0.001), clipping: .value(1e-4), seed: 2, threads: $0)
        },
    ]

    /// Trains two epochs and evaluates.
    private static func train(_ engine: SequenceEngine, _ problem: ClassifierProblem, batchSize: Int)
        -> Outcome
    {
        var outcome = Outcome()
        problem.withSequences { samples in
            for epoch in 0..<2 {
                for first in stride(from: 0, to: problem.count, by: batchSize) {
                    let batch = (first..<min(first + batchSize, problem.count)).map {
                        Int32(($0 * 7 + epoch) % problem.count)
                    }
                    let step = batch.withUnsafeBufferPointer { engine.train(samples, batch: $0) }
                    outcome.losses.append(step.score.lossSum.bitPattern)
                    outcome.correct.append(step.score.correct)
                    outcome.norms.append((step.gradientNorm ?? -1).bitPattern)
                }
                let score = engine.evaluate(samples)
                outcome.losses.append(score.lossSum.bitPattern)
                outcome.correct.append(score.correct)
            }
        }
        outcome.weights = engine.parameters.elements.map(\.bitPattern)
        outcome.average = engine.withAverage { engine.parameters.elements.map(\.bitPattern) } ?? []
        return outcome
    }

    @Test(arguments: settings)
    private func `any number of processes and threads has the bytes of one`(setting: Setting) {
        let expected = Self.train(setting.makeEngine(1), Self.problem, batchSize: setting.batchSize)
        #expect(Set(expected.weights).count > 100 && expected.correct.contains { $0 > 0 })
        for processes in 1...5 {
            for threads in [1, 2] {
                let outcomes = LocalExchange.run(processes) { exchange in
                    let engine = setting.makeEngine(threads)
                    engine.connect(exchange)
                    return Self.train(engine, Self.problem, batchSize: setting.batchSize)
                }
                for (process, outcome) in outcomes.enumerated() {
                    #expect(outcome == expected, "process \(process) of \(processes), \(threads) threads")
                }
            }
        }
    }

    /// A batch of 66 shards, of which two share a group with another.
    @Test func `more shards than groups have the bytes of one process`() {
        let problem = ClassifierProblem(
            RecurrentStack(.rnnTanh, inputSize: 2, hiddenSize: 3), steps: 2, classes: 3, count: 66 * 32 - 5)
        func engine() -> SequenceEngine { problem.engine(Adam(learningRate: 0.01)) }
        let expected = Self.train(engine(), problem, batchSize: problem.count)
        for processes in [2, 3] {
            let outcomes = LocalExchange.run(processes) { exchange in
                let engine = problem.engine(Adam(learningRate: 0.01))
                engine.connect(exchange)
                return Self.train(engine, problem, batchSize: problem.count)
            }
            #expect(outcomes.allSatisfy { $0 == expected }, "\(processes) processes")
        }
    }

    @Test(arguments: 1...7, [0, 1, 4, 64])
    func `shares are consecutive and of the same size up to one`(processes: Int, count: Int) {
        let shares = LocalExchange.run(processes) { $0.shares(of: count) }
        #expect(Set(shares).count == 1)
        #expect(shares[0].flatMap(Array.init) == Array(0..<count) && shares[0].count == processes)
        let sizes = shares[0].map(\.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
}
