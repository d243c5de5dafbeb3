@testable import NeuralNetworks

// The reference: recurrent layers in `Double`, one sequence, one step and one equation at a time. It is itself tested
// in `ReferenceTests` against finite differences and PyTorch's numbers.

/// Parameters or their gradients under PyTorch's names.
typealias NamedArrays = [String: [Double]]

/// A stack of layers over one sequence at a time. The gradients of its parameters have the same type.
struct ReferenceStack {
    let stack: RecurrentStack
    /// The cells, with the index layer · directions + direction.
    var cells: [ReferenceCell]

    /// The hidden and cell states, [layer · directions + direction][H].
    struct State {
        var hidden, cell: [[Double]]
    }

    /// A pass over one sequence.
    struct Trace {
        /// The steps of each cell, in its own direction.
        var steps: [[ReferenceCell.Step]] = []
        /// The output, [L][directions · H].
        var output: [[Double]]
        var final: State
        var dropout: ReferenceDropout?
    }

    init(_ stack: RecurrentStack, parameters: NamedArrays, prefix: String = "") {
        self.stack = stack
        cells = (0..<stack.numLayers * stack.directions).map { index in
            let suffix = Self.suffix(index, stack.directions)
            let width = index / stack.directions == 0 ? stack.inputSize : stack.directions * stack.hiddenSize
            let zeros = [Double](repeating: 0, count: stack.cell.gates * stack.hiddenSize)
            return ReferenceCell(
                cell: stack.cell,
                weightIH: Matrix(columns: width, numbers: parameters[prefix + "weight_ih" + suffix]!),
                weightHH: Matrix(
                    columns: stack.hiddenSize, numbers: parameters[prefix + "weight_hh" + suffix]!),
                biasIH: Self.hasInputBias(stack) ? parameters[prefix + "bias_ih" + suffix]! : zeros,
                biasHH: Self.hasHiddenBias(stack) ? parameters[prefix + "bias_hh" + suffix]! : zeros)
        }
    }

    private static func suffix(_ index: Int, _ directions: Int) -> String {
        "_l\(index / directions)" + (index % directions == 1 ? "_reverse" : "")
    }

    private static func hasInputBias(_ stack: RecurrentStack) -> Bool { stack.bias != .none }

    /// Returns whether there is a second bias. Keras has one only where adding it to the first would give other
    /// results.
    private static func hasHiddenBias(_ stack: RecurrentStack) -> Bool {
        stack.bias == .pytorch || stack.bias == .keras && stack.cell == .gru
    }

    /// Returns the parameters, or their gradients, under PyTorch's names.
    func arrays(prefix: String = "") -> NamedArrays {
        var arrays: NamedArrays = [:]
        for (index, cell) in cells.enumerated() {
            let suffix = Self.suffix(index, stack.directions)
            arrays[prefix + "weight_ih" + suffix] = cell.weightIH.numbers
            arrays[prefix + "weight_hh" + suffix] = cell.weightHH.numbers
            if Self.hasInputBias(stack) { arrays[prefix + "bias_ih" + suffix] = cell.biasIH }
            if Self.hasHiddenBias(stack) { arrays[prefix + "bias_hh" + suffix] = cell.biasHH }
        }
        return arrays
    }

    /// A stack of zeros, to which gradients are added.
    var zeroGradient: ReferenceStack {
        ReferenceStack(stack, parameters: arrays().mapValues { $0.map { _ in 0 } })
    }

    var zeroState: State {
        let zeros = [[Double]](repeating: .init(repeating: 0, count: stack.hiddenSize), count: cells.count)
        return State(hidden: zeros, cell: zeros)
    }

    /// - Parameters:
    ///   - input: The sequence, [L][D].
    ///   - dropout: The dropout of training; nil for none.
    func forward(_ input: [[Double]], from initial: State, dropout: ReferenceDropout? = nil) -> Trace {
        var trace = Trace(output: input, final: initial, dropout: dropout)
        for layer in 0..<stack.numLayers {
            let layerInput = trace.output
            trace.output = layerInput.map { _ in [] }
            for direction in 0..<stack.directions {
                let index = layer * stack.directions + direction
                var steps: [ReferenceCell.Step] = []
                for x in inOrder(layerInput, direction) {
                    let hidden = steps.last?.hidden ?? initial.hidden[index]
                    let cell = steps.last?.cell ?? initial.cell[index]
                    steps.append(cells[index].step(x, hidden: hidden, cell: cell))
                }
                for (t, step) in inOrder(steps, direction).enumerated() { trace.output[t] += step.hidden }
                trace.final.hidden[index] = steps.last!.hidden
                trace.final.cell[index] = steps.last!.cell
                trace.steps.append(steps)
            }
            guard let dropout, layer < stack.numLayers - 1 else { continue }
            trace.output = dropout.applied(trace.output, layer: layer)
        }
        return trace
    }

    /// Returns the gradients of input and initial states, from the gradients of outputs and final states.
    func backward(
        _ trace: Trace, outputGradient: [[Double]], finalGradient: State,
        addingTo gradient: inout ReferenceStack
    ) -> (input: [[Double]], initial: State) {
        var outputGradient = outputGradient
        var initial = finalGradient
        for layer in (0..<stack.numLayers).reversed() {
            if let dropout = trace.dropout, layer < stack.numLayers - 1 {
                outputGradient = dropout.applied(outputGradient, layer: layer)
            }
            let width = cells[layer * stack.directions].weightIH.columns
            var inputGradient = outputGradient.map { _ in [Double](repeating: 0, count: width) }
            for direction in 0..<stack.directions {
                let index = layer * stack.directions + direction
                let units = direction * stack.hiddenSize..<(direction + 1) * stack.hiddenSize
                let outputs = inOrder(outputGradient, direction)
                var (dh, dc) = (finalGradient.hidden[index], finalGradient.cell[index])
                for t in outputs.indices.reversed() {
                    let back = cells[index].backward(
                        trace.steps[index][t], hiddenGradient: plus(dh, Array(outputs[t][units])),
                        cellGradient: dc,
                        addingTo: &gradient.cells[index])
                    (dh, dc) = (back.hidden, back.cell)
                    let place = direction == 0 ? t : outputs.count - 1 - t
                    inputGradient[place] = plus(inputGradient[place], back.x)
                }
                (initial.hidden[index], initial.cell[index]) = (dh, dc)
            }
            outputGradient = inputGradient
        }
        return (outputGradient, initial)
    }

    /// Returns the sequence in the order of a direction. Applied twice, it returns the original order.
    private func inOrder<T>(_ sequence: [T], _ direction: Int) -> [T] {
        direction == 0 ? sequence : sequence.reversed()
    }
}
