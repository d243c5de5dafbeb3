import Randomness

/// Sequences of numbers, each of any length, with the targets that a model learns from them: a class for each sequence,
/// or values for each sequence. They are immutable, so any number of threads may read them.
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
    /// The target of a sequence: its class or its values.
    public let targets: Targets

    /// The target of a sequence: its class or its values.
    public enum Targets: Hashable, Sendable {
        /// One of these classes, by their names, 2 to 256.
        case classes([String])
        /// This number of values.
        case values(Int)
    }

    /// The limits of a data set; models have the same limits.
    package enum Limits {
        package static let steps = 1...65_536
        package static let channels = 1...65_536
        package static let classes = 2...256
        package static let count = Int(Int32.max)
    }

    /// The values of all sequences, of shape [step][channel]; they may contain other sequences too.
    private let values: ByteStorage
    /// [N] The index in `values` of each sequence's first step, and its number of steps.
    private let firstSteps: ByteStorage
    private let lengths: ByteStorage
    /// [N] The labels as bytes, or [N][V] the target values.
    private let targetStorage: ByteStorage

    /// Creates sequences with a class each.
    ///
    /// - Parameters:
    ///   - sequences: The values of each sequence, step by step, [L][D]; at least one step and at most 65,536.
    ///   - channels: D, the number of values of a step.
    ///   - labels: The class of each sequence, from 0.
    ///   - classNames: The names of the classes; if nil, their numbers, up to the greatest label.
    /// - Throws: ``SequenceError`` for anything that a model cannot be trained on: no sequence, a sequence without a step
    ///   or with part of one, values that are not finite, labels without a name, fewer than two classes.
    public init(
        _ sequences: [[Float]], channels: Int, labels: [Int], classNames: [String]? = nil
    ) throws(SequenceError) {
        let classes = try Self.classNames(classNames, labels: labels)
        for (index, label) in labels.enumerated() where !classes.indices.contains(label) {
            throw SequenceError(
                sequence: index, problem: .label, expected: "a class from 0 to \(classes.count - 1)",
                found: "\(label)")
        }
        try self.init(
            sequences, channels: channels, targetCount: labels.count, targets: .classes(classes),
            storage: ByteStorage(copying: labels.map { UInt8($0) }))
    }

    /// Creates sequences with values to compute.
    ///
    /// - Parameters:
    ///   - sequences: The values of each sequence, step by step, [L][D]; at least one step and at most 65,536.
    ///   - channels: D, the number of values of a step.
    ///   - values: The values that a model computes from each sequence, at least one and the same number for all.
    /// - Throws: ``SequenceError`` for anything that a model cannot be trained on.
    public init(_ sequences: [[Float]], channels: Int, values: [[Float]]) throws(SequenceError) {
        let width = values.first?.count ?? 1
        for (index, row) in values.enumerated() {
            guard row.count == width, width > 0 else {
                throw SequenceError(
                    sequence: index, problem: .target, expected: "\(max(width, 1)) values",
                    found: "\(row.count)")
            }
            if let value = row.first(where: { !$0.isFinite }) {
                throw SequenceError(
                    sequence: index, problem: .target, expected: "finite values", found: "\(value)")
            }
        }
        try self.init(
            sequences, channels: channels, targetCount: values.count, targets: .values(width),
            storage: ByteStorage(floatCount: values.count * width) { target in
                for (row, numbers) in values.enumerated() {
                    for (column, number) in numbers.enumerated() { target[row * width + column] = number }
                }
            })
    }

    private init(
        _ sequences: [[Float]], channels: Int, targetCount: Int, targets: Targets, storage: ByteStorage
    ) throws(SequenceError) {
        guard Limits.channels.contains(channels) else {
            throw SequenceError(
                sequence: nil, problem: .channels, expected: "1 to \(Limits.channels.upperBound)",
                found: "\(channels)")
        }
        guard !sequences.isEmpty, sequences.count <= Limits.count else {
            throw SequenceError(
                sequence: nil, problem: .count, expected: "at least one sequence", found: "\(sequences.count)"
            )
        }
        guard targetCount == sequences.count else {
            throw SequenceError(
                sequence: nil, problem: .target, expected: "\(sequences.count), one for each sequence",
                found: "\(targetCount)")
        }
        var steps = 0
        var starts: [Int] = []
        for (index, sequence) in sequences.enumerated() {
            try Self.check(sequence, index, channels: channels)
            starts.append(steps)
            steps += sequence.count / channels
        }
        values = ByteStorage(floatCount: steps * channels) { target in
            var place = 0
            for sequence in sequences {
                sequence.withUnsafeBufferPointer {
                    (target.baseAddress! + place).update(from: $0.baseAddress!, count: $0.count)
                }
                place += sequence.count
            }
        }
        count = sequences.count
        self.channels = channels
        self.targets = targets
        let lengths = sequences.map { Int32($0.count / channels) }
        longest = Int(lengths.max()!)
        firstSteps = starts.withUnsafeBytes { ByteStorage(copying: Array($0)) }
        self.lengths = lengths.withUnsafeBytes { ByteStorage(copying: Array($0)) }
        targetStorage = storage
    }

    private static func check(_ sequence: [Float], _ index: Int, channels: Int) throws(SequenceError) {
        guard sequence.count.isMultiple(of: channels) else {
            throw SequenceError(
                sequence: index, problem: .ragged,
                expected: "a multiple of \(channels) values, as there are channels",
                found: "\(sequence.count)")
        }
        let steps = sequence.count / channels
        guard Limits.steps.contains(steps) else {
            throw SequenceError(
                sequence: index, problem: .length, expected: "1 to \(Limits.steps.upperBound) steps",
                found: "\(steps)"
            )
        }
        let place = sequence.withUnsafeBufferPointer { values in
            // A plain loop: generic algorithms are slow in debug builds.
            for place in 0..<values.count where !values[place].isFinite { return place }
            return -1
        }
        guard place < 0 else {
            throw SequenceError(
                sequence: index, problem: .value, expected: "finite values",
                found: "\(sequence[place]) at step \(place / channels), channel \(place % channels)")
        }
    }

    private static func classNames(_ names: [String]?, labels: [Int]) throws(SequenceError) -> [String] {
        let greatest = labels.max() ?? 0
        let count = names?.count ?? greatest + 1
        guard Limits.classes.contains(count) else {
            throw SequenceError(
                sequence: nil, problem: .classes,
                expected: "\(Limits.classes.lowerBound) to \(Limits.classes.upperBound)", found: "\(count)")
        }
        let result = names ?? (0..<count).map(String.init)
        guard Set(result).count == count else {
            throw SequenceError(
                sequence: nil, problem: .classes, expected: "different names", found: "\(result)")
        }
        return result
    }

    /// The number of steps of all sequences.
    public var stepCount: Int { (0..<count).reduce(0) { $0 + length($1) } }

    /// The number of steps of a sequence.
    private func length(_ index: Int) -> Int { Int(lengths.elements(of: Int32.self)[index]) }

    /// The sequence at `index`. An index outside 0 ..< count traps.
    public subscript(index: Int) -> LabeledSequence {
        precondition(
            index >= 0 && index < count, "sequence index: expected 0 to \(count - 1), received \(index)")
        let first = firstSteps.elements(of: Int.self)[index] * channels
        let all = values.elements(of: Float.self)
        let target: LabeledSequence.Target =
            switch targets {
            case .classes: .label(Int(targetStorage.elements(of: UInt8.self)[index]))
            case .values(let width):
                .values(Array(targetStorage.elements(of: Float.self)[index * width..<(index + 1) * width]))
            }
        return LabeledSequence(
            values: Array(all[first..<first + length(index) * channels]), channels: channels, target: target)
    }
}

