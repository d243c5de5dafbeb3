/// Sequences computed side by side: a shard. Every kernel works on whole shards, with one sequence in
/// each SIMD lane; the lanes past the last sequence of a batch hold copies of it, whose gradients are zero.
@inlinable
public var shardLanes: Int { 32 }

/// A view of `[step][feature][lane]` numbers of one shard.
///
/// The lanes of a feature are contiguous and so are the features of a step; `stepStride` floats lie
/// between two steps. A stride of zero shows the same numbers at every step.
public struct LaneTensor {
    public var base: UnsafeMutablePointer<Float>
    public var stepStride: Int

    @inlinable
    public init(base: UnsafeMutablePointer<Float>, stepStride: Int) {
        self.base = base
        self.stepStride = stepStride
    }

    /// The features of one step.
    @inlinable
    public subscript(step: Int) -> UnsafeMutablePointer<Float> {
        base + step * stepStride
    }

    /// The same view from `features` features on.
    @inlinable
    public func advanced(features: Int) -> LaneTensor {
        LaneTensor(base: base + features * shardLanes, stepStride: stepStride)
    }

    /// The same view from `steps` steps on (or back).
    @inlinable
    public func advanced(steps: Int) -> LaneTensor {
        LaneTensor(base: base + steps * stepStride, stepStride: stepStride)
    }
}

/// The features of one step outside of which every lane is zero. What is zero adds nothing to a product, and
/// the borders of images are: a fifth of the work on MNIST's first layer need not be done.
public struct FeatureRange: Equatable, Sendable {
    public var lower: Int32
    public var upper: Int32

    @inlinable
    public init(_ lower: Int, _ upper: Int) {
        self.lower = Int32(lower)
        self.upper = Int32(upper)
    }

    @inlinable
    public var count: Int { Int(upper - lower) }

    @inlinable
    public func overlaps(_ first: Int, _ end: Int) -> Bool { Int(lower) < end && first < Int(upper) }
}
