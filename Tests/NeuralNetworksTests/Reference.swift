import Foundation

@testable import NeuralNetworks

// The oracle: an LSTM in `Double`, one sequence, one step and one equation at a time. Its own test is
// `ReferenceTests`: finite differences and PyTorch's numbers.

/// Parameters or their gradients under PyTorch's names.
typealias NamedArrays = [String: [Double]]

/// One direction of one layer. Gradients by its parameters are a cell too.
struct ReferenceCell {
    /// (4H, D), (4H, H), (4H), (4H); rows in the order i, f, g, o.
    var weightIH: Matrix
    var weightHH: Matrix
    var biasIH: [Double]
    var biasHH: [Double]

    var hiddenSize: Int { weightHH.columns }

    /// What one step reads and computes.
    struct Step {
        var x, previousHidden, previousCell: [Double]
        var i, f, g, o, cell, hidden: [Double]
    }

    func step(_ x: [Double], hidden: [Double], cell: [Double]) -> Step {
        var step = Step(
            x: x, previousHidden: hidden, previousCell: cell, i: hidden, f: hidden, g: hidden, o: hidden,
            cell: cell,
            hidden: hidden)
        let fromInput = weightIH.times(x)
        let fromHidden = weightHH.times(hidden)
        func z(_ row: Int) -> Double { fromInput[row] + biasIH[row] + fromHidden[row] + biasHH[row] }
        for unit in 0..<hiddenSize {
            let i = sigmoid(z(unit))
            let f = sigmoid(z(hiddenSize + unit))
            let g = tanh(z(2 * hiddenSize + unit))
            let o = sigmoid(z(3 * hiddenSize + unit))
            let c = f * cell[unit] + i * g
            (step.i[unit], step.f[unit], step.g[unit], step.o[unit]) = (i, f, g, o)
            step.cell[unit] = c
            step.hidden[unit] = o * tanh(c)
        }
        return step
    }

    /// From the gradients by the step's hidden and cell states to those by what it read; the parameters'
    /// gradients are added to `gradient`.
    func backward(
        _ step: Step, hiddenGradient: [Double], cellGradient: [Double], addingTo gradient: inout ReferenceCell
    ) -> (x: [Double], hidden: [Double], cell: [Double]) {
        var dz = [Double](repeating: 0, count: 4 * hiddenSize)
        var previousCellGradient = cellGradient
        for unit in 0..<hiddenSize {
            let (i, f, g, o) = (step.i[unit], step.f[unit], step.g[unit], step.o[unit])
            let tanhC = tanh(step.cell[unit])
            let dh = hiddenGradient[unit]
            let dc = cellGradient[unit] + dh * o * (1 - tanhC * tanhC)
            dz[unit] = dc * g * i * (1 - i)
            dz[hiddenSize + unit] = dc * step.previousCell[unit] * f * (1 - f)
            dz[2 * hiddenSize + unit] = dc * i * (1 - g * g)
            dz[3 * hiddenSize + unit] = dh * tanhC * o * (1 - o)
            previousCellGradient[unit] = dc * f
        }
        gradient.weightIH.add(outer: dz, step.x)
        gradient.weightHH.add(outer: dz, step.previousHidden)
        for row in dz.indices {
            gradient.biasIH[row] += dz[row]
            gradient.biasHH[row] += dz[row]
        }
        return (weightIH.transposedTimes(dz), weightHH.transposedTimes(dz), previousCellGradient)
    }
}

/// A stack of layers over one sequence at a time. Gradients by its parameters are a stack too.
struct ReferenceLSTM {
    let lstm: RecurrentStack
    /// Indexed layer · directions + direction.
    var cells: [ReferenceCell]

    /// Hidden and cell states [layer · directions + direction][H].
    struct State {
        var hidden, cell: [[Double]]
    }

    /// A pass over one sequence.
    struct Trace {
        /// Of each cell, in the order in which it goes through the sequence.
        var steps: [[ReferenceCell.Step]] = []
        /// [L][directions · H]
        var output: [[Double]]
        var final: State
    }

