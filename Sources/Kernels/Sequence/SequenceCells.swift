// The cells over one sequence. They do the same operations in the same order as over a shard. The folder `Cells` has
// the equations.

/// The step of an RNN; see `RNN`.
enum RNNSequence<Nonlinearity: RNNNonlinearity>: SequenceCell {
    typealias Gates = OneGate

    @inline(__always)
    static func advance(_ step: SequenceStep) {
        for group in 0..<step.groups {
            let gates = step.sums(group, from: OneGate(loading: step.gates + group * OneGate.width))
            storeVector(Nonlinearity.apply(gates.z), step.next, group * vectorWidth)
        }
    }
}

/// The step of an LSTM; see `LSTM`.
enum LSTMSequence: SequenceCell {
    typealias Gates = FourGates

    @inline(__always)
    static func advance(_ step: SequenceStep) {
        for group in 0..<step.groups {
            let z = step.sums(group, from: FourGates(loading: step.gates + group * FourGates.width))
            let offset = group * vectorWidth
            let ig = sigmoid(z.i) * tanh(z.g)
            let c = sigmoid(z.f) * loadVector(step.cell, offset) + ig
            storeVector(c, step.cell, offset)
            storeVector(sigmoid(z.o) * tanh(c), step.next, offset)
        }
    }
}

/// The step of a GRU; see `GRU`.
enum GRUSequence: SequenceCell {
    typealias Gates = ThreeGates

    @inline(__always)
    static func advance(_ step: SequenceStep) {
        for group in 0..<step.groups {
            let offset = group * vectorWidth
            var gates = ThreeGates(loading: step.gates + group * ThreeGates.width)
            let a = gates.n
            gates.n = loadVector(step.candidateHiddenBias, offset)
            gates = step.sums(group, from: gates)
            let n = tanh(multiplyAdd(a, sigmoid(gates.r), gates.n))
            step.blend(sigmoid(gates.z), n, offset)
        }
    }
}

/// The step of a GRU with the reset gate before the product; see `GRUResetBefore`. The n of any unit depends on the r
/// of all units.
enum GRUResetBeforeSequence: SequenceCell {
    typealias Gates = ThreeGates

    @inline(__always)
    static func advance(_ step: SequenceStep) {
        for group in 0..<step.groups { reset(step, group) }
        for group in 0..<step.groups {
            let gates = step.gates + group * ThreeGates.width
            let weights = step.weights + group * step.hiddenSize * ThreeGates.width
            var n = loadVector(gates, 2 * vectorWidth)
            for unit in 0..<step.hiddenSize {
                n = multiplyAdd(
                    n, broadcast(step.scratch[unit]),
                    loadVector(weights, unit * ThreeGates.width + 2 * vectorWidth))
            }
            step.blend(sigmoid(loadVector(gates, vectorWidth)), tanh(n), group * vectorWidth)
        }
    }

    /// Computes s = r h' in the scratch memory, and stores the complete sum of z, to which σ is applied later.
    @inline(__always)
    private static func reset(_ step: SequenceStep, _ group: Int) {
        let gates = step.gates + group * ThreeGates.width
        let weights = step.weights + group * step.hiddenSize * ThreeGates.width
        var r = loadVector(gates)
        var z = loadVector(gates, vectorWidth)
        for unit in 0..<step.hiddenSize {
            let h = broadcast(step.hidden[unit])
            r = multiplyAdd(r, h, loadVector(weights, unit * ThreeGates.width))
            z = multiplyAdd(z, h, loadVector(weights, unit * ThreeGates.width + vectorWidth))
        }
        let offset = group * vectorWidth
        storeVector(sigmoid(r) * loadVector(step.hidden, offset), step.scratch, offset)
        storeVector(z, gates, vectorWidth)
    }
}

extension SequenceStep {
    /// Returns start + weights · hidden state for one group.
    @inline(__always)
    func sums<Gates: SequenceGates>(_ group: Int, from start: Gates) -> Gates {
        var gates = start
        let weights = weights + group * hiddenSize * Gates.width
        for unit in 0..<hiddenSize {
            gates.add(hidden[unit], Gates(loading: weights + unit * Gates.width))
        }
        return gates
    }

    /// Computes h = n + z (h' - n) for one group.
    @inline(__always)
    func blend(_ z: Vector, _ n: Vector, _ offset: Int) {
        storeVector(multiplyAdd(n, z, loadVector(hidden, offset) - n), next, offset)
    }
}
