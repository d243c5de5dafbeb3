import ElementaryFunctions
import NeuralNetworks

/// One direction of one recurrent layer: its steps forward, and the gradients backward through time. The equations are in
/// ``RecurrentCell``.
struct DirectionPass {
    /// A step, with what the gradients need.
    struct Step {
        let input: [Double]
        /// h' and c', the states before the step.
        let previous: [Double]
        let previousCell: [Double]
        /// The gates: i, f, g, o or r, z, n; none of an RNN.
        let gates: [[Double]]
        /// The candidate's u = U h' + b' of a GRU with the reset gate after the product.
        let candidateProduct: [Double]
        /// c
        let cellState: [Double]
        /// h
        var state: [Double]
    }

    let cell: RecurrentCell
    private let weights: (input: TraceMatrix, hidden: TraceMatrix)
    private let isBackward: Bool
    /// The steps by their rows, [T].
    private(set) var steps: [Step] = []

    private var hidden: Int { weights.hidden.columns }

    init(
        _ cell: RecurrentCell, _ weights: (input: TraceMatrix, hidden: TraceMatrix), _ inputs: [[Double]],
        isBackward: Bool, change: StateTrace.Change? = nil
    ) {
        (self.cell, self.weights, self.isBackward) = (cell, weights, isBackward)
        var state = [Double](repeating: 0, count: hidden)
        var memory = state
        for row in isBackward ? Array(inputs.indices.reversed()) : Array(inputs.indices) {
            var step = step(inputs[row], state, memory)
            if let change, change.row == row { step.state[change.unit] += change.amount }
            (state, memory) = (step.state, step.cellState)
            steps.append(step)
        }
        if isBackward { steps.reverse() }
    }

    private func step(_ input: [Double], _ previous: [Double], _ previousCell: [Double]) -> Step {
        let own = weights.input.product(input)
        /// The rows of a gate.
        func rows(_ gate: Int) -> Range<Int> { gate * hidden..<(gate + 1) * hidden }
        /// W x + b + U h' + b'
        func sums(_ gate: Int) -> [Double] {
            sum(Array(own[rows(gate)]), weights.hidden.product(previous, rows: rows(gate)))
        }
        func made(
            _ gates: [[Double]], state: [Double], cell: [Double] = [], product: [Double] = []
        ) -> Step {
            Step(
                input: input, previous: previous, previousCell: previousCell, gates: gates,
                candidateProduct: product, cellState: cell, state: state)
        }
        switch cell {
        case .rnnTanh: return made([], state: sums(0).map(Elementary.tanh))
        case .rnnReLU: return made([], state: sums(0).map { max(0, $0) })
        case .lstm:
            let (i, f, o) = (sums(0).map(sigmoid), sums(1).map(sigmoid), sums(3).map(sigmoid))
            let g = sums(2).map(Elementary.tanh)
            let c = (0..<hidden).map { f[$0] * previousCell[$0] + i[$0] * g[$0] }
            return made([i, f, g, o], state: (0..<hidden).map { o[$0] * Elementary.tanh(c[$0]) }, cell: c)
        case .gru, .gruResetBefore:
            let (r, z) = (sums(0).map(sigmoid), sums(1).map(sigmoid))
            let product: [Double]
            let n: [Double]
            if cell == .gru {
                product = weights.hidden.product(previous, rows: rows(2))
                n = (0..<hidden).map { Elementary.tanh(own[2 * hidden + $0] + r[$0] * product[$0]) }
            } else {
                product = weights.hidden.product(zip(r, previous).map(*), rows: rows(2))
                n = (0..<hidden).map { Elementary.tanh(own[2 * hidden + $0] + product[$0]) }
            }
            let state = (0..<hidden).map { (1 - z[$0]) * n[$0] + z[$0] * previous[$0] }
            return made([r, z, n], state: state, product: product)
        }
    }