    init(_ lstm: RecurrentStack, parameters: NamedArrays, prefix: String = "") {
        self.lstm = lstm
        cells = (0..<lstm.numLayers * lstm.directions).map { index in
            let suffix = Self.suffix(index, lstm.directions)
            let width = index / lstm.directions == 0 ? lstm.inputSize : lstm.directions * lstm.hiddenSize
            let zeros = [Double](repeating: 0, count: 4 * lstm.hiddenSize)
            return ReferenceCell(
                weightIH: Matrix(columns: width, numbers: parameters[prefix + "weight_ih" + suffix]!),
                weightHH: Matrix(
                    columns: lstm.hiddenSize, numbers: parameters[prefix + "weight_hh" + suffix]!),
                biasIH: (lstm.bias == .pytorch) ? parameters[prefix + "bias_ih" + suffix]! : zeros,
                biasHH: (lstm.bias == .pytorch) ? parameters[prefix + "bias_hh" + suffix]! : zeros)
        }
    }

    private static func suffix(_ index: Int, _ directions: Int) -> String {
        "_l\(index / directions)" + (index % directions == 1 ? "_reverse" : "")
    }

    /// The parameters, or gradients by them, under PyTorch's names.
    func arrays(prefix: String = "") -> NamedArrays {
        var arrays: NamedArrays = [:]
        for (index, cell) in cells.enumerated() {
            let suffix = Self.suffix(index, lstm.directions)
            arrays[prefix + "weight_ih" + suffix] = cell.weightIH.numbers
            arrays[prefix + "weight_hh" + suffix] = cell.weightHH.numbers
            guard (lstm.bias == .pytorch) else { continue }
            arrays[prefix + "bias_ih" + suffix] = cell.biasIH
            arrays[prefix + "bias_hh" + suffix] = cell.biasHH
        }
        return arrays
    }

    /// A stack of zeros, to add gradients to.
    var zeroGradient: ReferenceLSTM {
        ReferenceLSTM(lstm, parameters: arrays().mapValues { $0.map { _ in 0 } })
    }

    var zeroState: State {
        let zeros = [[Double]](repeating: .init(repeating: 0, count: lstm.hiddenSize), count: cells.count)
        return State(hidden: zeros, cell: zeros)
    }

    /// - Parameter input: [L][D]
    func forward(_ input: [[Double]], from initial: State) -> Trace {
        var trace = Trace(output: input, final: initial)
        for layer in 0..<lstm.numLayers {
            let layerInput = trace.output
            trace.output = layerInput.map { _ in [] }
            for direction in 0..<lstm.directions {
                let index = layer * lstm.directions + direction
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
        }
        return trace
    }

    /// From the gradients by outputs and final states to those by input and initial states.
    func backward(
        _ trace: Trace, outputGradient: [[Double]], finalGradient: State,
        addingTo gradient: inout ReferenceLSTM
    ) -> (input: [[Double]], initial: State) {
        var outputGradient = outputGradient
        var initial = finalGradient
        for layer in (0..<lstm.numLayers).reversed() {
            let width = cells[layer * lstm.directions].weightIH.columns
            var inputGradient = outputGradient.map { _ in [Double](repeating: 0, count: width) }
            for direction in 0..<lstm.directions {
                let index = layer * lstm.directions + direction
                let units = direction * lstm.hiddenSize..<(direction + 1) * lstm.hiddenSize
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

    /// The sequence as a direction reads it, and back.
    private func inOrder<T>(_ sequence: [T], _ direction: Int) -> [T] {
        direction == 0 ? sequence : sequence.reversed()
    }
}

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

func plus(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(+) }

/// Rows one after the other. Its loops are plain because tests run unoptimised.
struct Matrix {
    let columns: Int
    var numbers: [Double]

    func times(_ x: [Double]) -> [Double] {
        precondition(x.count == columns, "\(x.count) numbers for \(columns) columns")
        var result = [Double](repeating: 0, count: numbers.count / columns)
        eachElement { index, row, column in result[row] += numbers[index] * x[column] }
        return result
    }

    func transposedTimes(_ y: [Double]) -> [Double] {
        precondition(
            y.count * columns == numbers.count, "\(y.count) numbers for \(numbers.count / columns) rows")
        var result = [Double](repeating: 0, count: columns)
        eachElement { index, row, column in result[column] += numbers[index] * y[row] }
        return result
    }

    mutating func add(outer y: [Double], _ x: [Double]) {
        precondition(
            y.count * x.count == numbers.count, "\(y.count) × \(x.count) numbers for \(numbers.count)")
        var index = 0
        for left in y {
            for right in x {
                numbers[index] += left * right
                index += 1
            }
        }
    }

    private func eachElement(_ body: (_ index: Int, _ row: Int, _ column: Int) -> Void) {
        var row = 0
        var column = 0
        for index in numbers.indices {
            body(index, row, column)
            column += 1
            if column == columns { (row, column) = (row + 1, 0) }
        }
    }
}