/// One sequence of ``LabeledSequences`` with its target.
public struct LabeledSequence: Hashable, Sendable {
    /// The values, step by step, [L][D].
    public let values: [Float]
    /// D, the number of values of a step.
    public let channels: Int
    /// The class or the values that a model learns.
    public let target: Target

    /// The target of a sequence: its class or its values.
    public enum Target: Hashable, Sendable {
        /// The class, from 0.
        case label(Int)
        /// The values.
        case values([Float])
    }

    /// L, the number of steps.
    public var length: Int { values.count / channels }
}

// MARK: Parts

extension LabeledSequences {
    /// Returns the sequences at `indices`, in that order. The values are shared, not copied. No index and an index outside
    /// 0 ..< count trap.
    package func sequences(at indices: [Int]) -> LabeledSequences { LabeledSequences(self, indices) }

    private init(_ source: LabeledSequences, _ indices: [Int]) {
        precondition(
            !indices.isEmpty && indices.allSatisfy((0..<source.count).contains),
            "indices: expected some of 0 to \(source.count - 1), received \(indices.count)")
        count = indices.count
        (channels, targets, values) = (source.channels, source.targets, source.values)
        let lengths = indices.map { Int32(source.length($0)) }
        longest = Int(lengths.max()!)
        let starts = indices.map { source.firstSteps.elements(of: Int.self)[$0] }
        firstSteps = starts.withUnsafeBytes { ByteStorage(copying: Array($0)) }
        self.lengths = lengths.withUnsafeBytes { ByteStorage(copying: Array($0)) }
        switch source.targets {
        case .classes:
            let labels = source.targetStorage.elements(of: UInt8.self)
            targetStorage = ByteStorage(copying: indices.map { labels[$0] })
        case .values(let width):
            let numbers = source.targetStorage.elements(of: Float.self)
            targetStorage = ByteStorage(floatCount: indices.count * width) { target in
                for (row, index) in indices.enumerated() {
                    for column in 0..<width { target[row * width + column] = numbers[index * width + column] }
                }
            }
        }
    }

