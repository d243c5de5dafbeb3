import Randomness

/// Cuts a data set into batches, lazily: a sample is fetched when a batch is asked for it.
///
/// ```swift
/// let loader = DataLoader(images, batchSize: 128, shuffle: true, seed: 0)
/// for epoch in 0..<50 {
///     for batch in loader.epoch(epoch) { … }
/// }
/// ```
///
/// With `shuffle`, the order of an epoch is a function of the data set's size, the seed and the epoch's
/// number, and of nothing else, so that any epoch can be repeated, on every platform, without those
/// before it. It is the Fisher–Yates shuffle of 0 ..< count: for i from count − 1 down to 1, swap the
/// elements i and j, where j is drawn from 0 ... i by `nextIndex(below: i + 1)` of
/// `SplitMix64(seed, RandomPurpose.shuffling.rawValue, epoch)`.
///
/// As a sequence, a loader is its epoch 0.
public struct DataLoader<Samples: Dataset>: Sequence, Sendable {
    public let dataset: Samples
    public let batchSize: Int
    public let shuffle: Bool
    public let dropLast: Bool
    public let seed: UInt64

    /// - Parameters:
    ///   - dataset: At most 2³¹ − 1 samples.
    ///   - batchSize: Samples in a batch, at least 1.
    ///   - shuffle: Whether each epoch has an order of its own; without it, that of the data set.
    ///   - dropLast: Whether to leave out a last batch that is not full.
    ///   - seed: Selects the orders of all epochs.
    public init(
        _ dataset: Samples, batchSize: Int, shuffle: Bool = false, dropLast: Bool = false, seed: UInt64 = 0
    ) {
        precondition(batchSize >= 1, "batchSize: expected at least 1, received \(batchSize)")
        precondition(
            dataset.count <= Int32.max,
            "dataset: expected at most \(Int32.max) samples, received \(dataset.count)")
        self.dataset = dataset
        self.batchSize = batchSize
        self.shuffle = shuffle
        self.dropLast = dropLast
        self.seed = seed
    }

    /// The number of batches in an epoch.
    public var batchCount: Int {
        let (full, rest) = dataset.count.quotientAndRemainder(dividingBy: batchSize)
        return rest == 0 || dropLast ? full : full + 1
    }

    /// The batches of the epoch with this number, from 0.
    public func epoch(_ number: Int) -> Epoch<Samples> {
        precondition(number >= 0, "epoch: expected at least 0, received \(number)")
        var order = [Int32](repeating: 0, count: dataset.count)
        order.withUnsafeMutableBufferPointer { order in
            for i in 0..<order.count { order[i] = Int32(truncatingIfNeeded: i) }
            if shuffle {
                SplitMix64(seed, RandomPurpose.shuffling.rawValue, UInt64(number)).shuffle(order)
            }
        }
        return Epoch(dataset: dataset, order: order, batchSize: batchSize, count: batchCount)
    }

    public func makeIterator() -> IndexingIterator<Epoch<Samples>> {
        epoch(0).makeIterator()
    }
}

extension SplitMix64 {
    /// The Fisher–Yates shuffle that `DataLoader` describes.
    consuming func shuffle(_ order: UnsafeMutableBufferPointer<Int32>) {
        // A plain loop and a swap by hand: `stride` and `swapAt` are slow in debug builds.
        var i = order.count - 1
        while i > 0 {
            let j = nextIndex(below: i + 1)
            let element = order[i]
            order[i] = order[j]
            order[j] = element
            i -= 1
        }
    }
}

/// The batches of one pass over a data set, in order; any of them can be had directly.
public struct Epoch<Samples: Dataset>: RandomAccessCollection, Sendable {
    package let dataset: Samples
    package let order: [Int32]
    package let batchSize: Int
    /// The number of batches.
    public let count: Int

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    public subscript(position: Int) -> Batch<Samples> {
        precondition(
            position >= 0 && position < count, "batch: expected 0 to \(count - 1), received \(position)")
        let start = position * batchSize
        let end = start + Swift.min(batchSize, order.count - start)
        return Batch(dataset: dataset, sampleIndices: order[start..<end])
    }
}

/// Some samples of a data set, at positions from 0.
public struct Batch<Samples: Dataset>: RandomAccessCollection, Sendable {
    package let dataset: Samples
    /// Where in the data set the samples are, in the order of the batch. For a loop that reads the
    /// memory of the data set itself; the slice's own first index is not 0.
    public let sampleIndices: ArraySlice<Int32>

    public var startIndex: Int { 0 }
    public var endIndex: Int { sampleIndices.count }

    public subscript(position: Int) -> Samples.Sample {
        dataset[Int(sampleIndices[sampleIndices.startIndex + position])]
    }
}
