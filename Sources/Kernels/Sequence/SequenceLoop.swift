import KernelInterface

/// One step of a recurrent layer over one sequence, with sixteen units in a vector. It is the only part that differs
/// between the cells.
protocol SequenceCell {
    /// The gates that have an input term. They are the initial value of a step's sums.
    associatedtype Gates: SequenceGates

    /// Computes one step of one direction.
    static func advance(_ step: SequenceStep)
}

/// One step of one direction over all groups of sixteen units.
struct SequenceStep {
    var groups: Int
    var hiddenSize: Int
    /// [group][gate][unit] Bias + weights · input; a cell may store intermediate results here.
    var gates: UnsafeMutablePointer<Float>
    /// [group][H][gate][unit] The hidden weights.
    var weights: UnsafePointer<Float>
    /// [group][unit] The bias inside the reset product of a GRU.
    var candidateHiddenBias: UnsafePointer<Float>
    /// [group][unit] The hidden states before and after the step.
    var hidden: UnsafePointer<Float>
    var next: UnsafeMutablePointer<Float>
    /// [group][unit] The cell state, and working memory.
    var cell: UnsafeMutablePointer<Float>
    var scratch: UnsafeMutablePointer<Float>
}

/// The loop of all recurrent layers over one sequence. The input's part of the gates is computed for all steps first.
/// Then both directions run side by side, so that one computes while the other waits for the result of its previous
/// step.
///
/// The lanes of a vector are sixteen units of one group. For the input's part with AVX-512, a tile of four steps stays
/// in registers; here the tile of an LSTM:
///
///              i          f          g          o
///           ┌──────────┬──────────┬──────────┬──────────┐
///     t     │ 16 units │ 16 units │ 16 units │ 16 units │
///           ├──────────┼──────────┼──────────┼──────────┤
///     t+1   │          │          │          │          │      The loop goes over the input features: it loads the
///           ├──────────┼──────────┼──────────┼──────────┤      weights of a feature once, [gate][unit], and multiplies
///     t+2   │          │          │          │          │      them by the feature at four steps.
///           ├──────────┼──────────┼──────────┼──────────┤
///     t+3   │          │          │          │          │
///           └──────────┴──────────┴──────────┴──────────┘
///
/// In the recurrent part, a tile is one row of this: the next step needs the hidden state of this step.
enum SequenceLoop<Cell: SequenceCell> {
    typealias Gates = Cell.Gates

    static func run(_ pass: SequencePass) {
        let groups = pass.groups
        let gateStride = groups * Gates.width
        for direction in 0..<pass.directions {
            let weights = pass.inputWeights + direction * gateStride * pass.inputSize
            let bias = pass.bias + direction * gateStride
            for group in 0..<groups {
                project(
                    pass, weights + group * pass.inputSize * Gates.width, bias + group * Gates.width,
                    pass.gates + direction * pass.steps * gateStride + group * Gates.width, gateStride)
            }
        }
        let units = pass.paddedUnits
        let slots = (pass.steps + 1) * units
        for index in 0..<pass.steps {
            for direction in 0..<pass.directions {
                let step = direction == 0 ? index : pass.steps - 1 - index
                let hidden = pass.hidden + direction * slots + index * units
                Cell.advance(
                    SequenceStep(
                        groups: groups, hiddenSize: pass.hiddenSize,
                        gates: pass.gates + (direction * pass.steps + step) * gateStride,
                        weights: pass.hiddenWeights + direction * gateStride * pass.hiddenSize,
                        candidateHiddenBias: pass.candidateHiddenBias + direction * units, hidden: hidden,
                        next: hidden + units, cell: pass.cell + direction * units,
                        scratch: pass.scratch + direction * units))
            }
        }
        collect(pass, slots)
    }

    /// Computes bias + weights · input for all steps of one group; for symbols, bias + the symbol's column. With AVX-512, four steps at a time share the loaded
    /// weights.
    @inline(__always)
    private static func project(
        _ pass: SequencePass, _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        let size = pass.inputSize
        let start = Gates(loading: bias)
        if let symbols = pass.symbols {
            for step in 0..<pass.steps {
                var gates = start
                gates.add(1, Gates(loading: weights + Int(symbols[step]) * Gates.width))
                gates.store(target + step * stride)
            }
            return
        }
        var step = 0
        while compiledWithAVX512, step + 4 <= pass.steps {
            var (a, b, c, d) = (start, start, start, start)
            let input = pass.input + step * size
            for column in 0..<size {
                let weights = Gates(loading: weights + column * Gates.width)
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
                gates.add(input[column], Gates(loading: weights + column * Gates.width))
            }
            gates.store(target + step * stride)
            step += 1
        }
    }

    /// Copies the hidden states to the output, in the order of steps, with the directions concatenated and without
    /// padding.
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

/// The passes of all cells.
enum SequenceLoops {
    @inline(__always)
    static func run(_ recurrence: Recurrence, _ pass: SequencePass) {
        switch recurrence {
        case .rnnTanh: SequenceLoop<RNNSequence<Tanh>>.run(pass)
        case .rnnReLU: SequenceLoop<RNNSequence<ReLU>>.run(pass)
        case .lstm: SequenceLoop<LSTMSequence>.run(pass)
        case .gru: SequenceLoop<GRUSequence>.run(pass)
        case .gruResetBefore: SequenceLoop<GRUResetBeforeSequence>.run(pass)
        }
    }
}
