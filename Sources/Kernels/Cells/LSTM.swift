import KernelInterface

/// The LSTM of Hochreiter and Schmidhuber (1997) with a forget gate (Gers et al., 2000), as in PyTorch:
///
///     i = σ(zᵢ)   f = σ(z_f)   g = tanh(z_g)   o = σ(zₒ)     z = W_ih x + b_ih + W_hh h' + b_hh
///     c = f c' + i g           h = o tanh(c)
///
/// Backward, with dh the gradient of h and dc the gradient of c from the next step:
///
///     δ   = dc + dh (o - h tanh c)
///     dzᵢ = δ (ig - ig i)   dz_f = δ (fc' - fc' f)   dz_g = δ (i - ig g)   dzₒ = dh (h - h o)
///     dc' = δ f
///
/// The forward pass computes and stores the factors in brackets and f. The backward pass replaces them by the
/// gradients.
enum LSTM<Third: Tile>: Cell {
    static var recurrence: Recurrence { .lstm }

    @inline(__always)
    static func forward(_ pass: RecurrentPass, _ step: Int, keepsFactors: Bool) {
        Product<Third>.run(
            rows: 4 * pass.hiddenSize, start: pass.start(bias: pass.weights.bias),
            .init(pass.weights.input, inputOf: pass, step), .init(pass.weights.hidden, stateOf: pass, step),
            output: pass.gates[step])
        activate(pass, step, keepsFactors: keepsFactors)
    }

    /// Computes the outputs of all units of one step from the pre-activations.
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

    @inline(__always)
    static func backward(
        _ pass: RecurrentPass, _ step: Int, addingTo previousGradient: UnsafeMutablePointer<Float>
    ) {
        differentiate(pass, step)
        Product<Third>.run(
            rows: pass.hiddenSize, start: .output,
            .init(
                weights: pass.weights.hiddenTransposed, input: pass.gates[step], columns: 4 * pass.hiddenSize),
            .none(pass), output: previousGradient)
    }

    /// Computes the gradients of the pre-activations of all units of one step from the factors.
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
