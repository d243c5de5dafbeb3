import CProcessor
import KernelInterface

/// The layer of Elman (1990): h = tanh(z) or h = max(0, z), with z = W_ih x + b_ih + W_hh h' + b_hh.
///
/// Backward: dz = dh (1 - h²), or dz = dh where z > 0 and 0 elsewhere. The forward pass replaces z by the factor of dh.
enum RNN<Third: Tile, Nonlinearity: RNNNonlinearity>: Cell {
    static var recurrence: Recurrence { Nonlinearity.recurrence }

    @inline(__always)
    static func forward(_ pass: RecurrentPass, _ step: Int, keepsFactors: Bool) {
        let z = pass.gates[step]
        Product<Third>.run(
            rows: pass.hiddenSize, start: pass.start(bias: pass.weights.bias),
            .init(pass.weights.input, inputOf: pass, step), .init(pass.weights.hidden, stateOf: pass, step),
            output: z)
        let output = pass.output[step]
        for unit in stride(from: 0, to: pass.hiddenSize * shardLanes, by: vectorWidth) {
            let h = Nonlinearity.apply(loadVector(z, unit))
            storeVector(h, output, unit)
            if keepsFactors { storeVector(Nonlinearity.derivative(at: h), z, unit) }
        }
    }

    @inline(__always)
    static func backward(
        _ pass: RecurrentPass, _ step: Int, addingTo previousGradient: UnsafeMutablePointer<Float>
    ) {
        let dz = pass.gates[step]
        let dh = pass.outputGradient[step]
        for unit in stride(from: 0, to: pass.hiddenSize * shardLanes, by: vectorWidth) {
            storeVector(loadVector(dh, unit) * loadVector(dz, unit), dz, unit)
        }
        Product<Third>.run(
            rows: pass.hiddenSize, start: .output,
            .init(weights: pass.weights.hiddenTransposed, input: dz, columns: pass.hiddenSize), .none(pass),
            output: previousGradient)
    }
}

protocol RNNNonlinearity {
    static var recurrence: Recurrence { get }
    static func apply(_ z: Vector) -> Vector
    /// Returns the derivative at the point where the function's value is `h`.
    static func derivative(at h: Vector) -> Vector
}

enum Tanh: RNNNonlinearity {
    static var recurrence: Recurrence { .rnnTanh }

    @_transparent
    static func apply(_ z: Vector) -> Vector { tanh(z) }

    @_transparent
    static func derivative(at h: Vector) -> Vector { multiplySubtract(broadcast(1), h, h) }
}

enum ReLU: RNNNonlinearity {
    static var recurrence: Recurrence { .rnnReLU }

    /// Returns max(0, z); NaN for NaN.
    @_transparent
    static func apply(_ z: Vector) -> Vector { vector_max(z, broadcast(0)) }

    /// Returns 1 where h > 0, 0 elsewhere; NaN for NaN.
    @_transparent
    static func derivative(at h: Vector) -> Vector { h.replacing(with: 1, where: h .> broadcast(0)) }
}