    /// Returns the gradients of the loss with respect to the states and the inputs of all rows.
    ///
    /// - Parameter outputs: [T][H] The gradients that reach the states from above.
    func gradients(of outputs: [[Double]]) -> (states: [[Double]], inputs: [[Double]]) {
        var states = [[Double]](repeating: [], count: steps.count)
        var inputs = states
        // The gradients that reach h and c from the next step.
        var carried = [Double](repeating: 0, count: hidden)
        var carriedCell = carried
        let order = isBackward ? Array(steps.indices) : Array(steps.indices.reversed())
        for row in order {
            let gradient = sum(outputs[row], carried)
            states[row] = gradient
            let result = gradients(of: steps[row], gradient, carriedCell)
            (inputs[row], carried, carriedCell) = (result.input, result.previous, result.previousCell)
        }
        return (states, inputs)
    }

    /// Returns the gradients of a step's input and previous states from the gradients of its states, dh and dc.
    private func gradients(
        of step: Step, _ dh: [Double], _ dcell: [Double]
    ) -> (input: [Double], previous: [Double], previousCell: [Double]) {
        let units = 0..<hidden
        let zeros = [Double](repeating: 0, count: hidden)
        /// Wᵀ and Uᵀ times the gradients of the sums of all gates.
        func through(_ sums: [Double], direct: [Double], cell: [Double] = zeros)
            -> (input: [Double], previous: [Double], previousCell: [Double])
        {
            (
                weights.input.transposedProduct(sums),
                sum(direct, weights.hidden.transposedProduct(sums)), cell
            )
        }
        switch cell {
        case .rnnTanh:
            return through(units.map { dh[$0] * (1 - step.state[$0] * step.state[$0]) }, direct: zeros)
        case .rnnReLU:
            return through(units.map { step.state[$0] > 0 ? dh[$0] : 0 }, direct: zeros)
        case .lstm:
            let (i, f, g, o) = (step.gates[0], step.gates[1], step.gates[2], step.gates[3])
            let tanhs = step.cellState.map(Elementary.tanh)
            let dc = units.map { dcell[$0] + dh[$0] * o[$0] * (1 - tanhs[$0] * tanhs[$0]) }
            let sums =
                units.map { dc[$0] * g[$0] * i[$0] * (1 - i[$0]) }
                + units.map { dc[$0] * step.previousCell[$0] * f[$0] * (1 - f[$0]) }
                + units.map { dc[$0] * i[$0] * (1 - g[$0] * g[$0]) }
                + units.map { dh[$0] * tanhs[$0] * o[$0] * (1 - o[$0]) }
            return through(sums, direct: zeros, cell: units.map { dc[$0] * f[$0] })
        case .gru, .gruResetBefore:
            let (r, z, n) = (step.gates[0], step.gates[1], step.gates[2])
            let dn = units.map { dh[$0] * (1 - z[$0]) * (1 - n[$0] * n[$0]) }
            let dz = units.map { dh[$0] * (step.previous[$0] - n[$0]) * z[$0] * (1 - z[$0]) }
            var direct = units.map { dh[$0] * z[$0] }
            let dr: [Double]
            if cell == .gru {
                dr = units.map { dn[$0] * step.candidateProduct[$0] * r[$0] * (1 - r[$0]) }
                let products = units.map { dn[$0] * r[$0] }
                direct = sum(direct, weights.hidden.transposedProduct(products, first: 2 * hidden))
            } else {
                // The gradient of r ⊙ h'.
                let masked = weights.hidden.transposedProduct(dn, first: 2 * hidden)
                dr = units.map { masked[$0] * step.previous[$0] * r[$0] * (1 - r[$0]) }
                direct = units.map { direct[$0] + masked[$0] * r[$0] }
            }
            return (
                weights.input.transposedProduct(dr + dz + dn),
                sum(direct, weights.hidden.transposedProduct(dr + dz)), zeros
            )
        }
    }
}

private func sigmoid(_ value: Double) -> Double { 1 / (1 + Elementary.exp(-value)) }
