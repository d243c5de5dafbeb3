import KernelInterface

/// An LSTM layer over one sequence, sixteen units in a vector. What the input adds to the gates is computed for
/// all steps first; then both directions run side by side, so that one computes while the other waits for the
/// result of its step before.
enum LSTMSequence {
    /// The four gates of sixteen units.
    struct Gates {
        var i: Vector
        var f: Vector
        var g: Vector
        var o: Vector

        static var count: Int { @_transparent get { 4 * vectorWidth } }

        @inline(__always)
        init(loading source: UnsafePointer<Float>) {
            i = loadVector(source)
            f = loadVector(source, vectorWidth)
            g = loadVector(source, 2 * vectorWidth)
            o = loadVector(source, 3 * vectorWidth)
        }

        @inline(__always)
        mutating func add(_ number: Float, _ weights: Gates) {
            let number = broadcast(number)
            i = multiplyAdd(i, number, weights.i)
            f = multiplyAdd(f, number, weights.f)
            g = multiplyAdd(g, number, weights.g)
            o = multiplyAdd(o, number, weights.o)
        }

        @inline(__always)
        func store(_ target: UnsafeMutablePointer<Float>) {
            storeVector(i, target)
            storeVector(f, target, vectorWidth)
            storeVector(g, target, 2 * vectorWidth)
            storeVector(o, target, 3 * vectorWidth)
        }
    }

    static func run(_ pass: SequencePass) {
        let groups = pass.groups
        let gateStride = groups * Gates.count
        for direction in 0..<pass.directions {
            let weights = pass.inputWeights + direction * pass.packedCount(columns: pass.inputSize)
            let bias = pass.bias + direction * pass.packedCount(columns: 1)
            for group in 0..<groups {
                project(
                    pass, weights + group * pass.inputSize * Gates.count, bias + group * Gates.count,
                    pass.gates + direction * pass.steps * gateStride + group * Gates.count, gateStride)
            }
        }
        let hiddenCount = pass.packedCount(columns: pass.hiddenSize)
        let slots = (pass.steps + 1) * pass.paddedUnits
        for index in 0..<pass.steps {
            for direction in 0..<pass.directions {
                let step = direction == 0 ? index : pass.steps - 1 - index
                advance(
                    pass, gates: pass.gates + (direction * pass.steps + step) * gateStride,
                    weights: pass.hiddenWeights + direction * hiddenCount,
                    hidden: pass.hidden + direction * slots + index * pass.paddedUnits,
                    cell: pass.cell + direction * pass.paddedUnits)
            }
        }
        collect(pass, slots)
    }

    /// bias + weights · input for all steps of one group. Four steps at a time share the weights they load.
    @inline(__always)
    private static func project(
        _ pass: SequencePass, _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        let size = pass.inputSize
        let start = Gates(loading: bias)
        var step = 0
        while compiledWithAVX512, step + 4 <= pass.steps {
            var (a, b, c, d) = (start, start, start, start)
            let input = pass.input + step * size
            for column in 0..<size {
                let weights = Gates(loading: weights + column * Gates.count)
                a.add(input[column], weights)
                b.add(input[size + column], weights)
                c.add(input[2 * size + column], weights)
                d.add(input[3 * size + column], weights)
            }
            a.store(target + step * stride)
            b.store(target + (step + 1) * stride)
            c.store(target + (step + 2) * stride)
            d.store(target + (step + 3) * stride)
            step += 4
        }
        while step < pass.steps {
            var gates = start
            let input = pass.input + step * size
            for column in 0..<size {
                gates.add(input[column], Gates(loading: weights + column * Gates.count))
            }
            gates.store(target + step * stride)
            step += 1
        }
    }

    /// One step of one direction: `hidden` holds the state before it, and behind that receives the one after.
    @inline(__always)
    private static func advance(
        _ pass: SequencePass, gates: UnsafePointer<Float>, weights: UnsafePointer<Float>,
        hidden: UnsafeMutablePointer<Float>, cell: UnsafeMutablePointer<Float>
    ) {
        let next = hidden + pass.paddedUnits
        for group in 0..<pass.groups {
            var z = Gates(loading: gates + group * Gates.count)
            let weights = weights + group * pass.hiddenSize * Gates.count
            for unit in 0..<pass.hiddenSize {
                z.add(hidden[unit], Gates(loading: weights + unit * Gates.count))
            }
            let offset = group * vectorWidth
            // The same operations as in a shard; see `LSTM`.
            let ig = sigmoid(z.i) * tanh(z.g)
            let c = sigmoid(z.f) * loadVector(cell, offset) + ig
            storeVector(c, cell, offset)
            storeVector(sigmoid(z.o) * tanh(c), next, offset)
        }
    }

    /// The hidden states in order of steps, directions side by side, without the filling.
    private static func collect(_ pass: SequencePass, _ slots: Int) {
        let width = pass.directions * pass.hiddenSize
        for direction in 0..<pass.directions {
            for step in 0..<pass.steps {
                let index = direction == 0 ? step : pass.steps - 1 - step
                (pass.output + step * width + direction * pass.hiddenSize).update(
                    from: pass.hidden + direction * slots + (index + 1) * pass.paddedUnits,
                    count: pass.hiddenSize)
            }
        }
    }
}
