import CProcessor
import KernelInterface

/// One step of a recurrent layer over a shard. It is the only part that differs between the cells.
protocol Cell {
    static var recurrence: Recurrence { get }

    /// Computes the step's output from the input and the states before the step. With `keepsFactors` it also computes
    /// the derivatives that `backward` reads; without it the gates and factors may be overwritten at each step.
    static func forward(_ pass: RecurrentPass, _ step: Int, keepsFactors: Bool)

    /// Computes the gradients of the gates' pre-activations from the gradient of the step's output, and adds the
    /// gradient of the hidden state before the step to `previousGradient`. In the lanes of sequences that have ended,
    /// all gates and factors are zero, and it must add nothing there.
    static func backward(
        _ pass: RecurrentPass, _ step: Int, addingTo previousGradient: UnsafeMutablePointer<Float>)
}

/// The loop over the steps of all recurrent layers, forward and backward.
enum TimeLoop<Step: Cell> {
    static func forward(_ pass: RecurrentPass, keepsFactors: Bool) {
        for index in 0..<pass.steps {
            let step = pass.step(at: index)
            let held = HeldLanes(pass, step)
            if hasCell { held?.copy(pass.cell, to: pass.scratch, pass) }
            if keepsFactors {
                Step.forward(pass, step, keepsFactors: true)
            } else {
                Step.forward(pass, step, keepsFactors: false)
            }
            if hasCell { held?.copy(pass.scratch, to: pass.cell, pass) }
            held?.copy(pass.previousOutput[step], to: pass.output[step], pass)
        }
    }

    static func backward(_ pass: RecurrentPass) {
        let units = pass.hiddenSize * shardLanes
        let last = pass.outputGradient[pass.step(at: pass.steps - 1)]
        add(pass.hiddenGradient, to: last, count: units)
        for index in stride(from: pass.steps - 1, through: 0, by: -1) {
            let step = pass.step(at: index)
            // This is the gradient of the previous step's output or, at the first step, of the initial state.
            let previous =
                index > 0 ? pass.outputGradient[pass.step(at: index - 1)] : pass.hiddenGradient
            if index == 0 { previous.update(repeating: 0, count: units) }
            if index > 0 { prefetch(pass, pass.step(at: index - 1)) }
            let held = HeldLanes(pass, step)
            held?.clear(pass.gates[step], rows: Step.recurrence.storedGates * pass.hiddenSize)
            held?.clear(pass.factors[step], rows: Step.recurrence.storedFactors * pass.hiddenSize)
            if hasCell { held?.copy(pass.cellGradient, to: pass.scratch, pass) }
            Step.backward(pass, step, addingTo: previous)
            if hasCell { held?.copy(pass.scratch, to: pass.cellGradient, pass) }
            held?.add(pass.outputGradient[step], to: previous, pass)
        }
    }

    /// Prefetches the gates and factors that the backward pass of a small layer reads next. If all shards of a batch were
    /// run forward in the meantime, they are no longer in the second-level cache. (In the forward pass, which writes them,
    /// prefetching took longer than it saved.)
    @inline(__always)
    private static func prefetch(_ pass: RecurrentPass, _ step: Int) {
        let (gates, factors) = (Step.recurrence.storedGates, Step.recurrence.storedFactors)
        guard (gates + factors) * pass.hiddenSize <= rowsToPrefetch else { return }
        prefetch(pass.gates[step], rows: gates * pass.hiddenSize)
        prefetch(pass.factors[step], rows: factors * pass.hiddenSize)
    }

    /// The number of rows, 128 bytes each, that leave room for the current step in the first-level cache.
    @inline(__always)
    private static var rowsToPrefetch: Int { 160 }

    @inline(__always)
    private static func prefetch(_ target: UnsafePointer<Float>, rows: Int) {
        for index in stride(from: 0, to: rows * shardLanes, by: vectorWidth) {
            processor_prefetch(target + index)
        }
    }

    @inline(__always)
    private static var hasCell: Bool { Step.recurrence == .lstm }

    @inline(__always)
    private static func add(
        _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
    ) {
        for index in stride(from: 0, to: count, by: vectorWidth) {
            storeVector(loadVector(target, index) + loadVector(source, index), target, index)
        }
    }
}

extension RecurrentPass {
    /// Returns the initial value of a step's gates, to which the products with the input and the state are added.
    @inline(__always)
    func start(bias: UnsafePointer<Float>) -> ProductStart { gatesHaveInput ? .output : .bias(bias) }
}

/// The lanes whose sequence has ended before a step; their state does not change.
struct HeldLanes {
    let lengths: UnsafePointer<Float>
    let step: Float

    /// Finds the lanes; nil if no sequence has ended before the step.
    @inline(__always)
    init?(_ pass: RecurrentPass, _ step: Int) {
        guard let lengths = pass.lengths, step >= pass.shortest else { return nil }
        self.lengths = lengths
        self.step = Float(step)
    }

    func copy(
        _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ pass: RecurrentPass
    ) {
        each(rows: pass.hiddenSize, target) { old, index, held in
            old.replacing(with: loadVector(source, index), where: held)
        }
    }

    func add(
        _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ pass: RecurrentPass
    ) {
        each(rows: pass.hiddenSize, target) { old, index, held in
            old.replacing(with: old + loadVector(source, index), where: held)
        }
    }

    func clear(_ target: UnsafeMutablePointer<Float>, rows: Int) {
        each(rows: rows, target) { old, _, held in old.replacing(with: 0, where: held) }
    }

    @inline(__always)
    private func each(
        rows: Int, _ target: UnsafeMutablePointer<Float>,
        _ body: (_ old: Vector, _ index: Int, _ held: SIMDMask<Vector.MaskStorage>) -> Vector
    ) {
        for lane in stride(from: 0, to: shardLanes, by: vectorWidth) {
            let held = loadVector(lengths, lane) .<= broadcast(step)
            for row in 0..<rows {
                let index = row * shardLanes + lane
                storeVector(body(loadVector(target, index), index, held), target, index)
            }
        }
    }
}
