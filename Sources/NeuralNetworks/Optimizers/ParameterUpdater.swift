import KernelInterface

/// A buffer of parameters with the optimizer's state, divided into slices that any thread may compute.
///
/// A step calls `begin`. If the norm of the gradient is needed, it calls `addUp` for all slices and then `squaredNorm`.
/// Last, it calls `update` for all slices.
final class ParameterUpdater {
    let state: OptimizerState

    private let parameters: FloatBuffer
    private let kernels: any KernelSet
    /// The sum of squares of each slice of the gradient.
    private let sumsOfSquares: UnsafeMutableBufferPointer<Double>
    private var gradients: UnsafeMutablePointer<Float>
    private var gradientCount = 0
    /// The parameters that no step changes; nil if there are none.
    private var frozen: FrozenParameters?

    /// The number of parameters in a slice.
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

    /// The number of floats between two gradients.
    private var stride: Int { FloatBuffer.padded(parameters.count) }

    /// Returns the range of parameters of a slice, including padding.
    func range(_ slice: Int) -> Range<Int> {
        slice * Self.sliceSize..<min((slice + 1) * Self.sliceSize, stride)
    }

    /// Begins a step whose gradient is the sum of `count` consecutive buffers.
    func begin(gradients: UnsafeMutablePointer<Float>, count: Int) {
        self.gradients = gradients
        gradientCount = count
    }

    /// Keeps parameters as they are in all steps. Their gradients count as zero, as in PyTorch with `requires_grad` false.
    func freeze(_ ranges: [Range<Int>]) {
        frozen = ranges.isEmpty ? nil : FrozenParameters(ranges, count: parameters.count)
    }

    /// Sums a slice of the gradients into the first buffer.
    func addUp(slice: Int) {
        frozen?.clear(gradients, stride: stride, count: gradientCount, in: range(slice))
        sumsOfSquares[slice] = kernels.addUp(
            gradients, stride: stride, count: gradientCount, range: range(slice))
    }

    /// Returns the squared norm of the gradient, summed in the order of the slices, after `addUp` for all of them.
    func squaredNorm() -> Double {
        gradientCount = 1
        var sum = 0.0
        for slice in 0..<sliceCount { sum += sumsOfSquares[slice] }
        return sum
    }

    /// Updates the parameters and states of a slice.
    func update(slice: Int, _ step: OptimizerStep, scale: Float, limit: Float) {
        let buffers = state.buffers
        let range = range(slice)
        frozen?.clear(gradients, stride: stride, count: gradientCount, in: range)
        frozen?.keep(parameters, in: range)
        defer { frozen?.restore(parameters, in: range) }
        kernels.update(
            step,
            OptimizerPass(
                range: range, parameters: parameters.base,
                firstState: buffers.count > 0 ? buffers[0].values.base : nil,
                secondState: buffers.count > 1 ? buffers[1].values.base : nil, gradients: gradients,
                gradientStride: stride, gradientCount: gradientCount, gradientScale: scale,
                gradientLimit: limit))
    }
}
