import Foundation
import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Cross-entropy")
struct CrossEntropyTests {
    /// The scores [C][lane] of a shard; sequence `indices[lane]` has label `labels[indices[lane]]`.
    struct Problem {
        let classes: Int
        let count: Int
        var scores: [Float]
        var labels: [UInt8]
        var indices: [Int32]
        /// [C], [lane] The weights; nil for none.
        var weights: (classes: [Float], lanes: [Float])?

        init(classes: Int, count: Int, magnitude: Float = 3) {
            let numbers = Numbers(seed: UInt64(classes * 100 + count))
            self.classes = classes
            self.count = count
            scores = numbers(classes * shardLanes).map { $0 * magnitude }
            labels = (0..<50).map { _ in UInt8(numbers.index(below: classes)) }
            indices = (0..<count).map { _ in Int32(numbers.index(below: 50)) }
        }

        func label(_ lane: Int) -> Int { Int(labels[Int(indices[lane])]) }

        func run(_ set: InstructionSet, scale: Float, smoothing: Float = 0) -> (
            loss: ShardLoss, gradient: [Float]
        ) {
            let scores = GuardedArray(scores)
            let classWeights = weights.map { GuardedArray($0.classes) }
            let laneWeights = weights.map { GuardedArray($0.lanes) }
            let loss = set.kernels.crossEntropy(
                scores: scores.base, classes: classes, labels: indices.map { Int32(labels[Int($0)]) },
                count: count,
                weights: LossWeights(classes: classWeights?.base, lanes: laneWeights?.base), scale: scale,
                labelSmoothing: smoothing)
            withExtendedLifetime((classWeights, laneWeights)) {}
            #expect(scores.isIntact)
            return (loss, scores.numbers)
        }

        /// Returns the result computed from the equations.
        func expected(scale: Float, smoothing: Double = 0) -> (sum: Double, correct: Int, gradient: [Double])
        {
            var result = (sum: 0.0, correct: 0, gradient: [Double](repeating: 0, count: scores.count))
            for lane in 0..<count {
                let scores = (0..<classes).map { Double(self.scores[$0 * shardLanes + lane]) }
                let highest = scores.max()!
                let logSum = highest + log(scores.reduce(0) { $0 + exp($1 - highest) })
                let targets = (0..<classes).map { index in
                    (smoothing / Double(classes) + (index == label(lane) ? 1 - smoothing : 0))
                        * Double(weights.map { $0.classes[index] * $0.lanes[lane] } ?? 1)
                }
                let total = targets.reduce(0, +)
                result.sum += zip(targets, scores).reduce(0) { $0 + $1.0 * (logSum - $1.1) }
                if scores.firstIndex(of: highest) == label(lane) { result.correct += 1 }
                for (index, score) in scores.enumerated() {
                    let share = total * exp(score - logSum) - targets[index]
                    result.gradient[index * shardLanes + lane] = share * Double(scale)
                }
            }
            return result
        }
    }

    @Test(arguments: InstructionSet.available, [1, 2, 3, 4, 7, 10, 13, 256])
    func `loss, correct count and gradient equal the reference`(_ set: InstructionSet, classes: Int) {
        for (count, magnitude) in [(32, 3), (31, 0.1), (17, 30), (16, 3), (15, 3), (1, 3), (0, 3), (32, 1e4)]
            as [(Int, Float)]
        {
            let problem = Problem(classes: classes, count: count, magnitude: magnitude)
            let scale: Float = 1 / 128
            let expected = problem.expected(scale: scale)
            let (loss, gradient) = problem.run(set, scale: scale)
            let what = "\(count) sequences, scores up to \(magnitude)"
            // Softmax is accurate to a few units in the last place of its largest number.
            #expect(abs(loss.sum - expected.sum) <= 1e-6 * Double(count) + 2e-7 * expected.sum, "\(what)")
            #expect(loss.correct == expected.correct, "\(what)")
            expectClose(gradient, expected.gradient, absolute: 4e-7 * Double(scale), relative: 1e-6, what)
            let idle = gradient.enumerated().filter { $0.offset % shardLanes >= count }
            #expect(idle.allSatisfy { $0.element == 0 }, "\(what)")
        }
    }

    @Test(
        arguments: InstructionSet.available, [0.1, 0.35, 1] as [Double])
    func `smoothed labels match the equations and finite differences`(
        _ set: InstructionSet, share: Double
    ) {
        for (classes, count) in [(1, 5), (2, 32), (5, 31), (10, 17), (256, 29)] {
            let problem = Problem(classes: classes, count: count)
            let expected = problem.expected(scale: 1, smoothing: share)
            let (loss, gradient) = problem.run(set, scale: 1, smoothing: Float(share))
            let what = "\(classes) classes"
            #expect(abs(loss.sum - expected.sum) <= 2e-6 * Double(count) + 2e-7 * expected.sum, "\(what)")
            #expect(loss.correct == expected.correct, "\(what)")
            expectClose(gradient, expected.gradient, absolute: 6e-7, relative: 1e-6, what)
            let idle = gradient.enumerated().filter { $0.offset % shardLanes >= count }
            #expect(idle.allSatisfy { $0.element == 0 }, "\(what)")
            for index in [0, (classes - 1) * shardLanes + count - 1] {
                let sums = [-0.125, 0.125].map { difference in
                    var moved = problem
                    moved.scores[index] += Float(difference)
                    return moved.expected(scale: 1, smoothing: share).sum
                }
                // The third derivative of the loss is below 0.1.
                #expect(abs((sums[1] - sums[0]) / 0.25 - Double(gradient[index])) < 5e-4, "\(what)")
            }
        }
    }

