import KernelInterface

/// A buffer of parameters and what an optimizer remembers of them, cut into slices that any thread may compute.
///
/// A step is `begin`; where the norm of the gradient is needed `addUp` of all slices and then `squaredNorm`; and
/// `update` of all slices.
final class ParameterUpdater {
    let state: OptimizerState

    private let parameters: FloatBuffer
    private let kernels: any KernelSet
    /// Of each slice of the gradient.
    private let sumsOfSquares: UnsafeMutableBufferPointer<Double>
    private var gradients: UnsafeMutablePointer<Float>
    private var gradientCount = 0

    /// Parameters of one slice.
    private static let sliceSize = 4096

    init(_ parameters: FloatBuffer, optimizer: any Optimizer, kernels: any KernelSet) {
        self.parameters = parameters
        self.kernels = kernels
        state = OptimizerState(optimizer, count: parameters.count)
        gradients = parameters.base
        sumsOfSquares = .allocate(capacity: (parameters.count + Self.sliceSize - 1) / Self.sliceSize)
        sumsOfSquares.initialize(repeating: 0)
    }

    deinit { sumsOfSquares.deallocate() }

    var sliceCount: Int { sumsOfSquares.count }

    /// Floats from one gradient to the next.
    private var stride: Int { FloatBuffer.padded(parameters.count) }

    func range(_ slice: Int) -> Range<Int> {
        slice * Self.sliceSize..<min((slice + 1) * Self.sliceSize, stride)
    }

    /// The gradient is the sum of `count` buffers one after the other.
    func begin(gradients: UnsafeMutablePointer<Float>, count: Int) {
        self.gradients = gradients
        gradientCount = count
    }

    /// Adds up a slice of the gradients in the first of them.
    func addUp(slice: Int) {
        sumsOfSquares[slice] = kernels.addUp(
            gradients, stride: stride, count: gradientCount, range: range(slice))
    }

    /// Of the gradient, after `addUp` of all slices; added in their order.
    func squaredNorm() -> Double {
        gradientCount = 1
        var sum = 0.0
        for slice in 0..<sliceCount { sum += sumsOfSquares[slice] }
        return sum
    }

    func update(slice: Int, _ step: OptimizerStep, scale: Float, limit: Float) {
        let buffers = state.buffers
        kernels.update(
            step,
            OptimizerPass(
                range: range(slice), parameters: parameters.base,
                firstState: buffers.count > 0 ? buffers[0].values.base : nil,
                secondState: buffers.count > 1 ? buffers[1].values.base : nil, gradients: gradients,
                gradientStride: stride, gradientCount: gradientCount, gradientScale: scale,
                gradientLimit: limit))
    }
}
