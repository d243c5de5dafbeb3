/// Sequences in memory, and what a model is to make of each: a view, good as long as the memory is.
public struct SequenceSamples {
    /// What the sequences consist of; each is [L][D] without gaps.
    public enum Inputs {
        /// A byte times `scale` is a number: 1/255 brings images into [0, 1].
        case bytes(UnsafePointer<UInt8>, scale: Float)
        case numbers(UnsafePointer<Float>)
    }

    /// What a model learns.
    public enum Targets {
        /// [N] Of a classifier.
        case labels(UnsafePointer<UInt8>)
        /// [N][C] Of a regressor.
        case values(UnsafePointer<Float>)
    }

    package let inputs: Inputs
    /// How many elements after the beginning of a sequence the next one begins: fewer than L · D where they overlap, as
    /// windows do; L · D if nil.
    package let stride: Int?
    package let targets: Targets
    public let count: Int
    /// [N] Where each is in the data set that they were taken from, which its augmentation follows from; its place here
    /// if nil.
    package let origins: UnsafePointer<Int32>?
    /// What training, and nothing else, does to each sequence, an image of L rows and D columns, before it is read.
    package private(set) var augmentation: EpochAugmentation?

    public init(
        _ inputs: Inputs, stride: Int? = nil, targets: Targets, count: Int,
        origins: UnsafePointer<Int32>? = nil
    ) {
        precondition(stride ?? 1 > 0, "stride must be positive, not \(stride ?? 1)")
        self.inputs = inputs
        self.stride = stride
        self.targets = targets
        self.count = count
        self.origins = origins
    }

    /// Labelled sequences of bytes, one after the other: images by rows.
    package init(
        bytes: UnsafePointer<UInt8>, labels: UnsafePointer<UInt8>, count: Int, scale: Float = 1 / 255,
        origins: UnsafePointer<Int32>? = nil
    ) {
        self.init(.bytes(bytes, scale: scale), targets: .labels(labels), count: count, origins: origins)
    }

    /// The first ones, at most `count`.
    package func prefix(_ count: Int) -> SequenceSamples {
        var first = SequenceSamples(
            inputs, stride: stride, targets: targets, count: min(count, self.count), origins: origins)
        first.augmentation = augmentation
        return first
    }

    /// The same images, as training reads them in one epoch. Numbers cannot be augmented and trap.
    package func augmented(by ranges: ImageAugmentation, seed: UInt64, epoch: Int) -> SequenceSamples {
        guard !ranges.isNone else { return self }
        guard case .bytes = inputs else {
            preconditionFailure("augmentation: expected images of bytes, received sequences of numbers")
        }
        var samples = self
        samples.augmentation = EpochAugmentation(ranges: ranges, seed: seed, epoch: epoch)
        return samples
    }
}
