import KernelInterface

/// Augments the images of a shard. Each worker has its own.
final class ShardAugmenter {
    private let augmenter: ImageAugmenter
    private let imageSize: Int
    /// [lane][R][C] The augmented images.
    private let images: UnsafeMutablePointer<UInt8>
    /// [lane] The index of each lane's image in `images`: 0, 1, 2, …
    private let places: UnsafeMutablePointer<Int32>

    init(rows: Int, columns: Int, kernels: any KernelSet) {
        augmenter = ImageAugmenter(rows: rows, columns: columns, kernels: kernels)
        imageSize = rows * columns
        let capacity = shardLanes * imageSize + ImageAugmenter.margin
        images = .allocate(capacity: capacity)
        images.initialize(repeating: 0, count: capacity)
        places = .allocate(capacity: shardLanes)
        for lane in 0..<shardLanes { (places + lane).initialize(to: Int32(lane)) }
    }

    deinit {
        images.deallocate()
        places.deallocate()
    }

    /// Returns the shard with augmented images, valid until the next call. Without an augmentation, returns the shard
    /// unchanged.
    func augment(_ shard: Shard, of sequences: SequenceSamples) -> (Shard, SequenceSamples) {
        guard let augmentation = sequences.augmentation, case .bytes(let bytes, let scale) = sequences.inputs
        else { return (shard, sequences) }
        let stride = sequences.stride ?? imageSize
        // The order matters: writing an image overwrites the first bytes of the next one.
        for lane in 0..<shard.count {
            let place = Int(shard.indices[lane])
            augmenter.augment(
                bytes + place * stride, augmentation,
                index: sequences.origins.map { Int($0[place]) } ?? place, into: images + lane * imageSize)
        }
        return (
            Shard(indices: places, count: shard.count),
            SequenceSamples(.bytes(images, scale: scale), targets: sequences.targets, count: shard.count)
        )
    }
}
