import Platform
import Randomness

/// Divides a data set into batches, lazily: a sample is read only when it is taken from its batch.
///
/// ```swift
/// let loader = DataLoader(images, batchSize: 128, shuffle: true, seed: 0)
/// for epoch in 0..<50 {
///     for batch in loader.epoch(epoch) { … }
/// }
/// ```
///
/// With `shuffle`, the order of an epoch depends only on the number of samples, the seed and the epoch's number, so
/// any epoch can be repeated on every platform without the epochs before it. The order is a Fisher–Yates shuffle
/// (Durstenfeld, "Algorithm 235: Random permutation", 1964) of 0 ..< count: for i from count − 1 down to 1, the
/// elements i and j are swapped, where j is drawn uniformly from 0 ... i by SplitMix64 (Steele, Lea and Flood, "Fast
/// Splittable Pseudorandom Number Generators", 2014).
public struct DataLoader<Samples: Dataset>: Sendable {
    package let dataset: Samples
    package let batchSize: Int
    package let shuffle: Bool
    package let dropLast: Bool
    package let seed: UInt64

    /// Creates a loader. Arguments outside their ranges trap.
    ///
    /// - Parameters:
    ///   - dataset: The samples, at most 2³¹ − 1.
    ///   - batchSize: The number of samples in a batch, at least 1.
    ///   - shuffle: Whether to shuffle the samples in each epoch; otherwise they keep the order of the data set.
    ///   - dropLast: Whether to leave out the last batch if it is not full.
    ///   - seed: The seed of the order of every epoch.
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

    /// Returns the batches of an epoch; epochs are numbered from 0. No sample is read yet.
    public func epoch(_ number: Int) -> [Batch<Samples>] {
        precondition(number >= 0, "epoch: expected at least 0, received \(number)")
        var order = [Int32](repeating: 0, count: dataset.count)
        order.withUnsafeMutableBufferPointer { order in
            for i in 0..<order.count { order[i] = Int32(truncatingIfNeeded: i) }
            if shuffle {
                SplitMix64(seed, RandomPurpose.shuffling.rawValue, UInt64(number)).shuffle(order)
            }
        }
        return (0..<batchCount).map { batch in
            let start = batch * batchSize
            let end = start + min(batchSize, order.count - start)
            return Batch(dataset: dataset, sampleIndices: order[start..<end])
        }
    }
}

extension SplitMix64 {
    /// Shuffles the order by the Fisher–Yates shuffle that `DataLoader` describes.
    consuming func shuffle(_ order: UnsafeMutableBufferPointer<Int32>) {
        // A plain loop and a swap by hand, because `stride` and `swapAt` are slow in debug builds.
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

/// The samples of one batch, at positions from 0.
public struct Batch<Samples: Dataset>: RandomAccessCollection, Sendable {
    package let dataset: Samples
    /// The index of each sample in the data set, in the order of the batch. The first index of the slice itself is
    /// not 0 except in the first batch.
    package let sampleIndices: ArraySlice<Int32>

    public var startIndex: Int { 0 }
    public var endIndex: Int { sampleIndices.count }

    /// The sample at a position from 0.
    public subscript(position: Int) -> Samples.Sample {
        dataset[Int(sampleIndices[sampleIndices.startIndex + position])]
    }
}
