import Foundation

@testable import NeuralNetworks

/// One direction of one layer in `Double`, one step and one equation at a time. The gradients of its parameters have
/// the same type.
struct ReferenceCell {
    let cell: RecurrentCell
    /// The parameters (gates · H, D), (gates · H, H), (gates · H), (gates · H), with rows in the order i, f, g, o or r,
    /// z, n.
    var weightIH, weightHH: Matrix
    var biasIH, biasHH: [Double]

    var hiddenSize: Int { weightHH.columns }

    /// The input and the results of one step.
    struct Step {
        var x: [Double]
        /// The previous states h' and c'.
        var previousHidden, previousCell: [Double]
        /// The new states h and c.
        var hidden, cell: [Double]
        /// The terms W x + b and U h' + b', [gates · H].
        var fromInput, fromHidden: [Double]
        /// The gates i, f, g, o or r, z, n after their nonlinearities, [gate][H].
        var gates: [[Double]]
    }

    /// The gradients of a step, computed from the gradients of h and c.
    struct StepGradients {
        /// The gradients of W x + b and U h' + b', [gates · H].
        var fromInput, fromHidden: [Double]
        /// The gradients of h' and c', without the part through U h'.
        var previousHidden, previousCell: [Double]
    }

    func step(_ x: [Double], hidden: [Double], cell: [Double]) -> Step {
        var step = Step(
            x: x, previousHidden: hidden, previousCell: cell, hidden: hidden, cell: cell,
            fromInput: plus(weightIH.times(x), biasIH), fromHidden: plus(weightHH.times(hidden), biasHH),
            gates: .init(repeating: hidden, count: self.cell.gates))
        switch self.cell {
        case .rnnTanh: step.hidden = plus(step.fromInput, step.fromHidden).map { tanh($0) }
        case .rnnReLU: step.hidden = plus(step.fromInput, step.fromHidden).map { max(0, $0) }
        case .lstm: computeLSTM(&step)
        case .gru: computeGRU(&step)
        case .gruResetBefore: computeGRUResetBefore(&step)
        }
        return step
    }

    /// Computes the gradients of a step's inputs from the gradients of its hidden and cell states, and adds the
    /// parameters' gradients to `gradient`.
    func backward(
        _ step: Step, hiddenGradient: [Double], cellGradient: [Double], addingTo gradient: inout ReferenceCell
    ) -> (x: [Double], hidden: [Double], cell: [Double]) {
        let none = [Double](repeating: 0, count: biasIH.count)
        var found = StepGradients(
            fromInput: none, fromHidden: none, previousHidden: hiddenGradient.map { _ in 0 },
            previousCell: cellGradient)
        switch cell {
        case .rnnTanh:
            found.fromInput = zip(hiddenGradient, step.hidden).map { dh, h in dh * (1 - h * h) }
            found.fromHidden = found.fromInput
        case .rnnReLU:
            found.fromInput = zip(hiddenGradient, step.hidden).map { dh, h in h > 0 ? dh : 0 }
            found.fromHidden = found.fromInput
        case .lstm: differentiateLSTM(step, hiddenGradient, cellGradient, &found)
        case .gru: differentiateGRU(step, hiddenGradient, &found)
        case .gruResetBefore: differentiateGRUResetBefore(step, hiddenGradient, &found, &gradient)
        }
        gradient.weightIH.add(outer: found.fromInput, step.x)
        gradient.biasIH = plus(gradient.biasIH, found.fromInput)
        gradient.weightHH.add(outer: found.fromHidden, step.previousHidden)
        gradient.biasHH = plus(gradient.biasHH, found.fromHidden)
        return (
            weightIH.transposedTimes(found.fromInput),
            plus(found.previousHidden, weightHH.transposedTimes(found.fromHidden)), found.previousCell
        )
    }

    // MARK: LSTM

    private func computeLSTM(_ step: inout Step) {
        for unit in 0..<hiddenSize {
            func z(_ gate: Int) -> Double {
                step.fromInput[gate * hiddenSize + unit] + step.fromHidden[gate * hiddenSize + unit]
            }
            let (i, f, g, o) = (sigmoid(z(0)), sigmoid(z(1)), tanh(z(2)), sigmoid(z(3)))
            for (gate, value) in [i, f, g, o].enumerated() { step.gates[gate][unit] = value }
            step.cell[unit] = f * step.previousCell[unit] + i * g
            step.hidden[unit] = o * tanh(step.cell[unit])
        }
    }

