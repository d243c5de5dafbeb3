import Foundation
import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Distillation loss")
struct DivergenceTests {
    /// The scores [C][lane] of a shard.
    struct Problem {
        let classes: Int
        let count: Int
        var scores: [Float]
        var wanted: [Float]

        init(classes: Int, count: Int, magnitude: Float = 3) {
            let numbers = Numbers(seed: UInt64(classes * 100 + count))
            self.classes = classes
            self.count = count
            scores = numbers(classes * shardLanes).map { $0 * magnitude }
            wanted = numbers(classes * shardLanes).map { $0 * magnitude }
        }

        func run(_ set: InstructionSet, temperature: Float, scale: Float) -> (sum: Double, gradient: [Float])
        {
            let (scores, wanted) = (GuardedArray(scores), GuardedArray(wanted))
            let sum = set.kernels.divergence(
                scores: scores.base, wanted: wanted.base, classes: classes, count: count,
                temperature: temperature, scale: scale)
            #expect(scores.isIntact && wanted.isIntact)
            #expect(scores.numbers.map(\.bitPattern) == self.scores.map(\.bitPattern))
            return (sum, wanted.numbers)
        }

        /// Returns the result computed from the equations.
        func expected(temperature: Double, scale: Double) -> (sum: Double, gradient: [Double]) {
            var result = (sum: 0.0, gradient: [Double](repeating: 0, count: scores.count))
            for lane in 0..<count {
                func logarithms(_ numbers: [Float]) -> [Double] {
                    let scores = (0..<classes).map { Double(numbers[$0 * shardLanes + lane]) / temperature }
                    let highest = scores.max()!
                    let logSum = highest + log(scores.reduce(0) { $0 + exp($1 - highest) })
                    return scores.map { $0 - logSum }
                }
                for (index, (own, wanted)) in zip(logarithms(scores), logarithms(wanted)).enumerated() {
                    result.sum += temperature * temperature * exp(wanted) * (wanted - own)
                    result.gradient[index * shardLanes + lane] =
                        temperature * (exp(own) - exp(wanted)) * scale
                }
            }
            return result
        }
    }

    @Test(
        arguments: InstructionSet.available,
        [0.5, 1, 2, 8] as [Double])
    func `sum and gradient match the equations and finite differences`(
        _ set: InstructionSet, temperature: Double
    ) {
        for (classes, count, magnitude) in [
            (1, 5, 3), (2, 32, 3), (3, 17, 0.1), (10, 31, 3), (10, 16, 30), (47, 15, 3), (256, 1, 3),
            (10, 0, 3),
        ] as [(Int, Int, Float)] {
            let problem = Problem(classes: classes, count: count, magnitude: magnitude)
            let scale: Float = 1 / 128
            let expected = problem.expected(temperature: temperature, scale: Double(scale))
            let (sum, gradient) = problem.run(set, temperature: Float(temperature), scale: scale)
            let what = "\(classes) classes, \(count) sequences, scores up to \(magnitude)"
            let unit = temperature * temperature
            #expect(abs(sum - expected.sum) <= 2e-6 * unit * Double(count) + 4e-7 * expected.sum, "\(what)")
            expectClose(
                gradient, expected.gradient, absolute: 1e-6 * temperature * Double(scale), relative: 2e-6,
                what)
            let idle = gradient.enumerated().filter { $0.offset % shardLanes >= count }
            #expect(idle.allSatisfy { $0.element == 0 }, "\(what)")
            guard count > 0, magnitude < 10 else { continue }
            for index in [0, (classes - 1) * shardLanes + count - 1] {
                let sums = [-0.0625, 0.0625].map { difference in
                    var moved = problem
                    moved.scores[index] += Float(difference)
                    return moved.expected(temperature: temperature, scale: 1).sum
                }
                // The third derivative is below 0.1 / T.
                let slope = (sums[1] - sums[0]) / 0.125
                #expect(abs(slope - Double(gradient[index] / scale)) < 1e-4 / temperature + 1e-5, "\(what)")
            }
        }
    }

    /// The expected numbers are `kl_div(log_softmax(scores / T), softmax(wanted / T), reduction="sum") * T * T` of
    /// PyTorch 2.13 in double precision.
    @Test(
        arguments: InstructionSet.available,
        [
            (
                1, 0.4613231280744414,
                [
                    0.2364486300991539, -0.05781285992542039, 0.13786045696221125, -0.31649622713594483,
                    -0.02830086907456914, 0.02764341270035777, -0.002759281264546272, 0.003416737638757711,
                ]
            ),
            (
                4, 2.764206447879857,
                [
                    0.22699415517118116, -0.28327352601463507, 0.4472017142988487, -0.3909223434553948,
                    -0.53039807134133, 0.4628341801929001, -0.02974987264217699, 0.09731376379060641,
                ]
            ),
        ] as [(Float, Double, [Double])])
    func `the loss equals PyTorch's`(
        _ set: InstructionSet, expected: (temperature: Float, sum: Double, gradient: [Double])
    ) {
        var problem = Problem(classes: 4, count: 2)
        let scores: [Float] = [1.5, -0.25, 0.75, 2, -3, 0.5, 4, -1]
        let wanted: [Float] = [0.5, 1, -2, 3, 2.5, -0.5, 6, 0.25]
        for (place, (score, target)) in zip(scores, wanted).enumerated() {
            problem.scores[place % 4 * shardLanes + place / 4] = score
            problem.wanted[place % 4 * shardLanes + place / 4] = target
        }
        let (sum, gradient) = problem.run(set, temperature: expected.temperature, scale: 1)
        #expect(abs(sum - expected.sum) < 2e-6)
        let found = (0..<8).map { gradient[$0 % 4 * shardLanes + $0 / 4] }
        expectClose(found, expected.gradient, absolute: 1e-6, relative: 2e-6, "gradient")
    }

    @Test(arguments: InstructionSet.available)
    func `the loss is zero if the scores differ only by a constant`(_ set: InstructionSet) {
        var problem = Problem(classes: 10, count: 32)
        problem.wanted = problem.scores.map { $0 + 2 }
        let (sum, gradient) = problem.run(set, temperature: 2, scale: 1)
        #expect(abs(sum) < 1e-4)
        #expect(gradient.allSatisfy { abs($0) < 1e-6 })
    }

    @Test(arguments: InstructionSet.available)
    func `a NaN on either side makes the sum NaN`(_ set: InstructionSet) {
        for lane in [0, 15, 16, 28] {
            for position in 0..<4 {
                var problem = Problem(classes: 4, count: 29)
                problem.scores[position * shardLanes + lane] = .nan
                #expect(problem.run(set, temperature: 2, scale: 1).sum.isNaN)
                problem = Problem(classes: 4, count: 29)
                problem.wanted[position * shardLanes + lane] = .nan
                #expect(problem.run(set, temperature: 2, scale: 1).sum.isNaN)
            }
        }
        // A NaN in an idle lane has no effect.
        var problem = Problem(classes: 4, count: 29)
        problem.scores[30] = .nan
        problem.wanted[31] = .nan
        let (sum, gradient) = problem.run(set, temperature: 2, scale: 1)
        #expect(sum.isFinite && gradient.allSatisfy(\.isFinite))
    }
}
