import Randomness
import Testing

@testable import NeuralNetworks

/// A batch of sequences with everything that affects the outputs and gradients of recurrent layers; all numbers differ.
/// The scalar to differentiate is Σ output · R + Σ final hidden · S + Σ final cell · U.
///
/// Arrays of cell states are empty if the cell has none.
struct RecurrentProblem: CustomTestStringConvertible, Sendable {
    let stack: RecurrentStack
    let layout: ParameterLayout
    let batch: Int
    let steps: Int
    /// Whether initial states are given; otherwise they are zero.
    let hasState: Bool
    /// The length of each sequence, 1 to `steps`.
    var lengths: [Int]?
    /// The parameters in the order of `layout`.
    var parameters: [Double]
    /// The input, (N, L, D).
    var input: [Double]
    /// The initial states, (layers · directions, N, H).
    var hidden, cell: [Double]
    /// The factors R (N, L, directions · H), and S and U (layers · directions, N, H).
    var outputFactor, hiddenFactor, cellFactor: [Double]
    /// The seed of training, for dropout.
    var seed: UInt64 = 0
    var step = 0

    /// The results of a layer for a problem.
    struct Solution {
        var output, finalHidden, finalCell: [Double]
        var parameterGradient, inputGradient, hiddenGradient, cellGradient: [Double]

        /// The arrays with their names, for comparison.
        var arrays: [(name: String, numbers: [Double])] {
            [
                ("output", output), ("h_n", finalHidden), ("c_n", finalCell), ("grad.input", inputGradient),
                ("grad.h0", hiddenGradient), ("grad.c0", cellGradient),
                ("grad.parameters", parameterGradient),
            ]
        }
    }

    /// The key paths of all arrays of states.
    static let statePlaces: [WritableKeyPath<RecurrentProblem, [Double]> & Sendable] = [
        \.hidden, \.cell, \.hiddenFactor, \.cellFactor,
    ]

    init(
        _ stack: RecurrentStack, batch: Int, steps: Int, hasState: Bool = true, hasLengths: Bool = false,
        seed: UInt64 = 1
    ) {
        self.stack = stack
        self.batch = batch
        self.steps = steps
        self.hasState = hasState
        var layout = ParameterLayout()
        _ = stack.append(to: &layout, prefix: "")
        self.layout = layout
        let states = stack.numLayers * stack.directions * batch * stack.hiddenSize
        let cells = stack.cell.hasCellState ? states : 0
        let outputs = batch * steps * stack.outputSize
        parameters = randomNumbers(layout.count, seed: seed, bound: stack.initialBound)
        input = randomNumbers(batch * steps * stack.inputSize, seed: seed + 1)
        hidden = randomNumbers(states, seed: seed + 2, bound: hasState ? 0.9 : 0)
        cell = randomNumbers(cells, seed: seed + 3, bound: hasState ? 1.5 : 0)
        outputFactor = randomNumbers(outputs, seed: seed + 4)
        hiddenFactor = randomNumbers(states, seed: seed + 5)
        cellFactor = randomNumbers(cells, seed: seed + 6)
        guard hasLengths else { return }
        var generator = SplitMix64(seed + 7)
        lengths = (0..<batch).map { _ in 1 + generator.nextIndex(below: steps) }
    }

    var testDescription: String {
        "\(stack.cell) N \(batch), L \(steps), D \(stack.inputSize), H \(stack.hiddenSize), "
            + "\(stack.numLayers) layers, bias \(stack.bias)"
            + (stack.bidirectional ? ", bidirectional" : "") + (hasState ? ", states" : "")
            + (lengths == nil ? "" : ", lengths") + (stack.dropout == 0 ? "" : ", dropout \(stack.dropout)")
    }

    // MARK: By the library, in single precision

    func layer(_ set: InstructionSet = .best, batchFirst: Bool = true) -> RecurrentLayer<AnyKind> {
        let layer = RecurrentLayer<AnyKind>(stack, batchFirst: batchFirst, seed: seed, instructionSet: set)
        for (index, number) in parameters.enumerated() { layer.parameters.base[index] = Float(number) }
        return layer
    }

    func solved(by set: InstructionSet) -> Solution {
        let layer = layer(set)
        let pass = layer.forward(
            tensor(input), state: hasState ? state(hidden, cell) : nil, lengths: lengths, step: step)
        let back = pass.backward(tensor(outputFactor), state: state(hiddenFactor, cellFactor))
        func numbers(_ tensor: Tensor?) -> [Double] { tensor?.elements.map(Double.init) ?? [] }
        return Solution(
            output: numbers(pass.output), finalHidden: numbers(pass.state.hidden),
            finalCell: numbers(pass.state.cell), parameterGradient: layer.gradients.elements.map(Double.init),
            inputGradient: numbers(back.input), hiddenGradient: numbers(back.initialState.hidden),
            cellGradient: numbers(back.initialState.cell))
    }

