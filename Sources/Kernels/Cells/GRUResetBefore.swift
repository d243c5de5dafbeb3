import KernelInterface

/// The gated recurrent unit of Cho et al. (2014), with the reset gate before the product:
///
///     r = σ(W_ir x + b_ir + W_hr h' + b_hr)   s = r h'
///     z = σ(W_iz x + b_iz + W_hz h' + b_hz)   n = tanh(W_in x + b_in + W_hn s + b_hn)
///     h = (1 - z) n + z h'
///
/// Backward, with dh the gradient of h:
///
///     dz_n = dh (1 - z)(1 - n²)       ds = W_hnᵀ dz_n
///     dz_z = dh (h' - n) z (1 - z)    dz_r = ds h' r (1 - r)    dh' = dh z + ds r + …
///
/// The gates are stored as r, z, n; the factors are z, r and s.
enum GRUResetBefore<Third: Tile>: Cell {
    static var recurrence: Recurrence { .gruResetBefore }

    @inline(__always)
    static func forward(_ pass: RecurrentPass, _ step: Int, keepsFactors: Bool) {
        let hidden = pass.hiddenSize
        let gate = hidden * shardLanes
        let gates = pass.gates[step]
        let factors = pass.factors[step]
        let output = pass.output[step]
        let previous = pass.previousOutput[step]
        Product<Third>.run(
            rows: 2 * hidden, start: pass.start(bias: pass.weights.bias),
            .init(pass.weights.input, inputOf: pass, step), .init(pass.weights.hidden, stateOf: pass, step),
            output: gates)
        for unit in stride(from: 0, to: gate, by: vectorWidth) {
            let r = sigmoid(loadVector(gates, unit))
            let h = loadVector(previous, unit)
            storeVector(r, factors, gate + unit)
            storeVector(r * h, factors, 2 * gate + unit)
            if keepsFactors { storeVector(h * multiplySubtract(r, r, r), gates, unit) }
        }
        Product<Third>.run(
            rows: hidden, start: pass.start(bias: pass.candidate.bias),
            .init(pass.candidate.input, inputOf: pass, step),
            .init(weights: pass.candidate.hidden, input: factors + 2 * gate, columns: hidden),
            output: gates + 2 * gate)
        for unit in stride(from: 0, to: gate, by: vectorWidth) {
            let z = sigmoid(loadVector(gates, gate + unit))
            let n = tanh(loadVector(gates, 2 * gate + unit))
            let difference = loadVector(previous, unit) - n
            storeVector(multiplyAdd(n, z, difference), output, unit)
            if keepsFactors {
                storeVector(difference * multiplySubtract(z, z, z), gates, gate + unit)
                storeVector(
                    (broadcast(1) - z) * multiplySubtract(broadcast(1), n, n), gates, 2 * gate + unit)
                storeVector(z, factors, unit)
            }
        }
    }

    @inline(__always)
    static func backward(
        _ pass: RecurrentPass, _ step: Int, addingTo previousGradient: UnsafeMutablePointer<Float>
    ) {
        let hidden = pass.hiddenSize
        let gate = hidden * shardLanes
        let gates = pass.gates[step]
        let factors = pass.factors[step]
        let outputGradient = pass.outputGradient[step]
        for unit in stride(from: 0, to: gate, by: vectorWidth) {
            let dh = loadVector(outputGradient, unit)
            storeVector(dh * loadVector(gates, gate + unit), gates, gate + unit)
            storeVector(dh * loadVector(gates, 2 * gate + unit), gates, 2 * gate + unit)
            storeVector(
                multiplyAdd(loadVector(previousGradient, unit), dh, loadVector(factors, unit)),
                previousGradient, unit)
            storeVector(broadcast(0), pass.scratch, unit)
        }
        Product<Third>.run(
            rows: hidden, start: .output,
            .init(weights: pass.candidate.hiddenTransposed, input: gates + 2 * gate, columns: hidden),
            .none(pass), output: pass.scratch)
        for unit in stride(from: 0, to: gate, by: vectorWidth) {
            let ds = loadVector(pass.scratch, unit)
            storeVector(ds * loadVector(gates, unit), gates, unit)
            storeVector(
                multiplyAdd(loadVector(previousGradient, unit), ds, loadVector(factors, gate + unit)),
                previousGradient, unit)
        }
        Product<Third>.run(
            rows: hidden, start: .output,
            .init(weights: pass.weights.hiddenTransposed, input: gates, columns: 2 * hidden), .none(pass),
            output: previousGradient)
    }
}
