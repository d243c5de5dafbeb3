import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Optimizers, clipping, smoothed labels and dropout in the classifier's engine")
struct ClassifierOptimizationTests {
    /// A model whose parameters have three slices.
    static let problem = ClassifierPropertyTests.problem
    static let optimizers: [any Optimizer] = [
        SGD(learningRate: 0.05), SGD(learningRate: 0.05, momentum: 0.9, nesterov: true),
        Adam(learningRate: 5e-3, weightDecay: 0.1), AdamW(learningRate: 5e-3),
        RMSprop(learningRate: 1e-3, momentum: 0.5),
    ]
    static let clippings = [GradientClipping.none, .norm(0.05), .value(1e-3)]

    private func norm(_ engine: SequenceEngine) -> Double {
        engine.gradient().reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }

    @Test(
        arguments: 0..<5, clippings)
    func `any number of threads and every fused instruction set give the same bytes`(
        _ optimizer: Int, _ clipping: GradientClipping
    ) {
        func trained(_ set: InstructionSet, _ threads: Int) -> [UInt32] {
            let engine = Self.problem.engine(
                Self.optimizers[optimizer], clipping: clipping, labelSmoothing: 0.1, threads: threads, set)
            for first in [0, 40, 300] { engine.train(Self.problem, first..<first + 200) }
            return engine.bits
        }
        guard let first = fusedSets.first else { return }
        let expected = trained(first, 1)
        for threads in 2...4 { expectEqual(trained(first, threads), expected, "\(threads) threads") }
        for set in fusedSets.dropFirst() { expectEqual(trained(set, 3), expected, "\(set)") }
    }

    @Test(arguments: 0..<5)
    func `every optimizer learns`(_ optimizer: Int) {
        let engine = Self.problem.engine(Self.optimizers[optimizer])
        let first = engine.train(Self.problem, 0..<64).loss
        for _ in 0..<10 { engine.train(Self.problem, 0..<64) }
        #expect(engine.train(Self.problem, 0..<64).loss < first - 0.004)
    }

    @Test
    func `the norm is the gradient's, and a norm below the limit changes no byte`() {
        let plain = Self.problem.engine(Adam())
        let measured = [GradientClipping.norm(.infinity), .norm(1e3), .value(1e3)].map {
            Self.problem.engine(Adam(), clipping: $0, threads: 2)
        }
        for batch in [0..<200, 100..<2_100] {
            #expect(plain.step(Self.problem, batch).gradientNorm == nil)
            let expected = norm(plain)
            #expect(expected > 0.01)
            for engine in measured {
                let step = engine.step(Self.problem, batch)
                #expect(step.isApplied && step.gradientNorm == engine.gradientNorm)
                expectEqual(engine.bits, plain.bits)
                guard engine.clipping.needsNorm else { continue }
                expectClose([step.gradientNorm ?? .nan], [expected], absolute: 0, relative: 1e-12)
            }
        }
    }

    @Test(arguments: clippings)
    func `a step follows the clipped gradient`(_ clipping: GradientClipping) {
        let engine = Self.problem.engine(SGD(learningRate: 1), clipping: clipping)
        let before = engine.parameters.elements
        engine.train(Self.problem, 0..<200)
        let norm = norm(engine)
        let expected = zip(before, engine.gradient()).map { parameter, gradient in
            switch clipping {
            case .none: Double(parameter) - Double(gradient)
            case .norm(let limit): Double(parameter) - Double(gradient) * min(1, limit / (norm + 1e-6))
            case .value(let limit): Double(parameter) - min(max(Double(gradient), -limit), limit)
            }
        }
        #expect(norm > 0.05 && engine.gradient().contains { abs($0) > 1e-3 })
        expectClose(engine.parameters.elements, expected, absolute: 1e-7, relative: 1e-6)
    }

    /// Returns a problem with one sequence of label 0 in which a gradient overflows: two weights of 3e38 and opposite
    /// sign meet in the gradient of one feature. The sign depends on the feature.
    private func overflowing(_ clipping: GradientClipping) -> (ClassifierProblem, [SequenceEngine]) {
        let problem = ClassifierProblem(
            RecurrentStack(.lstm, inputSize: 3, hiddenSize: 5), steps: 4, classes: 3, count: 1)
        let weight = problem.model.layout["fc.weight"]!
        return (
            problem,
            [3e38, -3e38].map { (number: Float) in
                let engine = problem.engine(Adam(), clipping: clipping)
                engine.parameters.base[weight.offset] = number
                engine.parameters.base[weight.offset + weight.shape[1]] = -number
                engine.parameters.base[weight.offset + 2 * weight.shape[1]] = -number
                engine.parametersChanged()
                return engine
            }
        )
    }

