import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Tables of input weights")
struct InputTableTests {
    struct Size: CustomTestStringConvertible, Sendable {
        let rows: Int
        let symbols: Int
        var testDescription: String { "\(rows) × \(symbols)" }
    }

    static let sizes = [(1, 2), (7, 5), (16, 16), (21, 37), (48, 3), (50, 33)].map {
        Size(rows: $0, symbols: $1)
    }

    /// The weights [rows][symbols], two biases [rows], and the symbols of the lanes.
    private struct Problem {
        let size: Size
        let weights: [Float]
        let bias: [Float]
        let second: [Float]
        let symbols: [Int32]

        init(_ size: Size) {
            self.size = size
            let numbers = Numbers(seed: UInt64(size.rows * 100 + size.symbols))
            weights = numbers(size.rows * size.symbols)
            bias = numbers(size.rows)
            second = numbers(size.rows)
            symbols = (0..<shardLanes).map { _ in Int32(numbers.index(below: size.symbols)) }
        }

        func table(_ kernels: any KernelSet, secondRows: Int, hasBiases: Bool = true) -> GuardedArray {
            let count = InputTableShape.count(rows: size.rows, symbols: size.symbols)
            let table = GuardedArray([Float](repeating: 0, count: count))
            kernels.packTable(
                weights, bias: hasBiases ? bias : nil, second: hasBiases ? second : nil,
                secondRows: secondRows,
                rows: size.rows, symbols: size.symbols, into: table.base)
            return table
        }
    }

    @Test(arguments: InstructionSet.available, sizes)
    func `a lane gets the biases plus the column of its symbol`(_ set: InstructionSet, _ size: Size) {
        let problem = Problem(size)
        for (secondRows, hasBiases) in [(size.rows, true), (size.rows / 2, true), (0, false)] {
            let table = problem.table(set.kernels, secondRows: secondRows, hasBiases: hasBiases)
            let gates = GuardedArray([Float](repeating: .nan, count: size.rows * shardLanes))
            set.kernels.lookUp(table.base, rows: size.rows, symbols: problem.symbols, into: gates.base)
            let expected = (0..<size.rows).flatMap { row in
                problem.symbols.map { symbol -> Float in
                    var sum = hasBiases ? problem.bias[row] : 0
                    if hasBiases, row < secondRows { sum += problem.second[row] }
                    return sum + problem.weights[row * size.symbols + Int(symbol)]
                }
            }
            expectSameBits(gates.numbers, expected)
            #expect(table.isIntact && gates.isIntact)
        }
    }

    @Test(arguments: InstructionSet.available, sizes)
    func `gradients of lanes are added to the columns of their symbols`(_ set: InstructionSet, _ size: Size) {
        let problem = Problem(size)
        let numbers = Numbers(seed: 8)
        let steps = (0..<3).map { _ in numbers(size.rows * shardLanes) }
        let stride = InputTableShape.stride(rows: size.rows)
        let table = GuardedArray([Float](repeating: 0, count: stride * size.symbols))
        for gates in steps {
            set.kernels.addToTable(gates, rows: size.rows, symbols: problem.symbols, table: table.base)
        }
        let gradient = GuardedArray(problem.weights)
        set.kernels.addTable(table.base, rows: size.rows, symbols: size.symbols, to: gradient.base)
        let expected = (0..<size.rows).flatMap { row in
            (0..<size.symbols).map { symbol in
                steps.reduce(Double(problem.weights[row * size.symbols + symbol])) { sum, gates in
                    problem.symbols.indices.filter { Int(problem.symbols[$0]) == symbol }.reduce(sum) {
                        $0 + Double(gates[row * shardLanes + $1])
                    }
                }
            }
        }
        expectClose(gradient.numbers, expected, "gradient")
        #expect(table.isIntact && gradient.isIntact)
    }
}