    /// The values of each channel, over all steps of all sequences.
    package var columns: [[Double]] {
        let all = values.elements(of: Float.self)
        let starts = firstSteps.elements(of: Int.self)
        return (0..<channels).map { channel in
            var column: [Double] = []
            column.reserveCapacity(stepCount)
            for index in 0..<count {
                for step in starts[index]..<starts[index] + length(index) {
                    column.append(Double(all[step * channels + channel]))
                }
            }
            return column
        }
    }

    /// The class of each sequence; empty if the targets are values.
    package var labels: [Int] {
        guard case .classes = targets else { return [] }
        return targetStorage.elements(of: UInt8.self).map(Int.init)
    }

    /// Splits the sequences at random into two sets, both at least one sequence. With classes, each class is split by the
    /// same fraction (a stratified split), rounded to whole sequences.
    ///
    /// - Parameters:
    ///   - fraction: The fraction of the second set, above 0 and below 1; another one traps, and so does a single
    ///     sequence.
    ///   - seed: The seed of the split.
    public func split(test fraction: Double, seed: UInt64) -> (
        train: LabeledSequences, test: LabeledSequences
    ) {
        precondition(
            fraction > 0 && fraction < 1, "split: expected a fraction between 0 and 1, received \(fraction)")
        precondition(count > 1, "split: expected at least two sequences, received one")
        var order = (0..<count).map(Int32.init)
        order.withUnsafeMutableBufferPointer {
            SplitMix64(seed, RandomPurpose.validation.rawValue).shuffle($0)
        }
        let labels = labels
        let groups = Dictionary(grouping: order.map(Int.init)) { labels.isEmpty ? 0 : labels[$0] }
        var (train, test): ([Int], [Int]) = ([], [])
        for (_, members) in groups.sorted(by: { $0.key < $1.key }) {
            let rest = members.count - Int((Double(members.count) * fraction).rounded())
            train += members[..<rest]
            test += members[rest...]
        }
        // Rounding may leave one of the sets empty.
        if train.isEmpty { train.append(test.removeLast()) }
        if test.isEmpty { test.append(train.removeLast()) }
        return (sequences(at: train.sorted()), sequences(at: test.sorted()))
    }
}

// MARK: Memory

extension LabeledSequences {
    /// The memory of the sequences, valid while they are alive: all values, [step][channel]; the index of each
    /// sequence's first step; the number of steps of each sequence; the targets.
    package var memory:
        (values: UnsafePointer<Float>, firstSteps: UnsafePointer<Int>, lengths: UnsafePointer<Int32>)
    {
        (
            values.elements(of: Float.self).baseAddress!, firstSteps.elements(of: Int.self).baseAddress!,
            lengths.elements(of: Int32.self).baseAddress!
        )
    }

    /// [N] The class of each sequence; nil if the targets are values.
    package var labelMemory: UnsafePointer<UInt8>? {
        if case .classes = targets { targetStorage.elements(of: UInt8.self).baseAddress } else { nil }
    }

    /// [N][V] The values of each sequence; nil if the targets are classes.
    package var valueMemory: UnsafePointer<Float>? {
        if case .values = targets { targetStorage.elements(of: Float.self).baseAddress } else { nil }
    }
}
