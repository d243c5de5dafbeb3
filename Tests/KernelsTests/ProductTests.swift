import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Products of packed matrices and lanes")
struct ProductTests {
    struct Variant: CustomTestStringConvertible, Sendable {
        var columns: [Int]
        var startsFromOutput = false
        var hasMatrixPerStep = false
        var sharesInput = false
        /// Whether all steps are summed in one output.
        var sharesOutput = false

        var testDescription: String {
            "columns \(columns)" + (startsFromOutput ? ", from output" : "")
                + (hasMatrixPerStep ? ", a matrix a step" : "")
                + (sharesInput ? ", one input" : "") + (sharesOutput ? ", one output" : "")
        }
    }

    static let variants = [
        Variant(columns: [1]),
        Variant(columns: [28, 12]),
        Variant(columns: [5, 9], startsFromOutput: true),
        Variant(columns: [13], hasMatrixPerStep: true),
        Variant(columns: [7, 4], startsFromOutput: true, hasMatrixPerStep: true, sharesInput: true),
        Variant(columns: [6], startsFromOutput: true, hasMatrixPerStep: true, sharesOutput: true),
    ]

    @Test(arguments: InstructionSet.available, variants)
    func `products of 1 to 40 rows equal the reference`(_ set: InstructionSet, _ variant: Variant) {
        for rows in 1...40 {
            let problem = Problem(rows: rows, steps: 2, variant)
            let expected = problem.expected()
            problem.run(set.kernels)
            expectClose(problem.output.numbers, expected, "\(rows) rows")
            #expect(problem.output.isIntact && problem.terms.allSatisfy { $0.input.isIntact }, "\(rows) rows")
        }
    }

    @Test(arguments: InstructionSet.available)
    func `zero steps do not change the output`(_ set: InstructionSet) {
        let problem = Problem(rows: 5, steps: 2, Self.variants[2])
        let before = problem.output.numbers
        problem.run(set.kernels, steps: 0)
        expectSameBits(problem.output.numbers, before)
    }

    @Test(arguments: variants)
    func `sets with fused multiply-adds are bit-identical`(_ variant: Variant) {
        for rows in [1, 7, 12, 30] {
            let outputs = InstructionSet.available.filter { $0 != .portable }.map { set in
                let problem = Problem(rows: rows, steps: 2, variant)
                problem.run(set.kernels)
                return problem.output.numbers
            }
            for output in outputs.dropFirst() { expectSameBits(output, outputs[0]) }
        }
    }

    @Test(
        arguments: InstructionSet.available)
    func
        `packing reads rows and columns at any stride, adds a second matrix, and fills the last panel with zeros`(
            _ set: InstructionSet
        )
    {
        let kernels = set.kernels
        for (rows, columns) in [(1, 1), (5, 3), (12, 4), (13, 2), (29, 3)] {
            let numbers = Numbers(seed: 5)
            let source = numbers(rows * columns)
            let added = numbers(rows * columns)
            let packedCount = kernels.packedCount(rows: rows, columns: columns)
            #expect(packedCount >= rows * columns)
            #expect(packedCount.isMultiple(of: columns))
            func packed(_ source: [Float], adding added: [Float]?, _ rowStride: Int, _ columnStride: Int)
                -> [Float]
            {
                let target = GuardedArray(.init(repeating: .nan, count: packedCount))
                if let added {
                    kernels.pack(
                        source, adding: added, rows: rows, columns: columns, rowStride: rowStride,
                        columnStride: columnStride, into: target.base)
                } else {
                    kernels.pack(
                        source, adding: nil, rows: rows, columns: columns, rowStride: rowStride,
                        columnStride: columnStride, into: target.base)
                }
                #expect(target.isIntact)
                return target.numbers
            }
            let plain = packed(source, adding: nil, columns, 1)
            #expect(plain.filter { $0 != 0 }.sorted() == source.sorted())
            // The elements of the transpose are in the other order in memory.
            let transposed = (0..<columns).flatMap { column in
                (0..<rows).map { source[$0 * columns + column] }
            }
            expectSameBits(packed(transposed, adding: nil, 1, rows), plain)
            let sum = zip(source, added).map(+)
            expectSameBits(packed(source, adding: added, columns, 1), packed(sum, adding: nil, columns, 1))
        }
    }

