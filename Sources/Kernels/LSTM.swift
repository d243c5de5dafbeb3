import KernelInterface

/// The LSTM of Hochreiter and Schmidhuber (1997) with forget gate (Gers et al., 2000), as PyTorch has it:
///
///     i = σ(zᵢ)   f = σ(z_f)   g = tanh(z_g)   o = σ(zₒ)     z = W_ih x + b_ih + W_hh h' + b_hh
///     c = f c' + i g           h = o tanh(c)
///
/// Backward, with dh the gradient by h and dc by c from the step after:
///
///     δ   = dc + dh (o - h tanh c)
///     dzᵢ = δ (ig - ig i)   dz_f = δ (fc' - fc' f)   dz_g = δ (i - ig g)   dzₒ = dh (h - h o)
///     dc' = δ f
///
/// The six factors in brackets and f are all known in the forward pass, which leaves them in the places
/// where backward puts the gradients.
enum LSTM<Third: Tile> {
    static func forward(_ pass: RecurrentPass, keepsFactors: Bool) {
        let previous = pass.previousOutput
        for index in 0..<pass.steps {
            let step = pass.step(at: index)
            Product<Third>.run(
                rows: 4 * pass.hiddenSize, start: .bias(pass.bias),
                inputTerm(pass, step),
                .init(weights: pass.hiddenWeights, input: previous[step], columns: pass.hiddenSize),
                output: pass.gates[step])
            if keepsFactors {
                activate(pass, step, keepsFactors: true)
            } else {
                activate(pass, step, keepsFactors: false)
            }
        }
    }

    /// The input of one step, or the part of it that is not zero.
    @inline(__always)
    private static func inputTerm(_ pass: RecurrentPass, _ step: Int) -> Product<Third>.Term {
        var term = Product<Third>.Term(
            weights: pass.inputWeights, input: pass.input[step], columns: pass.inputSize)
        if let range = pass.inputRanges?[step] { term.limit(to: range) }
        return term
    }

    /// All units of one step: pre-activations to outputs.
    @inline(__always)
    private static func activate(_ pass: RecurrentPass, _ step: Int, keepsFactors: Bool) {
        let gate = pass.hiddenSize * shardLanes
        let z = pass.gates[step]
        let factors = pass.factors[step]
        let output = pass.output[step]
        var unit = 0
        while unit < gate {
            let i = sigmoid(loadVector(z, unit))
            let f = sigmoid(loadVector(z, gate + unit))
            let g = tanh(loadVector(z, 2 * gate + unit))
            let o = sigmoid(loadVector(z, 3 * gate + unit))
            let ig = i * g
            let fc = f * loadVector(pass.cell, unit)
            let c = fc + ig
            let tanhC = tanh(c)
            let h = o * tanhC
            storeVector(c, pass.cell, unit)
            storeVector(h, output, unit)
            if keepsFactors {
                storeVector(multiplySubtract(ig, ig, i), z, unit)
                storeVector(multiplySubtract(fc, fc, f), z, gate + unit)
                storeVector(multiplySubtract(i, ig, g), z, 2 * gate + unit)
                storeVector(multiplySubtract(h, h, o), z, 3 * gate + unit)
                storeVector(multiplySubtract(o, h, tanhC), factors, unit)
                storeVector(f, factors, gate + unit)
            }
            unit += vectorWidth
        }
    }

    static func backward(_ pass: RecurrentPass) {
        let gate = pass.hiddenSize * shardLanes
        let none = Product<Third>.Term(weights: pass.bias, input: pass.bias, columns: 0)
        var dh = pass.outputGradient[pass.step(at: pass.steps - 1)]
        for unit in stride(from: 0, to: gate, by: vectorWidth) {
            storeVector(loadVector(dh, unit) + loadVector(pass.hiddenGradient, unit), dh, unit)
        }
        for index in stride(from: pass.steps - 1, through: 0, by: -1) {
            let step = pass.step(at: index)
            differentiate(pass, step)
            // What flows back to the output one step before; before the first one, to the initial state.
            if index > 0 {
                dh = pass.outputGradient[pass.step(at: index - 1)]
            } else {
                dh = pass.hiddenGradient
                dh.update(repeating: 0, count: gate)
            }
            Product<Third>.run(
                rows: pass.hiddenSize, start: .output,
                .init(
                    weights: pass.hiddenWeightsTransposed, input: pass.gates[step],
                    columns: 4 * pass.hiddenSize),
                none, output: dh)
        }
    }

    /// All units of one step: factors to gradients of the pre-activations.
    @inline(__always)
    private static func differentiate(_ pass: RecurrentPass, _ step: Int) {
        let gate = pass.hiddenSize * shardLanes
        let z = pass.gates[step]
        let factors = pass.factors[step]
        let outputGradient = pass.outputGradient[step]
        var unit = 0
        while unit < gate {
            let dh = loadVector(outputGradient, unit)
            let delta = multiplyAdd(loadVector(pass.cellGradient, unit), dh, loadVector(factors, unit))
            storeVector(delta * loadVector(z, unit), z, unit)
            storeVector(delta * loadVector(z, gate + unit), z, gate + unit)
            storeVector(delta * loadVector(z, 2 * gate + unit), z, 2 * gate + unit)
            storeVector(dh * loadVector(z, 3 * gate + unit), z, 3 * gate + unit)
            storeVector(delta * loadVector(factors, gate + unit), pass.cellGradient, unit)
            unit += vectorWidth
        }
    }
}