    @Test(arguments: InstructionSet.available, [0, 0.2, 1] as [Double])
    func `weights of classes and lanes match the equations and finite differences`(
        _ set: InstructionSet, smoothing: Double
    ) {
        for (classes, count) in [(2, 32), (5, 31), (10, 17), (33, 3)] {
            var problem = Problem(classes: classes, count: count)
            let unweighted = problem.run(set, scale: 1, smoothing: Float(smoothing))
            let numbers = Numbers(seed: 5)
            // Some weights are 0.
            problem.weights = (
                numbers(classes).enumerated().map { $0 % 4 == 3 ? 0 : 1 + $1 },
                numbers(shardLanes).enumerated().map { $0 % 7 == 6 ? 0 : 2 + 2 * $1 }
            )
            let expected = problem.expected(scale: 1, smoothing: smoothing)
            let (loss, gradient) = problem.run(set, scale: 1, smoothing: Float(smoothing))
            let what = "\(classes) classes, \(count) sequences"
            #expect(abs(loss.sum - expected.sum) <= 2e-6 * Double(count) + 4e-7 * expected.sum, "\(what)")
            #expect(loss.correct == expected.correct, "\(what)")
            expectClose(gradient, expected.gradient, absolute: 2e-6, relative: 2e-6, what)
            let idle = gradient.enumerated().filter { $0.offset % shardLanes >= count }
            #expect(idle.allSatisfy { $0.element == 0 }, "\(what)")
            for index in [0, (classes - 1) * shardLanes + count - 1, shardLanes + count / 2] {
                let sums = [-0.125, 0.125].map { difference in
                    var moved = problem
                    moved.scores[index] += Float(difference)
                    return moved.expected(scale: 1, smoothing: smoothing).sum
                }
                #expect(abs((sums[1] - sums[0]) / 0.25 - Double(gradient[index])) < 5e-3, "\(what)")
            }
            problem.weights = (.init(repeating: 1, count: classes), .init(repeating: 1, count: shardLanes))
            let ones = problem.run(set, scale: 1, smoothing: Float(smoothing))
            #expect(abs(ones.loss.sum - unweighted.loss.sum) <= 1e-6 * unweighted.loss.sum)
            expectClose(ones.gradient, unweighted.gradient.map(Double.init), absolute: 1e-6, relative: 0)
        }
    }

    @Test(arguments: InstructionSet.available)
    func `a scale of zero computes only the loss`(_ set: InstructionSet) {
        let problem = Problem(classes: 5, count: 29)
        let measured = problem.run(set, scale: 0)
        let trained = problem.run(set, scale: 1)
        #expect(measured.loss.sum == trained.loss.sum)
        #expect(measured.loss.correct == trained.loss.correct)
        #expect(measured.gradient.allSatisfy { $0 == 0 })
    }

    @Test(arguments: InstructionSet.available)
    func `the first of equal scores counts as the highest`(_ set: InstructionSet) {
        var problem = Problem(classes: 4, count: 32)
        // The scores are (0, 2, 2, 1), with each label in turn.
        problem.scores = [0, 2, 2, 1].flatMap { [Float](repeating: $0, count: shardLanes) }
        problem.labels = (0..<50).map { UInt8($0 % 4) }
        problem.indices = (0..<32).map(Int32.init)
        #expect(problem.run(set, scale: 1).loss.correct == 8)
        problem.scores = .init(repeating: -3, count: 4 * shardLanes)
        #expect(problem.run(set, scale: 1).loss.correct == 8)
    }

    @Test(arguments: InstructionSet.available)
    func `a NaN in any score makes the loss NaN`(_ set: InstructionSet) {
        for position in 0..<4 {
            for label in 0..<4 {
                for lane in [0, 15, 16, 30] {
                    var problem = Problem(classes: 4, count: 31)
                    problem.labels[Int(problem.indices[lane])] = UInt8(label)
                    problem.scores[position * shardLanes + lane] = .nan
                    let (loss, gradient) = problem.run(set, scale: 1)
                    #expect(loss.sum.isNaN, "NaN at \(position), label \(label), lane \(lane)")
                    #expect((0..<4).allSatisfy { gradient[$0 * shardLanes + lane].isNaN })
                    #expect(gradient.count(where: \.isNaN) == 4)
                    problem.indices[0] = Int32(lane)
                }
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func `a sequence with a NaN score is not correct`(_ set: InstructionSet) {
        var problem = Problem(classes: 3, count: 1)
        problem.labels = .init(repeating: 1, count: 50)
        for position in 0..<3 {
            problem.scores = [0, 9, 1].flatMap { [Float](repeating: $0, count: shardLanes) }
            #expect(problem.run(set, scale: 1).loss.correct == 1)
            problem.scores[position * shardLanes] = .nan
            #expect(problem.run(set, scale: 1).loss.correct == 0)
        }
    }
}
