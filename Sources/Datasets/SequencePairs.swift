import Platform

/// Pairs of sequences of any lengths, for an encoder and a decoder: a model reads the input and writes the target, such
/// as a sentence and its translation. They are immutable, so any number of threads may read them.
///
/// ```swift
/// let words = [[3, 1, 2], [0, 2]]
/// let pairs = try SequencePairs(.symbols(words), targets: .symbols(words.map { $0.reversed() }))
/// let (train, test) = pairs.split(test: 0.5, seed: 0)
/// ```
public struct SequencePairs: Dataset {
    /// The number of pairs.
    public let count: Int
    /// The kind of the inputs.
    public var inputs: Elements { inputStore.elements }
    /// The kind of the targets.
    public var targets: Elements { targetStore.elements }

    /// The kind of the steps of sequences.
    public enum Elements: Hashable, Sendable {
        /// A step is a symbol, such as a character or a word: a whole number from 0 to this number - 1.
        case symbols(Int)
        /// A step has this number of values.
        case values(Int)
    }

    /// The inputs or the targets of all pairs.
    public enum Sequences: Sendable {
        /// The symbols of each sequence, from 0, [L]; at least one and at most 65,536. `count` is the number of
        /// different symbols, at most 65,536; if nil, the greatest symbol + 1.
        case symbols([[Int]], count: Int? = nil)
        /// The values of each sequence, step by step, [L][channels]; at least one step and at most 65,536.
        case values([[Float]], channels: Int)
    }

    private let inputStore, targetStore: SequenceStore
    /// [N] The index in both stores of each pair.
    private let places: [Int]
    /// [N] The weight of each pair in the loss; nil if all are 1.
    package let weights: [Float]?

    /// Creates pairs from arrays.
    ///
    /// - Parameters:
    ///   - inputs: The sequences that a model reads, at least one.
    ///   - targets: The sequences that it writes, one for each input; symbols without one that ends a sequence, which
    ///     batches add.
    /// - Throws: ``SequenceError`` for anything that a model cannot be trained on: no sequence, a sequence without a step
    ///   or with part of one, a symbol outside 0 ..< count, values that are not finite, another number of targets.
    public init(_ inputs: Sequences, targets: Sequences) throws(SequenceError) {
        inputStore = try SequenceStore(inputs, isTarget: false)
        let count = inputStore.count
        guard targets.count == count else {
            throw SequenceError(
                sequence: nil, problem: .target, expected: "\(count), one for each sequence",
                found: "\(targets.count)")
        }
        targetStore = try SequenceStore(targets, isTarget: true)
        self.count = count
        places = Array(0..<count)
        weights = nil
    }

    private init(_ pairs: SequencePairs, places: [Int], weights: [Float]?) {
        (inputStore, targetStore) = (pairs.inputStore, pairs.targetStore)
        (self.places, self.weights, count) = (places, weights, places.count)
    }

    /// The pair at `index`. An index outside 0 ..< count traps.
    public subscript(index: Int) -> SequencePair {
        precondition(
            index >= 0 && index < count, "pair index: expected 0 to \(count - 1), received \(index)")
        return SequencePair(input: inputStore[places[index]], target: targetStore[places[index]])
    }

    /// Returns the pairs at `indices`, in that order. The numbers are shared, not copied. An index outside 0 ..< count
    /// traps.
    package func pairs(at indices: [Int]) -> SequencePairs {
        SequencePairs(
            self, places: indices.map { places[$0] },
            weights: weights.map { weights in indices.map { weights[$0] } })
    }

    /// Splits the pairs at random into two sets, both at least one pair. The second set has a fraction of all pairs,
    /// rounded to a whole number.
    ///
    /// - Parameters:
    ///   - fraction: The fraction of the second set, above 0 and below 1; another one traps, and so does a single pair.
    ///   - seed: The seed of the split.
    public func split(test fraction: Double, seed: UInt64) -> (train: SequencePairs, test: SequencePairs) {
        let split = RandomSplit(of: count, test: fraction, seed: seed)
        return (pairs(at: split.train), pairs(at: split.test))
    }

    /// Returns the same pairs with a weight for each in the loss: each step of a target counts with the weight of its
    /// pair. Accuracies are not weighted.
    ///
    /// - Parameter weights: [N] The weights, 0 or from 10⁻²⁰ to 10²⁰, not all 0.
    /// - Throws: ``SequenceError`` for a wrong number of weights, and for other weights.
    public func weighted(by weights: [Float]) throws(SequenceError) -> SequencePairs {
        try SequenceError.check(weights: weights, count: count)
        return SequencePairs(self, places: places, weights: weights)
    }
}

/// One pair of ``SequencePairs``: the sequence that a model reads, and the sequence that it writes.
public struct SequencePair: Hashable, Sendable {
    /// The sequence that a model reads.
    public let input: Steps
    /// The sequence that it writes.
    public let target: Steps

    /// The steps of a sequence.
    public enum Steps: Hashable, Sendable {
        /// [L] The symbol of each step.
        case symbols([Int])
        /// [L][V] The values of each step, one step after the other.
        case values([Float])
    }
}
