import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("The linear layer")
struct LinearTests {
    /// Shapes without the features: one row, some, more than a shard, whole shards, none.
    static let leadingShapes: [[Int]] = [[], [5], [2, 7], [35], [3, 23], [64], [0]]

    struct Sizes: CustomTestStringConvertible {
        let input, output: Int
        var testDescription: String { "\(input) to \(output)" }
    }

    @Test(
        arguments: InstructionSet.available, Self.leadingShapes)
    func `outputs and gradients match the equations`(_ set: InstructionSet, _ shape: [Int]) {
        for sizes in [Sizes(input: 3, output: 5), Sizes(input: 7, output: 29), Sizes(input: 1, output: 1)] {
            let linear = Self.layer(sizes, set)
            let x = Tensor.random(shape + [sizes.input], seed: 2)
            let factor = Tensor.random(shape + [sizes.output], seed: 3)
            let pass = linear.forward(x)
            let inputGradient = pass.backward(factor)
            let expected = Self.solution(linear, x, factor)

            #expect(pass.output.shape == shape + [sizes.output])
            #expect(inputGradient.shape == x.shape)
            expectClose(pass.output.elements, expected.output, "output")
            expectClose(inputGradient.elements, expected.input, "grad.input")
            expectClose(linear.gradients.elements, expected.parameters, "grad.parameters")
            #expect(linear(x) == pass.output)
        }
    }

    @Test
    func `gradients equal finite differences`() {
        let linear = Self.layer(Sizes(input: 3, output: 5), .best)
        let x = Tensor.random([2, 7, 3], seed: 2)
        let factor = Tensor.random([2, 7, 5], seed: 3)
        let inputGradient = linear.forward(x).backward(factor)
        expectSlopes(of: linear) { linear(x).dot(factor) }
        expectSlopes(inputGradient.elements, at: x.elements) {
            linear(Tensor(shape: x.shape, $0)).dot(factor)
        }
    }

    @Test(arguments: InstructionSet.available)
    func `gradients accumulate until they are cleared`(_ set: InstructionSet) {
        let linear = Self.layer(Sizes(input: 7, output: 29), set)
        let (x, factor) = (Tensor.random([35, 7], seed: 2), Tensor.random([35, 29], seed: 3))
        linear.forward(x).backward(factor)
        let once = linear.gradients.elements
        linear.forward(x).backward(factor)
        expectClose(linear.gradients.elements, once.map { 2 * $0 })
        linear.zeroGradients()
        #expect(linear.gradients.elements.allSatisfy { $0 == 0 })
    }

    @Test
    func `instruction sets with fused multiply-adds are bit-identical`() {
        let found = fusedSets.map { set in
            let linear = Self.layer(Sizes(input: 7, output: 29), set)
            let pass = linear.forward(.random([35, 7], seed: 2))
            let input = pass.backward(.random([35, 29], seed: 3))
            return pass.output.elements + input.elements + linear.gradients.elements
        }
        for numbers in found { expectEqual(numbers, found[0]) }
    }