    @Test
    func `a gradient that overflows changes nothing if its norm is computed`() {
        let (problem, engines) = overflowing(.norm(1))
        let refused = engines.filter { engine in
            let before = engine.bits
            let step = engine.step(problem, [0])
            #expect(step.score.loss.isFinite)
            #expect(step.isApplied == step.gradientNorm?.isFinite)
            if !step.isApplied {
                expectEqual(engine.bits, before)
                #expect(engine.optimizerState.stepCount == 0)
            }
            return !step.isApplied
        }
        #expect(refused.count == 1)

        let (_, unclipped) = overflowing(.none)
        for engine in unclipped { #expect(engine.step(problem, [0]).isApplied) }
        let spoilt = unclipped.filter { !$0.parameters.elements.allSatisfy(\.isFinite) }
        #expect(spoilt.count == 1)
    }

    @Test
    func `the learning rate can be set`() {
        let engine = Self.problem.engine(AdamW(learningRate: 1, weightDecay: 0.2))
        #expect(engine.learningRate == 1)
        engine.learningRate = 2e-3
        let other = Self.problem.engine(AdamW(learningRate: 2e-3, weightDecay: 0.2))
        for engine in [engine, other] { engine.train(Self.problem, 0..<50) }
        expectEqual(engine.bits, other.bits)
        engine.learningRate = 0
        let before = engine.parameters.elements
        engine.train(Self.problem, 0..<50)
        expectEqual(engine.parameters.elements, before)
    }

    @Test
    func `labels are smoothed in training and not in evaluation`() throws {
        let (count, classes, share) = (50, 10, 0.3)
        let plain = Self.problem.engine(Adam())
        let smoothed = Self.problem.engine(Adam(), labelSmoothing: share)
        let scores = plain.outputs(Self.problem, 0..<count).map(Double.init)
        let uniform = (0..<count).map { image in
            let row = scores[image * classes..<(image + 1) * classes]
            let logSum = log(row.reduce(0) { $0 + exp($1) })
            return row.reduce(0) { $0 + logSum - $1 } / Double(classes)
        }
        let loss = plain.computeGradients(Self.problem, 0..<count).loss
        let expected = (1 - share) * loss + share * uniform.reduce(0, +) / Double(count)
        #expect(abs(expected - loss) > 1e-4)
        expectClose([smoothed.computeGradients(Self.problem, 0..<count).loss], [expected])

        let bias = try #require(Self.problem.model.layout["fc.bias"])
        let gradient = smoothed.gradient()
        for index in bias.range {
            let losses = [-0.02, 0.04].map { (difference: Float) in
                smoothed.parameters.base[index] += difference
                smoothed.parametersChanged()
                return smoothed.computeGradients(Self.problem, 0..<count).loss
            }
            smoothed.parameters.base[index] -= 0.02
            expectClose([(losses[1] - losses[0]) / 0.04], [gradient[index]], absolute: 3e-5, relative: 0)
        }
        smoothed.parameters.fill(plain.parameters.elements)
        smoothed.parametersChanged()
        let scored = [plain, smoothed].map { engine in Self.problem.withSequences { engine.evaluate($0) } }
        #expect(scored[0] == scored[1])
        let all = plain.computeGradients(Self.problem, 0..<Self.problem.count)
        expectClose([scored[1].lossSum], [all.lossSum], absolute: 0, relative: 1e-12)
    }
}

@Suite("Dropout in the classifier's engine")
struct ClassifierDropoutTests {
    static let problem = ClassifierProblem(
        RecurrentStack(.lstm, inputSize: 9, hiddenSize: 11, numLayers: 2, bidirectional: true), steps: 6,
        classes: 10, count: 300)

    /// Returns a model with the same parameters for any dropout.
    static func model(_ readout: Readout, layers: Double, features: Double) -> SequenceModel {
        SequenceModel(
            RecurrentStack(
                .lstm, inputSize: 9, hiddenSize: 11, numLayers: 2, dropout: layers, bidirectional: true),
            sequenceLength: 6, classCount: 10, readout: readout, dropout: features)
    }

    static func engine(
        _ layers: Double, _ features: Double, seed: UInt64 = 5, threads: Int = 1, learningRate: Double = 5e-3,
        _ set: InstructionSet = .best
    ) -> SequenceEngine {
        problem.engine(
            Adam(learningRate: learningRate), seed: seed, threads: threads, set,
            model: model(.all, layers: layers, features: features))
    }

    static func trained(_ engine: SequenceEngine) -> [UInt32] {
        for first in [0, 17, 40] { engine.train(problem, first..<first + 200) }
        return engine.bits
    }

    static let kinds = [(0.3, 0.2), (0.3, 0), (0, 0.2)]

    @Test(arguments: kinds)
    func `the same seed gives the same bytes for any number of threads, and other seeds give others`(
        _ layers: Double, _ features: Double
    ) {
        guard let first = fusedSets.first else { return }
        let expected = Self.trained(Self.engine(layers, features, first))
        for threads in 2...4 {
            expectEqual(Self.trained(Self.engine(layers, features, threads: threads, first)), expected)
        }
        for set in fusedSets { expectEqual(Self.trained(Self.engine(layers, features, set)), expected) }
        #expect(Self.trained(Self.engine(layers, features, seed: 6, first)) != expected)
        #expect(Self.trained(Self.engine(0, 0, first)) != expected)
    }

    @Test(arguments: kinds)
    func `masks differ between steps and between positions in the batch`(
        _ layers: Double, _ features: Double
    ) {
        let engine = Self.engine(layers, features, learningRate: 0)
        let losses = [0..<64, 0..<64].map { engine.train(Self.problem, $0).loss }
        #expect(losses[0] != losses[1])
        // The same image is at every position of two shards.
        let other = Self.engine(layers, features)
        let all = other.computeGradients(Self.problem, Array(repeating: 7, count: 64)).lossSum
        let first = other.computeGradients(Self.problem, Array(repeating: 7, count: 32)).lossSum
        let one = other.computeGradients(Self.problem, [7]).lossSum
        #expect(all != 2 * first && first != 32 * one)
        #expect(other.computeGradients(Self.problem, [7]).lossSum == one)
    }

    @Test(arguments: kinds)
    func `evaluation applies no dropout`(_ layers: Double, _ features: Double) {
        let plain = Self.engine(0, 0)
        let dropping = Self.engine(layers, features)
        let scores = [plain, dropping].map { engine in Self.problem.withSequences { engine.evaluate($0) } }
        #expect(scores[0] == scores[1])
        expectEqual(dropping.outputs(Self.problem, 0..<40), plain.outputs(Self.problem, 0..<40))
    }
}
