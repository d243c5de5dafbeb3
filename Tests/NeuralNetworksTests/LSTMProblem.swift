import Randomness
import Testing

@testable import NeuralNetworks

/// A batch of sequences and everything that the outputs and gradients of an LSTM depend on, every number
/// different. The scalar to differentiate is Σ output · R + Σ final hidden · S + Σ final cell · U.
struct LSTMProblem: CustomTestStringConvertible {
    let lstm: RecurrentStack
    let layout: ParameterLayout
    let batch: Int
    let steps: Int
    /// As `layout` says.
    var parameters: [Double]
    /// (N, L, D)
    var input: [Double]
    /// Initial states (layers · directions, N, H).
    var hidden, cell: [Double]
    /// R (N, L, directions · H); S and U (layers · directions, N, H).
    var outputFactor, hiddenFactor, cellFactor: [Double]

    /// What a layer makes of a problem.
    struct Solution {
        var output, finalHidden, finalCell: [Double]
        var parameterGradient, inputGradient, hiddenGradient, cellGradient: [Double]

        /// By name, to compare one by one.
        var arrays: [(name: String, numbers: [Double])] {
            [
                ("output", output), ("h_n", finalHidden), ("c_n", finalCell), ("grad.input", inputGradient),
                ("grad.h0", hiddenGradient), ("grad.c0", cellGradient),
                ("grad.parameters", parameterGradient),
            ]
        }
    }

    init(_ lstm: RecurrentStack, batch: Int, steps: Int, hasState: Bool = true, seed: UInt64 = 1) {
        self.lstm = lstm
        self.batch = batch
        self.steps = steps
        var layout = ParameterLayout()
        _ = lstm.append(to: &layout, prefix: "")
        self.layout = layout
        let states = lstm.numLayers * lstm.directions * batch * lstm.hiddenSize
        let outputs = batch * steps * lstm.outputSize
        parameters = randomNumbers(layout.count, seed: seed, bound: lstm.initialBound)
        input = randomNumbers(batch * steps * lstm.inputSize, seed: seed + 1)
        hidden = randomNumbers(states, seed: seed + 2, bound: hasState ? 0.9 : 0)
        cell = randomNumbers(states, seed: seed + 3, bound: hasState ? 1.5 : 0)
        outputFactor = randomNumbers(outputs, seed: seed + 4)
        hiddenFactor = randomNumbers(states, seed: seed + 5)
        cellFactor = randomNumbers(states, seed: seed + 6)
    }

    var testDescription: String {
        "N \(batch), L \(steps), D \(lstm.inputSize), H \(lstm.hiddenSize), \(lstm.numLayers) layers"
            + (lstm.bidirectional ? ", bidirectional" : "") + (lstm.bias == .pytorch ? "" : ", no bias")
            + (hidden.contains { $0 != 0 } ? ", states" : "")
    }

    // MARK: Solutions

    /// What the library makes of it, in single precision.
    func solved(by set: InstructionSet) -> Solution {
        let layer = RecurrentLayer<LSTMKind>(
            stack: lstm, batchFirst: true, seed: 0, instructionSet: set)
        for (index, number) in parameters.enumerated() { layer.parameters.base[index] = Float(number) }
        let pass = layer.forward(
            tensor(input, steps, lstm.inputSize), state: LSTMState(hidden: states(hidden), cell: states(cell))
        )
        let back = pass.backward(
            tensor(outputFactor, steps, lstm.outputSize),
            state: LSTMState(hidden: states(hiddenFactor), cell: states(cellFactor)))
        return Solution(
            output: pass.output.elements.map(Double.init),
            finalHidden: pass.state.hidden.elements.map(Double.init),
            finalCell: pass.state.cell.elements.map(Double.init),
            parameterGradient: layer.gradients.elements.map(Double.init),
            inputGradient: back.input.elements.map(Double.init),
            hiddenGradient: back.initialState.hidden.elements.map(Double.init),
            cellGradient: back.initialState.cell.elements.map(Double.init))
    }

    func tensor(_ numbers: [Double], _ steps: Int, _ features: Int) -> Tensor {
        Tensor(shape: [batch, steps, features], numbers.map(Float.init))
    }

    func states(_ numbers: [Double]) -> Tensor {
        Tensor(shape: [lstm.numLayers * lstm.directions, batch, lstm.hiddenSize], numbers.map(Float.init))
    }

    /// What the reference makes of it.
    func solvedByReference() -> Solution {
        let reference = reference
        var gradient = reference.zeroGradient
        var solution = Solution(
            output: [], finalHidden: hidden, finalCell: cell, parameterGradient: [], inputGradient: [],
            hiddenGradient: hidden, cellGradient: cell)
        for n in 0..<batch {
            let trace = reference.forward(sequence(n, of: input), from: state(n, hidden, cell))
            let back = reference.backward(
                trace, outputGradient: sequence(n, of: outputFactor),
                finalGradient: state(n, hiddenFactor, cellFactor), addingTo: &gradient)
            solution.output += trace.output.flatMap { $0 }
            solution.inputGradient += back.input.flatMap { $0 }
            put(trace.final.hidden, n, into: &solution.finalHidden)
            put(trace.final.cell, n, into: &solution.finalCell)
            put(back.initial.hidden, n, into: &solution.hiddenGradient)
            put(back.initial.cell, n, into: &solution.cellGradient)
        }
        solution.parameterGradient = layout.flat(gradient.arrays())
        return solution
    }

    /// The scalar, by the reference's forward pass alone.
    var objective: Double {
        let reference = reference
        return (0..<batch).reduce(0) { sum, n in
            let trace = reference.forward(sequence(n, of: input), from: state(n, hidden, cell))
            let factors = state(n, hiddenFactor, cellFactor)
            return sum + dot(trace.output, sequence(n, of: outputFactor))
                + dot(trace.final.hidden, factors.hidden) + dot(trace.final.cell, factors.cell)
        }
    }

    private var reference: ReferenceLSTM {
        ReferenceLSTM(lstm, parameters: layout.arrays(parameters))
    }

    // MARK: Flat arrays

    /// The steps of one sequence of an array (N, L, features).
    private func sequence(_ n: Int, of numbers: [Double]) -> [[Double]] {
        let width = numbers.count / (batch * steps)
        return (n * steps..<(n + 1) * steps).map { Array(numbers[$0 * width..<($0 + 1) * width]) }
    }

    /// The states of one sequence.
    private func state(_ n: Int, _ hidden: [Double], _ cell: [Double]) -> ReferenceLSTM.State {
        func each(_ numbers: [Double]) -> [[Double]] {
            (0..<lstm.numLayers * lstm.directions).map { Array(numbers[units(n, $0)]) }
        }
        return ReferenceLSTM.State(hidden: each(hidden), cell: each(cell))
    }

    private func put(_ state: [[Double]], _ n: Int, into numbers: inout [Double]) {
        for (index, values) in state.enumerated() { numbers.replaceSubrange(units(n, index), with: values) }
    }

    /// Where an array (layers · directions, N, H) has one sequence's units.
    private func units(_ n: Int, _ index: Int) -> Range<Int> {
        let first = (index * batch + n) * lstm.hiddenSize
        return first..<first + lstm.hiddenSize
    }

    private func dot(_ a: [[Double]], _ b: [[Double]]) -> Double {
        zip(a.joined(), b.joined()).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

/// Numbers of [-bound, bound), each exact in `Float`.
func randomNumbers(_ count: Int, seed: UInt64, bound: Float = 1) -> [Double] {
    var generator = SplitMix64(seed)
    return (0..<count).map { _ in Double(generator.nextSymmetric(bound: bound)) }
}
