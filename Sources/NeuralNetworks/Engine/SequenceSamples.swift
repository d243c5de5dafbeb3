import KernelInterface
import Platform

/// A view of sequences in memory and their targets. The memory must stay valid as long as the view is used.
public struct SequenceSamples {
    /// The elements of the sequences; each sequence is [L][D] without gaps.
    public enum Inputs {
        /// Bytes; each is multiplied by `scale`: 1/255 maps images to 0...1.
        case bytes(UnsafePointer<UInt8>, scale: Float)
        /// Numbers.
        case numbers(UnsafePointer<Float>)
        /// Symbols, one for each step, by their index from 0, for a model that reads symbols.
        case symbols(UnsafePointer<Int32>)
    }

    /// The expected outputs.
    public enum Targets {
        /// [N] The class of each sequence, for a classifier.
        case labels(UnsafePointer<UInt8>)
        /// [N][C] The values of each sequence, for a regressor.
        case values(UnsafePointer<Float>)
        /// [steps of all sequences] The class of each step, for a classifier with the readout ``Readout/each``.
        case stepLabels(UnsafePointer<UInt8>)
        /// [steps of all sequences] The class of each step, of any number of classes, for a classifier with the readout
        /// ``Readout/each``.
        case stepSymbols(UnsafePointer<Int32>)
        /// [steps of all sequences][C] The values of each step, for a regressor with the readout ``Readout/each``.
        case stepValues(UnsafePointer<Float>)
    }

    /// The elements of the sequences.
    package let inputs: Inputs
    /// The number of elements from the beginning of a sequence to the beginning of the next. It is less than L · D if
    /// sequences overlap, as windows do; nil means L · D.
    package let stride: Int?
    /// The expected outputs.
    package let targets: Targets
    /// The places of the sequences, for a model of any length; nil if all have the model's length.
    package let places: SequencePlaces?
    /// [N] The weight of each sequence in the loss; nil if all are 1.
    package let weights: UnsafePointer<Float>?
    /// Whether each sequence continues the one before it, as the windows of a text do. Training and evaluation then carry
    /// the states from each sequence to the next.
    package let isContinuous: Bool
    /// N, the number of sequences.
    package private(set) var count: Int
    /// [N] The index of each sequence in its data set, which determines its augmentation; if nil, the index in this
    /// view.
    package let origins: UnsafePointer<Int32>?
    /// The augmentation that training applies to each sequence, an image of L rows and D columns. Evaluation ignores
    /// it.
    package private(set) var augmentation: EpochAugmentation?

    /// Creates a view of sequences. A stride below 1 traps.
    ///
    /// - Parameters:
    ///   - inputs: The elements of the sequences.
    ///   - stride: The number of elements from the beginning of a sequence to the beginning of the next; nil for L · D.
    ///   - targets: The expected outputs.
    ///   - count: N, the number of sequences.
    ///   - origins: [N] The index of each sequence in its data set, which determines its augmentation; if nil, the
    ///     index in this view.
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
        places = nil
        weights = nil
        isContinuous = false
    }

    /// Creates a view of sequences of different lengths.
    ///
    /// - Parameters:
    ///   - inputs: The elements, [steps of all sequences][D], or [steps of all sequences] of symbols; no bytes.
    ///   - firstSteps: [N] The index of the first step of each sequence.
    ///   - lengths: [N] The number of steps of each sequence, at least 1.
    ///   - longest: The greatest of `lengths`.
    ///   - targets: The expected outputs.
    ///   - weights: [N] The weight of each sequence in the loss; nil if all are 1.
    ///   - count: N, the number of sequences.
    ///   - isContinuous: Whether each sequence continues the one before it.
    package init(
        _ inputs: Inputs, firstSteps: UnsafePointer<Int>, lengths: UnsafePointer<Int32>,
        longest: Int, targets: Targets, weights: UnsafePointer<Float>? = nil, count: Int,
        isContinuous: Bool = false
    ) {
        self.inputs = inputs
        self.isContinuous = isContinuous
        stride = nil
        places = SequencePlaces(firstSteps: firstSteps, lengths: lengths, longest: longest)
        self.weights = weights
        self.targets = targets
        self.count = count
        origins = nil
    }

    /// Creates a view of contiguous labelled sequences of bytes: images row by row.
    package init(
        bytes: UnsafePointer<UInt8>, labels: UnsafePointer<UInt8>, count: Int, scale: Float = 1 / 255,
        origins: UnsafePointer<Int32>? = nil
    ) {
        self.init(.bytes(bytes, scale: scale), targets: .labels(labels), count: count, origins: origins)
    }

    /// Returns a view of the first sequences, at most `count`.
    package func prefix(_ count: Int) -> SequenceSamples {
        var first = self
        first.count = min(count, self.count)
        return first
    }

    /// Returns a view of the same images with the augmentation of one epoch. Sequences of numbers trap.
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
