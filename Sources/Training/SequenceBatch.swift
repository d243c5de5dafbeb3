import Datasets
import NeuralNetworks
import Platform

/// A batch of samples as tensors, which a ``TrainableModel`` reads.
public struct SequenceBatch: Sendable {
    /// The sequences, (N, L, D), padded with zeros to the longest.
    public let input: Tensor
    /// The length of each sequence; nil if all are L.
    public let lengths: [Int]?
    /// The expected outputs.
    public let targets: Targets
    /// The weight of each sequence in the loss; nil if all are 1.
    public let weights: [Float]?
    /// The steps of target sequences, which a decoder writes; nil if each sequence, or each of its steps, has a target.
    public let decoder: DecoderSteps?

    /// The expected outputs of a batch.
    public enum Targets: Sendable {
        /// The class of each row of the output: N classes, or N · L for a class at every step, one sequence after the
        /// other; of target sequences N · T.
        case labels([Int])
        /// Values in the shape of the output.
        case values(Tensor)
    }

    /// Creates a batch. An input without dimensions, and lengths, weights or target sequences for another number of
    /// sequences, trap.
    ///
    /// - Parameters:
    ///   - input: (N, L, D), or any shape (N, …) that the model reads.
    ///   - lengths: The length of each sequence; nil if all are L.
    ///   - targets: The expected outputs.
    ///   - weights: The weight of each sequence in the loss, 0 or more; nil if all are 1.
    ///   - decoder: The steps of target sequences; nil if each sequence, or each of its steps, has a target.
    public init(
        _ input: Tensor, lengths: [Int]? = nil, targets: Targets, weights: [Float]? = nil,
        decoder: DecoderSteps? = nil
    ) {
        precondition(!input.shape.isEmpty, "batch: expected (N, …), received a single number")
        precondition(
            lengths?.count ?? input.shape[0] == input.shape[0],
            "\(lengths?.count ?? 0) lengths for \(input.shape[0]) sequences")
        precondition(
            weights?.count ?? input.shape[0] == input.shape[0],
            "\(weights?.count ?? 0) weights for \(input.shape[0]) sequences")
        precondition(
            decoder?.lengths.count ?? input.shape[0] == input.shape[0],
            "\(decoder?.lengths.count ?? 0) target sequences for \(input.shape[0]) sequences")
        self.input = input
        self.lengths = lengths
        self.targets = targets
        self.weights = weights
        self.decoder = decoder
    }
}

/// A data set of which a model made of modules reads batches. `LabeledImages`, `SequenceWindows`, `LabeledSequences` and
/// `SequencePairs` conform to it; your own data set can have any targets.
public protocol BatchDataset: Dataset {
    /// Returns the samples at `indices` as tensors, in that order.
    func batch(at indices: [Int]) -> SequenceBatch
}

extension SequenceDataset {
    /// Traps. Implement this method for your own data set if models made of modules read it.
    public func batch(at indices: [Int]) -> SequenceBatch {
        preconditionFailure(
            "\(Self.self): expected batch(at:), with which modules read the data set, found none")
    }
}

extension LabeledImages {
    /// Returns images as (N, rows, columns), scaled to 0...1, with their classes.
    public func batch(at indices: [Int]) -> SequenceBatch {
        let images = indices.map { self[$0] }
        return SequenceBatch(
            Tensor(
                shape: [indices.count, rows, columns], images.flatMap { $0.pixels.map { Float($0) / 255 } }),
            targets: .labels(images.map(\.label)))
    }
}

extension SequenceWindows {
    /// Returns windows as (N, length, featureCount), with their targets (N, 1).
    public func batch(at indices: [Int]) -> SequenceBatch {
        let windows = indices.map { self[$0] }
        return SequenceBatch(
            Tensor(shape: [indices.count, length, featureCount], windows.flatMap(\.values)),
            targets: .values(Tensor(windows.map { [$0.target] })))
    }
}

extension LabeledSequences {
    /// Returns sequences as (N, L, channels), padded with zeros to the longest of them, with their lengths, their
    /// weights and their targets: classes or values of a sequence, or of each of its steps, (N, L, …).
    public func batch(at indices: [Int]) -> SequenceBatch {
        let sequences = indices.map { self[$0] }
        let steps = sequences.map(\.length).max() ?? 0
        /// The targets of each sequence, with padding to `rows` rows of `width`.
        func padded<Number>(_ targets: [[Number]], rows: Int, width: Int, with zero: Number) -> [Number] {
            targets.flatMap { $0 + [Number](repeating: zero, count: rows * width - $0.count) }
        }
        let found: SequenceBatch.Targets
        switch targets {
        case .classes, .stepClasses:
            let labels = sequences.map(\.labels)
            found = .labels(padded(labels, rows: hasStepTargets ? steps : 1, width: 1, with: 0))
        case .values(let width):
            let numbers = padded(sequences.map(\.numbers), rows: 1, width: width, with: 0)
            found = .values(Tensor(shape: [indices.count, width], numbers))
        case .stepValues(let width):
            let numbers = padded(sequences.map(\.numbers), rows: steps, width: width, with: 0)
            found = .values(Tensor(shape: [indices.count, steps, width], numbers))
        }
        return SequenceBatch(
            Tensor(
                shape: [indices.count, steps, channels],
                padded(sequences.map(\.values), rows: steps, width: channels, with: 0)),
            lengths: sequences.map(\.length), targets: found,
            weights: weightMemory.map { weights in indices.map { weights[$0] } })
    }
}

extension LabeledSequence {
    /// The class, or the class of each step; empty if the targets are values.
    fileprivate var labels: [Int] {
        switch target {
        case .label(let label): [label]
        case .stepLabels(let labels): labels
        case .values, .stepValues: []
        }
    }

    /// The values, or the values of each step; empty if the targets are classes.
    fileprivate var numbers: [Float] {
        switch target {
        case .label, .stepLabels: []
        case .values(let numbers), .stepValues(let numbers): numbers
        }
    }
}