    @Test(arguments: InstructionSet.available)
    func `a NaN reaches what depends on it and no other row`(_ set: InstructionSet) {
        let linear = Self.layer(Sizes(input: 3, output: 5), set)
        var x = Tensor.random([35, 3], seed: 2)
        x[33, 1] = .nan
        let pass = linear.forward(x)
        for row in 0..<35 {
            #expect(pass.output.slice(row).elements.allSatisfy { $0.isNaN == (row == 33) })
        }
        pass.backward(.random([35, 5], seed: 3))
        let weight = linear.gradient(of: "weight")
        for row in 0..<5 { for column in 0..<3 { #expect(weight[row, column].isNaN == (column == 1)) } }
        #expect(linear.gradient(of: "bias").elements.allSatisfy { !$0.isNaN })

        linear["bias"].elements[2] = .nan
        #expect(linear(Tensor(shape: [3])).elements.map(\.isNaN) == [false, false, true, false, false])
    }

    @Test
    func `parameters have PyTorch's names, shapes and bounds`() {
        let linear = Linear(inputSize: 4, outputSize: 300, seed: 9)
        #expect(linear.layout.parameters.map(\.name) == ["weight", "bias"])
        #expect(linear.layout.parameters.map(\.shape) == [[300, 4], [300]])
        let numbers = linear.parameters.elements
        #expect(numbers.allSatisfy { abs($0) <= 0.5 })
        #expect(numbers.max()! > 0.49 && numbers.min()! < -0.49)
        #expect(Linear(inputSize: 4, outputSize: 300, seed: 9).parameters.elements == numbers)
        #expect(Linear(inputSize: 4, outputSize: 300, seed: 10).parameters.elements != numbers)
    }

    @Test
    func `parameters are read and written by name`() async {
        let linear = Linear(inputSize: 2, outputSize: 3)
        linear["weight"] = Tensor([[1, 2], [3, 4], [5, 6]])
        linear["bias"] = Tensor(shape: [3], [7, 8, 9])
        #expect(linear.parameters.elements == [1, 2, 3, 4, 5, 6, 7, 8, 9])
        linear["weight"][2, 0] = -5
        #expect(linear["weight"] == Tensor([[1, 2], [3, 4], [-5, 6]]))
        #expect(linear(Tensor(shape: [2], [10, 1])).elements == [19, 42, -35])
        linear.gradients.base[7] = 11
        #expect(linear.gradient(of: "bias").elements == [0, 11, 0])
        await #expect(processExitsWith: .failure) { _ = Linear(inputSize: 2, outputSize: 3)["weights"] }
        await #expect(processExitsWith: .failure) {
            Linear(inputSize: 2, outputSize: 3)["weight"] = Tensor(shape: [2, 3])
        }
    }

    @Test
    func `other shapes trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = Linear(inputSize: 2, outputSize: 3)(Tensor(shape: [2, 3]))
        }
        await #expect(processExitsWith: .failure) {
            Linear(inputSize: 2, outputSize: 3).forward(Tensor(shape: [4, 2])).backward(Tensor(shape: [3]))
        }
        await #expect(processExitsWith: .failure) { _ = Linear(inputSize: 0, outputSize: 3) }
        await #expect(processExitsWith: .failure) { _ = Linear(inputSize: 3, outputSize: 0) }
        await #expect(processExitsWith: .failure) {
            _ = Linear(inputSize: 1, outputSize: 1)(Tensor(shape: [], [1]))
        }
    }

    private static func layer(_ sizes: Sizes, _ set: InstructionSet) -> Linear {
        let linear = Linear(inputSize: sizes.input, outputSize: sizes.output, instructionSet: set)
        linear.randomize(seed: 1)
        return linear
    }

    /// Returns the solution of the equations in `Double`, row by row.
    private static func solution(
        _ linear: Linear, _ x: Tensor, _ factor: Tensor
    ) -> (output: [Double], input: [Double], parameters: [Double]) {
        let weight = Matrix(
            columns: linear.inputSize, numbers: linear["weight"].elements.map { Double($0) })
        let bias = linear["bias"].elements.map { Double($0) }
        var weightGradient = Matrix(columns: linear.inputSize, numbers: weight.numbers.map { _ in 0 })
        var biasGradient = bias.map { _ in 0.0 }
        var (output, input): ([Double], [Double]) = ([], [])
        for row in 0..<x.count / linear.inputSize {
            let read = x.elements[row * linear.inputSize..<(row + 1) * linear.inputSize].map { Double($0) }
            let slope = factor.elements[row * bias.count..<(row + 1) * bias.count].map { Double($0) }
            output += plus(weight.times(read), bias)
            input += weight.transposedTimes(slope)
            weightGradient.add(outer: slope, read)
            biasGradient = plus(biasGradient, slope)
        }
        return (output, input, weightGradient.numbers + biasGradient)
    }
}
