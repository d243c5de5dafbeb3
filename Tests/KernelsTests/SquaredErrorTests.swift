import Foundation
import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Squared error")
struct SquaredErrorTests {
    /// The outputs [V][lane] of a shard; sample `indices[lane]` has the targets `targets[indices[lane] * V...]`.
    struct Problem {
        let values: Int
        let count: Int
        var outputs: [Float]
        var targets: [Float]
        var indices: [Int32]
        /// [lane] The weights; nil for none.
        var weights: [Float]?

        static let samples = 50

        init(values: Int, count: Int, magnitude: Float = 1) {
            let numbers = Numbers(seed: UInt64(values * 100 + count))
            self.values = values
            self.count = count
            outputs = numbers(values * shardLanes).map { $0 * magnitude }
            targets = numbers(values * Self.samples).map { $0 * magnitude }
            indices = (0..<count).map { _ in Int32(numbers.index(below: Self.samples)) }
        }

        func run(_ set: InstructionSet, scale: Float, throughSigmoid: Bool = false) -> (
            loss: ShardLoss, gradient: [Float]
        ) {
            let outputs = GuardedArray(outputs)
            let laneWeights = weights.map { GuardedArray($0) }
            let loss = set.kernels.squaredError(
                outputs: outputs.base, values: values, targets: targets, indices: indices, count: count,
                weights: LossWeights(lanes: laneWeights?.base), scale: scale, throughSigmoid: throughSigmoid)
            withExtendedLifetime(laneWeights) {}
            #expect(outputs.isIntact)
            return (loss, outputs.numbers)
        }

        /// Returns the loss of outputs [V][lane], computed from the equation.
        func loss(of outputs: [Double]) -> Double {
            (0..<count).reduce(0) { sum, lane in
                let squares = (0..<values).map { value in
                    let target = Double(targets[Int(indices[lane]) * values + value])
                    return pow(outputs[value * shardLanes + lane] - target, 2)
                }
                return sum + squares.reduce(0, +) / Double(values)
            }
        }

        /// Returns the central differences of `loss` for each of the numbers [V][lane] at `point`.
        func differences(at point: [Double], step: Double, _ loss: ([Double]) -> Double) -> [Double] {
            point.indices.map { index in
                var (lower, upper) = (point, point)
                lower[index] -= step
                upper[index] += step
                return (loss(upper) - loss(lower)) / (2 * step)
            }
        }

        var idle: [Int] { outputs.indices.filter { $0 % shardLanes >= count } }
    }

    static let sizes = [(1, 1), (1, 20), (1, 32), (3, 1), (3, 20), (3, 32), (2, 0), (5, 17)]

    @Test(arguments: InstructionSet.available, sizes)
    func `loss and gradient equal the reference`(_ set: InstructionSet, _ size: (values: Int, count: Int)) {
        for magnitude in [1, 1e-3, 1e3, 1e30] as [Float] {
            let problem = Problem(values: size.values, count: size.count, magnitude: magnitude)
            let scale: Float = 1 / 20
            let outputs = problem.outputs.map(Double.init)
            let (loss, gradient) = problem.run(set, scale: scale)
            let expected = problem.loss(of: outputs)
            #expect(abs(loss.sum - expected) <= 1e-6 * expected, "\(loss.sum), expected \(expected)")
            #expect(loss.correct == 0)
            // The loss is quadratic, so its central difference equals its derivative for any step.
            let step = Double(magnitude)
            let derivatives = problem.differences(at: outputs, step: step, problem.loss)
            expectClose(
                gradient, derivatives.map { $0 * Double(scale) }, absolute: 2e-8 * step, relative: 1e-6,
                "magnitude \(magnitude)")
            #expect(problem.idle.allSatisfy { gradient[$0] == 0 })
        }
    }

    @Test(arguments: InstructionSet.available, sizes)
    func `the gradient can be computed for the sigmoid's argument`(
        _ set: InstructionSet, _ size: (values: Int, count: Int)
    ) {
        var problem = Problem(values: size.values, count: size.count, magnitude: 4)
        let arguments = problem.outputs
        let outputs = GuardedArray(arguments)
        set.kernels.sigmoid(outputs.base, count: outputs.count)
        problem.outputs = outputs.numbers

        let scale: Float = 3
        let (loss, gradient) = problem.run(set, scale: scale, throughSigmoid: true)
        let point = arguments.map(Double.init)
        func lossThroughSigmoid(_ z: [Double]) -> Double { problem.loss(of: z.map { 1 / (1 + exp(-$0)) }) }
        let expected = lossThroughSigmoid(point)
        #expect(abs(loss.sum - expected) <= 1e-6 * expected, "\(loss.sum), expected \(expected)")
        let derivatives = problem.differences(at: point, step: 1e-4, lossThroughSigmoid)
        expectClose(
            gradient, derivatives.map { $0 * Double(scale) }, absolute: 5e-6 * Double(scale), relative: 1e-6)
        #expect(problem.idle.allSatisfy { gradient[$0] == 0 })
    }

