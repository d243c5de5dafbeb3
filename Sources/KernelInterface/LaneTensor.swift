/// Sequences computed side by side: a shard. Every kernel works on whole shards, with one sequence in
/// each SIMD lane; the lanes past the last sequence of a batch hold copies of it, whose gradients are zero.
@inlinable
package var shardLanes: Int { 32 }

/// A view of `[step][feature][lane]` numbers of one shard.
///
/// The lanes of a feature are contiguous and so are the features of a step; `stepStride` floats lie
/// between two steps. A stride of zero shows the same numbers at every step.
@usableFromInline package struct LaneTensor {
    @usableFromInline package var base: UnsafeMutablePointer<Float>
    @usableFromInline package var stepStride: Int

    @inlinable
    package init(base: UnsafeMutablePointer<Float>, stepStride: Int) {
        self.base = base
        self.stepStride = stepStride
    }

    /// The features of one step.
    @inlinable
    package subscript(step: Int) -> UnsafeMutablePointer<Float> {
        base + step * stepStride
    }

    /// The same view from `features` features on.
    @inlinable
    package func advanced(features: Int) -> LaneTensor {
        LaneTensor(base: base + features * shardLanes, stepStride: stepStride)
    }

    /// The same view from `steps` steps on (or back).
    @inlinable
    package func advanced(steps: Int) -> LaneTensor {
        LaneTensor(base: base + steps * stepStride, stepStride: stepStride)
    }
}

/// The features of one step outside of which every lane is zero. What is zero adds nothing to a product, and
/// the borders of images are: a fifth of the work on MNIST's first layer need not be done.
@usableFromInline package struct FeatureRange: Equatable, Sendable {
    @usableFromInline package var lower: Int32
    @usableFromInline package var upper: Int32

    @inlinable
    package init(_ lower: Int, _ upper: Int) {
        self.lower = Int32(lower)
        self.upper = Int32(upper)
    }

    @inlinable
    package var count: Int { Int(upper - lower) }

    @inlinable
    package func overlaps(_ first: Int, _ end: Int) -> Bool { Int(lower) < end && first < Int(upper) }
}
