import KernelInterface

/// The gated recurrent unit as in PyTorch, with the reset gate after the product:
///
///     r = σ(W_ir x + b_ir + W_hr h' + b_hr)   a = W_in x + b_in   u = W_hn h' + b_hn
///     z = σ(W_iz x + b_iz + W_hz h' + b_hz)   n = tanh(a + r u)
///     h = (1 - z) n + z h'
///
/// Backward, with dh the gradient of h, all gradients are multiples of dh:
///
///     da  = dh (1 - z)(1 - n²)    du = da r
///     dz_z = dh (h' - n) z (1 - z)    dz_r = da u r (1 - r)    dh' = dh z + …
///
/// The gates are stored as r, z, a, u, so that the gates with an input term, r, z, a, are contiguous.
enum GRU<Third: Tile>: Cell {
    static var recurrence: Recurrence { .gru }

    @inline(__always)
    static func forward(_ pass: RecurrentPass, _ step: Int, keepsFactors: Bool) {
        let hidden = pass.hiddenSize
        let gate = hidden * shardLanes
        let gates = pass.gates[step]
        Product<Third>.run(
            rows: 2 * hidden, start: pass.start(bias: pass.weights.bias),
            .init(pass.weights.input, inputOf: pass, step), .init(pass.weights.hidden, stateOf: pass, step),
            output: gates)
        Product<Third>.run(
            rows: hidden, start: pass.start(bias: pass.candidate.bias),
            .init(pass.candidate.input, inputOf: pass, step),
            .none(pass), output: gates + 2 * gate)
        Product<Third>.run(
            rows: hidden, start: .bias(pass.candidateHiddenBias),
            .init(pass.candidate.hidden, stateOf: pass, step), .none(pass), output: gates + 3 * gate)

        let output = pass.output[step]
        let previous = pass.previousOutput[step]
        let factors = pass.factors[step]
        for unit in stride(from: 0, to: gate, by: vectorWidth) {
            let r = sigmoid(loadVector(gates, unit))
            let z = sigmoid(loadVector(gates, gate + unit))
            let u = loadVector(gates, 3 * gate + unit)
            let n = tanh(multiplyAdd(loadVector(gates, 2 * gate + unit), r, u))
            let difference = loadVector(previous, unit) - n
            storeVector(multiplyAdd(n, z, difference), output, unit)
            if keepsFactors {
                let da = (broadcast(1) - z) * multiplySubtract(broadcast(1), n, n)
                storeVector(da * u * multiplySubtract(r, r, r), gates, unit)
                storeVector(difference * multiplySubtract(z, z, z), gates, gate + unit)
                storeVector(da, gates, 2 * gate + unit)
                storeVector(da * r, gates, 3 * gate + unit)
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
            storeVector(dh * loadVector(gates, unit), gates, unit)
            storeVector(dh * loadVector(gates, gate + unit), gates, gate + unit)
            storeVector(dh * loadVector(gates, 2 * gate + unit), gates, 2 * gate + unit)
            storeVector(dh * loadVector(gates, 3 * gate + unit), gates, 3 * gate + unit)
            storeVector(
                multiplyAdd(loadVector(previousGradient, unit), dh, loadVector(factors, unit)),
                previousGradient, unit)
        }
        Product<Third>.run(
            rows: hidden, start: .output,
            .init(weights: pass.weights.hiddenTransposed, input: gates, columns: 2 * hidden),
            .init(weights: pass.candidate.hiddenTransposed, input: gates + 3 * gate, columns: hidden),
            output: previousGradient)
    }
}
