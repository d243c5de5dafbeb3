/// The number of sequences in a shard. Every kernel works on whole shards, with one sequence in each SIMD lane. Lanes
/// past the last sequence of a batch hold copies of it, whose gradients are zero.
@inlinable
package var shardLanes: Int { 32 }

/// A view of the numbers `[step][feature][lane]` of one shard.
///
/// The lanes of a feature are contiguous, and so are the features of a step; steps are `stepStride` floats apart. With
/// a stride of zero, every step has the same numbers.
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

    /// Returns a view that begins `features` features later.
    @inlinable
    package func advanced(features: Int) -> LaneTensor {
        LaneTensor(base: base + features * shardLanes, stepStride: stepStride)
    }

    /// Returns a view that begins `steps` steps later, or earlier if negative.
    @inlinable
    package func advanced(steps: Int) -> LaneTensor {
        LaneTensor(base: base + steps * stepStride, stepStride: stepStride)
    }
}

/// A range of features of one step; all other features are zero in every lane. Products skip the zeros: the blank
/// borders of MNIST's images save a fifth of the first layer's work.
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

    /// Returns whether the range overlaps first..<end.
    @inlinable
    package func overlaps(_ first: Int, _ end: Int) -> Bool { Int(lower) < end && first < Int(upper) }
}
