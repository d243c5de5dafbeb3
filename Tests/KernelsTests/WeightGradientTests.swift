import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Gradients of weights and biases")
struct WeightGradientTests {
    /// The non-zero inner features of three steps.
    enum Ranges: String, CaseIterable, Sendable {
        case unknown, everywhere, parts, oneStep, nowhere

        func range(step: Int, features: Int) -> FeatureRange {
            switch self {
            case .unknown, .everywhere: FeatureRange(0, features)
            case .parts: FeatureRange(min(step * 2, features), min(step * 2 + 5, features))
            case .oneStep: step == 1 ? FeatureRange(features / 2, features) : FeatureRange(0, 0)
            case .nowhere: FeatureRange(0, 0)
            }
        }
    }

    @Test(arguments: InstructionSet.available, Ranges.allCases)
    func `gradients of 1 to 13 rows and columns equal the reference`(_ set: InstructionSet, _ ranges: Ranges)
    {
        for rows in 1...13 {
            for columns in 1...13 {
                let problem = Problem(rows: rows, columns: columns, ranges)
                let expected = problem.expected()
                problem.run(set.kernels, knowsRanges: ranges != .unknown)
                expectClose(problem.found, expected, "\(rows) × \(columns)")
                #expect(problem.isIntact, "\(rows) × \(columns)")
            }
        }
    }

    @Test(
        arguments: InstructionSet.available,
        Ranges.allCases)
    func `skipping zeros changes no bit`(_ set: InstructionSet, _ ranges: Ranges) {
        for columns in [3, 4, 9, 13] {
            let found = [true, false].map { knowsRanges in
                let problem = Problem(rows: 6, columns: columns, ranges)
                problem.run(set.kernels, knowsRanges: knowsRanges)
                return problem.found
            }
            expectSameBits(found[0], found[1], "\(columns) columns")
        }
    }

    @Test
    func `sets with fused multiply-adds are bit-identical`() {
        for columns in [1, 4, 7, 12] {
            let gradients = InstructionSet.available.filter { $0 != .portable }.map { set in
                let problem = Problem(rows: 7, columns: columns, .unknown)
                problem.run(set.kernels, knowsRanges: false)
                return problem.found
            }
            for gradient in gradients.dropFirst() {
                expectSameBits(gradient, gradients[0], "\(columns) columns")
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func `bias gradients equal the reference`(_ set: InstructionSet) {
        for rows in 1...13 {
            for steps in [0, 1, 3] {
                let numbers = Numbers(seed: UInt64(rows))
                let outer = TestTensor(steps: steps, features: rows, numbers.callAsFunction)
                let before = numbers(rows)
                let gradient = GuardedArray(before)
                set.kernels.biasGradient(
                    rows: rows, steps: steps, outer: outer.tensor, gradient: gradient.base)
                let expected = (0..<rows).map { row in
                    (0..<steps).reduce(Double(before[row])) { sum, step in
                        (0..<shardLanes).reduce(sum) { $0 + Double(outer[step, row, $1]) }
                    }
                }
                expectClose(gradient.numbers, expected, "\(rows) rows, \(steps) steps")
                #expect(gradient.isIntact)
            }
        }
    }

    /// Three steps, added to a gradient that is part of a wider matrix.
    final class Problem {
        let rows: Int
        let columns: Int
        let outer: TestTensor
        let inner: TestTensor
        let ranges: [FeatureRange]
        private let gradient: GuardedArray
        private let rowStride: Int
        private static let steps = 3

        init(rows: Int, columns: Int, _ ranges: Ranges) {
            self.rows = rows
            self.columns = columns
            rowStride = columns + 2
            self.ranges = (0..<Self.steps).map { ranges.range(step: $0, features: columns) }
            let numbers = Numbers(seed: UInt64(rows * 100 + columns))
            outer = TestTensor(steps: Self.steps, features: rows, numbers.callAsFunction)
            inner = TestTensor(steps: Self.steps, features: columns, numbers.callAsFunction)
            for step in 0..<Self.steps {
                for column in 0..<columns where !self.ranges[step].overlaps(column, column + 1) {
                    for lane in 0..<shardLanes { inner[step, column, lane] = 0 }
                }
            }
            gradient = GuardedArray(numbers(rows * (columns + 2)))
            for row in 0..<rows {
                for column in columns..<rowStride { gradient.base[row * rowStride + column] = .nan }
            }
        }

        func run(_ kernels: any KernelSet, knowsRanges: Bool) {
            ranges.withUnsafeBufferPointer { ranges in
                kernels.weightGradient(
                    rows: rows, columns: columns, steps: Self.steps, outer: outer.tensor, inner: inner.tensor,
                    innerRanges: knowsRanges ? ranges.baseAddress : nil, gradient: gradient.base,
                    rowStride: rowStride)
            }
        }

        /// The computed gradient, (rows, columns).
        var found: [Float] {
            (0..<rows).flatMap { row in (0..<columns).map { gradient.base[row * rowStride + $0] } }
        }

        var isIntact: Bool {
            gradient.isIntact && outer.isIntact && inner.isIntact
                && (0..<rows).allSatisfy { row in
                    (columns..<rowStride).allSatisfy { gradient.base[row * rowStride + $0].isNaN }
                }
        }

        /// Returns the gradient computed from the equation. Call it before `run`.
        func expected() -> [Double] {
            (0..<rows * columns).map { index in
                let (row, column) = (index / columns, index % columns)
                var sum = Double(gradient.base[row * rowStride + column])
                for step in 0..<Self.steps {
                    for lane in 0..<shardLanes {
                        sum += Double(outer[step, row, lane]) * Double(inner[step, column, lane])
                    }
                }
                return sum
            }
        }
    }
}