    /// A product with all its operands.
    final class Problem {
        struct Term {
            /// The matrix of each step, row-major.
            var matrices: [[Float]]
            var input: TestTensor
        }

        let rows: Int
        let steps: Int
        let variant: Variant
        let bias: [Float]
        let terms: [Term]
        let output: TestTensor

        init(rows: Int, steps: Int, _ variant: Variant) {
            self.rows = rows
            self.steps = steps
            self.variant = variant
            let numbers = Numbers(seed: UInt64(rows))
            bias = numbers(rows)
            terms = variant.columns.map { columns in
                Term(
                    matrices: (0..<(variant.hasMatrixPerStep ? steps : 1)).map { _ in numbers(rows * columns)
                    },
                    input: TestTensor(
                        steps: steps, features: columns, isShared: variant.sharesInput, numbers.callAsFunction
                    ))
            }
            output = TestTensor(
                steps: steps, features: rows, isShared: variant.sharesOutput, numbers.callAsFunction)
        }

        func run(_ kernels: any KernelSet, steps: Int? = nil) {
            let packed = terms.map { term -> GuardedArray in
                let count = kernels.packedCount(rows: rows, columns: term.input.features)
                let packed = GuardedArray(.init(repeating: 0, count: count * term.matrices.count))
                for (index, matrix) in term.matrices.enumerated() {
                    kernels.pack(
                        matrix, adding: nil, rows: rows, columns: term.input.features,
                        rowStride: term.input.features,
                        columnStride: 1, into: packed.base + index * count)
                }
                return packed
            }
            let packedBias = GuardedArray(
                .init(repeating: 0, count: kernels.packedCount(rows: rows, columns: 1)))
            kernels.pack(
                bias, adding: nil, rows: rows, columns: 1, rowStride: 1, columnStride: 0,
                into: packedBias.base)
            let operands = zip(terms, packed).map { term, packed in
                ProductTerm(
                    weights: packed.base,
                    weightsStepStride: variant.hasMatrixPerStep ? packed.count / self.steps : 0,
                    input: term.input.tensor, columns: term.input.features)
            }
            withExtendedLifetime((packed, packedBias)) {
                kernels.product(
                    rows: rows, steps: steps ?? self.steps,
                    start: variant.startsFromOutput ? .output : .bias(packedBias.base), first: operands[0],
                    second: operands.count > 1 ? operands[1] : nil, output: output.tensor)
            }
        }

        /// Returns [step][row][lane] computed from the equation. Call it before `run`.
        func expected() -> [Double] {
            var result = output.numbers.map(Double.init)
            let size = rows * shardLanes
            for step in 0..<steps {
                // With one output for all steps, a step starts from the result of the previous step.
                let previous = variant.sharesOutput && step > 0 ? step - 1 : step
                for row in 0..<rows {
                    for lane in 0..<shardLanes {
                        let index = row * shardLanes + lane
                        var sum =
                            variant.startsFromOutput ? result[previous * size + index] : Double(bias[row])
                        for term in terms {
                            let matrix = term.matrices[variant.hasMatrixPerStep ? step : 0]
                            let columns = term.input.features
                            for column in 0..<columns {
                                sum +=
                                    Double(matrix[row * columns + column])
                                    * Double(term.input[step, column, lane])
                            }
                        }
                        result[step * size + index] = sum
                    }
                }
            }
            // The output shows the last step's result everywhere.
            if variant.sharesOutput { result = (0..<steps).flatMap { _ in result.suffix(size) } }
            return result
        }
    }
}
