/// A view of sequences in memory and their targets. The memory must stay valid as long as the view is used.
public struct SequenceSamples {
    /// The elements of the sequences; each sequence is [L][D] without gaps.
    public enum Inputs {
        /// Bytes, of which each, multiplied by `scale`, is a number: 1/255 maps images to 0...1.
        case bytes(UnsafePointer<UInt8>, scale: Float)
        /// Numbers.
        case numbers(UnsafePointer<Float>)
    }

    /// The expected outputs.
    public enum Targets {
        /// [N] The class of each sequence, for a classifier.
        case labels(UnsafePointer<UInt8>)
        /// [N][C] The values of each sequence, for a regressor.
        case values(UnsafePointer<Float>)
    }

    /// The elements of the sequences.
    package let inputs: Inputs
    /// The number of elements from the beginning of a sequence to the beginning of the next: less than L · D if
    /// sequences overlap, as windows do; nil for L · D.
    package let stride: Int?
    /// The expected outputs.
    package let targets: Targets
    /// N, the number of sequences.
    package let count: Int
    /// [N] The index of each sequence in its data set, which determines its augmentation; nil for its index here.
    package let origins: UnsafePointer<Int32>?
    /// The augmentation that training applies to each sequence, an image of L rows and D columns; evaluation does
    /// not.
    package private(set) var augmentation: EpochAugmentation?

    /// A view of sequences. A stride below 1 traps.
    ///
    /// - Parameters:
    ///   - inputs: the elements of the sequences.
    ///   - stride: the number of elements from the beginning of a sequence to the beginning of the next; nil for L ·
    ///     D.
    ///   - targets: the expected outputs.
    ///   - count: N, the number of sequences.
    ///   - origins: [N] the index of each sequence in its data set, which determines its augmentation; nil for its
    ///     index
    ///     here.
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

    /// A view of labelled sequences of bytes, one after the other: images row by row.
    package init(
        bytes: UnsafePointer<UInt8>, labels: UnsafePointer<UInt8>, count: Int, scale: Float = 1 / 255,
        origins: UnsafePointer<Int32>? = nil
    ) {
        self.init(.bytes(bytes, scale: scale), targets: .labels(labels), count: count, origins: origins)
    }

    /// A view of the first sequences, at most `count`.
    package func prefix(_ count: Int) -> SequenceSamples {
        var first = SequenceSamples(
            inputs, stride: stride, targets: targets, count: min(count, self.count), origins: origins)
        first.augmentation = augmentation
        return first
    }

    /// A view of the same images with the augmentation of one epoch. Sequences of numbers trap.
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
