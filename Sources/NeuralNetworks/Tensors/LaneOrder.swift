import KernelInterface

/// The sequences of a batch in the lanes of its shards: the first 32 are in shard 0, the next 32 in shard 1.
final class LaneOrder: Sendable {
    /// [N] The index of each sequence in the batch, shard by shard.
    let sequences: [Int32]

    /// Creates the order 0, 1, 2, … of a batch.
    init(count: Int) { sequences = (0..<count).map { Int32($0) } }

    /// Creates an order by length, with the longest sequence first, so that the sequences of a shard have similar lengths
    /// and the shard ends early. Sequences of the same length keep their order.
    init(lengths: [Int]) {
        sequences = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }.map { Int32($0) }
    }

    /// N, the number of sequences.
    var count: Int { sequences.count }

    var shardCount: Int { (count + shardLanes - 1) / shardLanes }

    /// Returns the number of sequences in a shard.
    func count(ofShard shard: Int) -> Int { min(shardLanes, count - shard * shardLanes) }

    /// Returns the sequence in a lane of a shard.
    func sequence(_ shard: Int, _ lane: Int) -> Int { Int(sequences[shard * shardLanes + lane]) }

    static func == (a: LaneOrder, b: LaneOrder) -> Bool { a === b || a.sequences == b.sequences }
}
