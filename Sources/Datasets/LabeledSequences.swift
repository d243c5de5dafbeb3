import Platform

/// Sequences of numbers, each of any length, with the targets that a model learns from them: a class or values for each
/// sequence, or for each step of each sequence. They are immutable, so any number of threads may read them.
///
/// ```swift
/// let sequences = try LabeledSequences(
///     readings, channels: 6, labels: activities, classNames: ["walk", "run", "sit"])
/// let (train, test) = sequences.split(test: 0.2, seed: 0)
/// ```
public struct LabeledSequences: Dataset {
    /// The number of sequences.
    public let count: Int
    /// D, the number of values of a step.
    public let channels: Int
    /// The number of steps of the longest sequence.
    public let longest: Int
    /// The kind of the targets.
    public let targets: Targets

    /// The kind of the targets.
    public enum Targets: Hashable, Sendable {
        /// One of these classes for each sequence, by their names, 2 to 256.
        case classes([String])
        /// This number of values for each sequence.
        case values(Int)
        /// One of these classes for each step, by their names, 2 to 256.
        case stepClasses([String])
        /// This number of values for each step.
        case stepValues(Int)
    }

    /// The limits of a data set; models have the same limits.
    package enum Limits {
        package static let steps = 1...65_536
        package static let channels = 1...65_536
        package static let classes = 2...256
        package static let symbols = 1...65_536
        package static let count = Int(Int32.max)
        /// The weights that are not 0; their sums and reciprocals are finite.
        package static let weights: ClosedRange<Float> = 1e-20...1e20
    }

    /// The values of all sequences, of shape [step][channel]; they may contain other sequences too.
    let values: ByteStorage
    /// [N] The index in `values` of each sequence's first step, and its number of steps.
    let firstSteps: ByteStorage
    let lengths: ByteStorage
    /// [N] The labels as bytes, or [N][V] the target values; with targets at each step, a label or V values for each step
    /// in `values`.
    let targetStorage: ByteStorage
    /// [N] The weight of each sequence in the loss; nil if all are 1.
    let weights: ByteStorage?

    /// Whether each step has a target, not each sequence.
    package var hasStepTargets: Bool {
        switch targets {
        case .classes, .values: false
        case .stepClasses, .stepValues: true
        }
    }

    /// The number of steps of all sequences.
    public var stepCount: Int { (0..<count).reduce(0) { $0 + length($1) } }

    /// The number of steps of a sequence.
    func length(_ index: Int) -> Int { Int(lengths.elements(of: Int32.self)[index]) }

    /// The sequence at `index`. An index outside 0 ..< count traps.
    public subscript(index: Int) -> LabeledSequence {
        precondition(
            index >= 0 && index < count, "sequence index: expected 0 to \(count - 1), received \(index)")
        let first = firstSteps.elements(of: Int.self)[index]
        let steps = first..<first + length(index)
        let all = values.elements(of: Float.self)
        /// Returns the numbers of some rows of `width` numbers.
        func numbers(_ rows: Range<Int>, _ width: Int) -> [Float] {
            Array(targetStorage.elements(of: Float.self)[rows.lowerBound * width..<rows.upperBound * width])
        }
        let target: LabeledSequence.Target =
            switch targets {
            case .classes: .label(Int(targetStorage.elements(of: UInt8.self)[index]))
            case .values(let width): .values(numbers(index..<index + 1, width))
            case .stepClasses: .stepLabels(targetStorage.elements(of: UInt8.self)[steps].map(Int.init))
            case .stepValues(let width): .stepValues(numbers(steps, width))
            }
        return LabeledSequence(
            values: Array(all[steps.lowerBound * channels..<steps.upperBound * channels]),
            channels: channels, target: target)
    }
}

/// One sequence of ``LabeledSequences`` with its target.
public struct LabeledSequence: Hashable, Sendable {
    /// The values, step by step, [L][D].
    public let values: [Float]
    /// D, the number of values of a step.
    public let channels: Int
    /// The class, the values, or a class or values for each step, that a model learns.
    public let target: Target

    /// The target of a sequence.
    public enum Target: Hashable, Sendable {
        /// The class, from 0.
        case label(Int)
        /// The values.
        case values([Float])
        /// [L] The class of each step, from 0.
        case stepLabels([Int])
        /// [L][V] The values of each step.
        case stepValues([Float])
    }

    /// L, the number of steps.
    public var length: Int { values.count / channels }
}

// MARK: Memory

extension LabeledSequences {
    /// The memory of the sequences, valid while they are alive: all values, [step][channel]; the index of each
    /// sequence's first step; the number of steps of each sequence.
    package var memory:
        (values: UnsafePointer<Float>, firstSteps: UnsafePointer<Int>, lengths: UnsafePointer<Int32>)
    {
        (
            values.elements(of: Float.self).baseAddress!, firstSteps.elements(of: Int.self).baseAddress!,
            lengths.elements(of: Int32.self).baseAddress!
        )
    }

    /// The classes: [N] of each sequence, or of each step in the memory of values; nil if the targets are values.
    package var labelMemory: UnsafePointer<UInt8>? {
        switch targets {
        case .classes, .stepClasses: targetStorage.elements(of: UInt8.self).baseAddress
        case .values, .stepValues: nil
        }
    }

    /// The target values: [N][V] of each sequence, or [V] of each step in the memory of values; nil if the targets are
    /// classes.
    package var valueMemory: UnsafePointer<Float>? {
        switch targets {
        case .classes, .stepClasses: nil
        case .values, .stepValues: targetStorage.elements(of: Float.self).baseAddress
        }
    }

    /// [N] The weight of each sequence in the loss; nil if all are 1.
    package var weightMemory: UnsafePointer<Float>? { weights?.elements(of: Float.self).baseAddress }
}