    /// Returns numbers (N, L, features) as a tensor.
    func tensor(_ numbers: [Double]) -> Tensor {
        Tensor(shape: [batch, steps, numbers.count / (batch * steps)], numbers.map(Float.init))
    }

    /// Returns states (layers · directions, N, H).
    func state(_ hidden: [Double], _ cell: [Double]) -> AnyState {
        func tensor(_ numbers: [Double]) -> Tensor {
            Tensor(
                shape: [stack.numLayers * stack.directions, batch, stack.hiddenSize], numbers.map(Float.init))
        }
        return AnyState(hidden: tensor(hidden), cell: cell.isEmpty ? nil : tensor(cell))
    }

    // MARK: By the reference

    /// Returns the solution computed one sequence at a time, each with its own length.
    func solvedByReference() -> Solution {
        let reference = reference
        var gradient = reference.zeroGradient
        var solution = Solution(
            output: [], finalHidden: hidden, finalCell: cell, parameterGradient: [], inputGradient: [],
            hiddenGradient: hidden, cellGradient: cell)
        for n in 0..<batch {
            let trace = reference.forward(
                sequence(n, of: input), from: states(n, hidden, cell), dropout: dropout(n))
            let back = reference.backward(
                trace, outputGradient: sequence(n, of: outputFactor),
                finalGradient: states(n, hiddenFactor, cellFactor), addingTo: &gradient)
            solution.output += padded(trace.output, stack.outputSize)
            solution.inputGradient += padded(back.input, stack.inputSize)
            put(trace.final.hidden, n, into: &solution.finalHidden)
            put(trace.final.cell, n, into: &solution.finalCell)
            put(back.initial.hidden, n, into: &solution.hiddenGradient)
            put(back.initial.cell, n, into: &solution.cellGradient)
        }
        solution.parameterGradient = layout.flat(gradient.arrays())
        return solution
    }

    /// The scalar, computed only by the reference's forward pass.
    var objective: Double {
        let reference = reference
        return (0..<batch).reduce(0) { sum, n in
            let trace = reference.forward(
                sequence(n, of: input), from: states(n, hidden, cell), dropout: dropout(n))
            let factors = states(n, hiddenFactor, cellFactor)
            return sum + dot(trace.output, sequence(n, of: outputFactor))
                + dot(trace.final.hidden, factors.hidden) + dot(trace.final.cell, factors.cell)
        }
    }

    private var reference: ReferenceStack { ReferenceStack(stack, parameters: layout.arrays(parameters)) }

    private func dropout(_ n: Int) -> ReferenceDropout? {
        guard stack.dropout > 0 else { return nil }
        return ReferenceDropout(
            stack.dropout, layers: stack.numLayers, seed: seed, step: step, sequence: n)
    }

    // MARK: Flat arrays

    func length(_ n: Int) -> Int { lengths?[n] ?? steps }

    /// Returns the steps of one sequence of an array (N, L, features), up to its length.
    private func sequence(_ n: Int, of numbers: [Double]) -> [[Double]] {
        let width = numbers.count / (batch * steps)
        return (n * steps..<n * steps + length(n)).map { Array(numbers[$0 * width..<($0 + 1) * width]) }
    }

    /// Returns the steps of a sequence, followed by zeros up to L.
    private func padded(_ sequence: [[Double]], _ features: Int) -> [Double] {
        sequence.flatMap { $0 } + [Double](repeating: 0, count: (steps - sequence.count) * features)
    }

    /// Returns the states of one sequence; zeros for a missing cell state.
    private func states(_ n: Int, _ hidden: [Double], _ cell: [Double]) -> ReferenceStack.State {
        func each(_ numbers: [Double]) -> [[Double]] {
            (0..<stack.numLayers * stack.directions).map { index in
                numbers.isEmpty
                    ? .init(repeating: 0, count: stack.hiddenSize) : Array(numbers[units(n, index)])
            }
        }
        return ReferenceStack.State(hidden: each(hidden), cell: each(cell))
    }

    private func put(_ state: [[Double]], _ n: Int, into numbers: inout [Double]) {
        guard !numbers.isEmpty else { return }
        for (index, values) in state.enumerated() { numbers.replaceSubrange(units(n, index), with: values) }
    }

    /// Returns the range of one sequence's units in an array (layers · directions, N, H).
    private func units(_ n: Int, _ index: Int) -> Range<Int> {
        let first = (index * batch + n) * stack.hiddenSize
        return first..<first + stack.hiddenSize
    }

    private func dot(_ a: [[Double]], _ b: [[Double]]) -> Double {
        zip(a.joined(), b.joined()).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

/// Returns numbers in [-bound, bound), each exact in `Float`.
func randomNumbers(_ count: Int, seed: UInt64, bound: Float = 1) -> [Double] {
    var generator = SplitMix64(seed)
    return (0..<count).map { _ in Double(generator.nextSymmetric(bound: bound)) }
}
