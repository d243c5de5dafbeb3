/// Parameters that an optimizer does not change, whatever its rule: their gradients are zero, and their values are written
/// back after each step, because weight decay and momentum change parameters without a gradient, too.
struct FrozenParameters {
    private let ranges: [Range<Int>]
    /// The values during a step. Each thread uses the part of its slice.
    private let values: FloatBuffer

    /// - Parameters:
    ///   - ranges: The places of the parameters in their buffer.
    ///   - count: The number of all parameters.
    init(_ ranges: [Range<Int>], count: Int) {
        self.ranges = ranges
        values = FloatBuffer(count: count)
    }

    /// Sets the gradients to zero in each of several buffers.
    func clear(_ gradients: UnsafeMutablePointer<Float>, stride: Int, count: Int, in slice: Range<Int>) {
        for range in ranges {
            let part = range.clamped(to: slice)
            for buffer in 0..<max(count, 1) {
                (gradients + buffer * stride + part.lowerBound).update(repeating: 0, count: part.count)
            }
        }
    }

    func keep(_ parameters: FloatBuffer, in slice: Range<Int>) { copy(parameters, to: values, in: slice) }

    func restore(_ parameters: FloatBuffer, in slice: Range<Int>) { copy(values, to: parameters, in: slice) }

    private func copy(_ source: FloatBuffer, to target: FloatBuffer, in slice: Range<Int>) {
        for range in ranges {
            let part = range.clamped(to: slice)
            (target.base + part.lowerBound).update(from: source.base + part.lowerBound, count: part.count)
        }
    }
}