    private func differentiateLSTM(
        _ step: Step, _ dh: [Double], _ dc: [Double], _ found: inout StepGradients
    ) {
        for unit in 0..<hiddenSize {
            let (i, f) = (step.gates[0][unit], step.gates[1][unit])
            let (g, o) = (step.gates[2][unit], step.gates[3][unit])
            let tanhC = tanh(step.cell[unit])
            let delta = dc[unit] + dh[unit] * o * (1 - tanhC * tanhC)
            found.fromInput[unit] = delta * g * i * (1 - i)
            found.fromInput[hiddenSize + unit] = delta * step.previousCell[unit] * f * (1 - f)
            found.fromInput[2 * hiddenSize + unit] = delta * i * (1 - g * g)
            found.fromInput[3 * hiddenSize + unit] = dh[unit] * tanhC * o * (1 - o)
            found.previousCell[unit] = delta * f
        }
        found.fromHidden = found.fromInput
    }

    // MARK: GRU, the reset gate after the product

    private func computeGRU(_ step: inout Step) {
        let (a, u) = (step.fromInput, step.fromHidden)
        for unit in 0..<hiddenSize {
            let r = sigmoid(a[unit] + u[unit])
            let z = sigmoid(a[hiddenSize + unit] + u[hiddenSize + unit])
            let n = tanh(a[2 * hiddenSize + unit] + r * u[2 * hiddenSize + unit])
            for (gate, value) in [r, z, n].enumerated() { step.gates[gate][unit] = value }
            step.hidden[unit] = (1 - z) * n + z * step.previousHidden[unit]
        }
    }

    private func differentiateGRU(_ step: Step, _ dh: [Double], _ found: inout StepGradients) {
        for unit in 0..<hiddenSize {
            let (r, z, n) = (step.gates[0][unit], step.gates[1][unit], step.gates[2][unit])
            let dn = dh[unit] * (1 - z) * (1 - n * n)
            found.fromInput[unit] = dn * step.fromHidden[2 * hiddenSize + unit] * r * (1 - r)
            found.fromInput[hiddenSize + unit] = dh[unit] * (step.previousHidden[unit] - n) * z * (1 - z)
            found.fromInput[2 * hiddenSize + unit] = dn
            found.previousHidden[unit] = dh[unit] * z
        }
        found.fromHidden = found.fromInput
        for unit in 0..<hiddenSize { found.fromHidden[2 * hiddenSize + unit] *= step.gates[0][unit] }
    }

    // MARK: GRU, the reset gate before the product

    private var candidateRows: Range<Int> { 2 * hiddenSize..<3 * hiddenSize }

    private func computeGRUResetBefore(_ step: inout Step) {
        let (a, u) = (step.fromInput, step.fromHidden)
        for unit in 0..<hiddenSize {
            step.gates[0][unit] = sigmoid(a[unit] + u[unit])
            step.gates[1][unit] = sigmoid(a[hiddenSize + unit] + u[hiddenSize + unit])
        }
        let s = times(step.gates[0], step.previousHidden)
        let fromReset = plus(weightHH.rows(candidateRows).times(s), Array(biasHH[candidateRows]))
        for unit in 0..<hiddenSize {
            let z = step.gates[1][unit]
            let n = tanh(a[2 * hiddenSize + unit] + fromReset[unit])
            step.gates[2][unit] = n
            step.hidden[unit] = (1 - z) * n + z * step.previousHidden[unit]
        }
    }

    /// Differentiates a step. U h' does not affect n, so the gradients of n's rows of U and b' are added here.
    private func differentiateGRUResetBefore(
        _ step: Step, _ dh: [Double], _ found: inout StepGradients, _ gradient: inout ReferenceCell
    ) {
        let (r, z, n) = (step.gates[0], step.gates[1], step.gates[2])
        var dn = dh
        for unit in dn.indices { dn[unit] *= (1 - z[unit]) * (1 - n[unit] * n[unit]) }
        let ds = weightHH.rows(candidateRows).transposedTimes(dn)
        for unit in 0..<hiddenSize {
            let h = step.previousHidden[unit]
            found.fromInput[unit] = ds[unit] * h * r[unit] * (1 - r[unit])
            found.fromInput[hiddenSize + unit] = dh[unit] * (h - n[unit]) * z[unit] * (1 - z[unit])
            found.fromInput[2 * hiddenSize + unit] = dn[unit]
            found.fromHidden[unit] = found.fromInput[unit]
            found.fromHidden[hiddenSize + unit] = found.fromInput[hiddenSize + unit]
            found.previousHidden[unit] = dh[unit] * z[unit] + ds[unit] * r[unit]
            gradient.biasHH[2 * hiddenSize + unit] += dn[unit]
        }
        gradient.weightHH.add(outer: dn, times(r, step.previousHidden), firstRow: 2 * hiddenSize)
    }
}

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

func plus(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(+) }

/// Returns the element-wise product.
func times(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(*) }