    @Test(
        arguments: [false, true])
    func `loss and gradient are bit-identical on every instruction set`(throughSigmoid: Bool) {
        for (values, count) in Self.sizes {
            let problem = Problem(values: values, count: count)
            let results = InstructionSet.available.map {
                problem.run($0, scale: 1 / 3, throughSigmoid: throughSigmoid)
            }
            for result in results {
                #expect(result.loss.sum.bitPattern == results[0].loss.sum.bitPattern)
                expectSameBits(result.gradient, results[0].gradient)
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func `the loss is the sum of the lanes' losses in their order`(_ set: InstructionSet) {
        var problem = Problem(values: 3, count: 32)
        // The errors differ much in size, so that another order would round differently.
        for index in problem.outputs.indices { problem.outputs[index] *= pow(10, Float(index % 7)) }
        var sum = 0.0
        for lane in 0..<problem.count {
            var single = Problem(values: 3, count: 1)
            single.targets = problem.targets
            single.indices = [problem.indices[lane]]
            for value in 0..<3 {
                single.outputs[value * shardLanes] = problem.outputs[value * shardLanes + lane]
            }
            sum += single.run(set, scale: 1).loss.sum
        }
        #expect(problem.run(set, scale: 1).loss.sum == sum)
    }

    @Test(arguments: InstructionSet.available, sizes)
    func `the weight of a lane multiplies its loss and gradient`(
        _ set: InstructionSet, _ size: (values: Int, count: Int)
    ) {
        var problem = Problem(values: size.values, count: size.count)
        let (_, gradient) = problem.run(set, scale: 1)
        let weights = (0..<shardLanes).map { Float($0 % 4) / 2 }
        var expected = 0.0
        for lane in 0..<size.count {
            var single = Problem(values: size.values, count: 1)
            single.targets = problem.targets
            single.indices = [problem.indices[lane]]
            for value in 0..<size.values {
                single.outputs[value * shardLanes] = problem.outputs[value * shardLanes + lane]
            }
            expected += Double(weights[lane]) * single.run(set, scale: 1).loss.sum
        }
        problem.weights = weights
        let weighted = problem.run(set, scale: 1)
        #expect(weighted.loss.sum == expected)
        let wanted = gradient.enumerated().map { Double($1 * weights[$0 % shardLanes]) }
        expectClose(weighted.gradient, wanted, absolute: 0, relative: 1e-6)
    }

    @Test(arguments: InstructionSet.available)
    func `a scale of zero computes only the loss`(_ set: InstructionSet) {
        let problem = Problem(values: 3, count: 29)
        let measured = problem.run(set, scale: 0)
        #expect(measured.loss.sum == problem.run(set, scale: 1).loss.sum)
        #expect(measured.gradient.allSatisfy { $0 == 0 })
    }

    @Test(
        arguments: InstructionSet.available, [Float.nan, .infinity, -.infinity])
    func `a number that is not finite makes the loss not finite`(_ set: InstructionSet, _ number: Float) {
        let sound = Problem(values: 3, count: 20)
        for value in 0..<3 {
            for lane in [0, 7, 15, 16, 19] {
                var output = sound
                output.indices = (0..<20).map(Int32.init)
                var target = output
                output.outputs[value * shardLanes + lane] = number
                target.targets[lane * 3 + value] = number
                var both = output
                both.targets = target.targets
                for throughSigmoid in [false, true] {
                    for problem in [output, target, both] {
                        let (loss, gradient) = problem.run(set, scale: 1, throughSigmoid: throughSigmoid)
                        #expect(!loss.sum.isFinite, "value \(value), lane \(lane)")
                        let strays = gradient.indices.filter { !gradient[$0].isFinite }
                        #expect(strays == [value * shardLanes + lane])
                    }
                }
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func `idle lanes and other samples' targets have no effect`(_ set: InstructionSet) {
        let problem = Problem(values: 3, count: 20)
        var changed = problem
        for index in problem.idle { changed.outputs[index] = .nan }
        for sample in 0..<Problem.samples where !problem.indices.contains(Int32(sample)) {
            for value in 0..<3 { changed.targets[sample * 3 + value] = .nan }
        }
        let (before, after) = (problem.run(set, scale: 1), changed.run(set, scale: 1))
        #expect(after.loss.sum == before.loss.sum)
        expectSameBits(after.gradient, before.gradient)
    }
}
