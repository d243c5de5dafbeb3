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

/// The places of a sequence's numbers in the row-major elements of a tensor. Number i of group g of sequence n is at
/// g · groupStride + n · sequenceStride + i; it is row g · width + i of a lane.
///
///     tensor        groups     width   groupStride   sequenceStride
///     (N, L, F)     L          F       F             L · F
///     (L, N, F)     L          F       N · F         F
///     (S, N, H)     S          H       N · H         H
///     (N, F)        1          F       –             F
struct LanePlaces {
    let groups, width: Int
    let groupStride, sequenceStride: Int

    /// The places in (groups, N, width).
    static func groupMajor(_ groups: Int, _ count: Int, _ width: Int) -> LanePlaces {
        LanePlaces(groups: groups, width: width, groupStride: count * width, sequenceStride: width)
    }

    /// The places in (N, groups, width).
    static func sequenceMajor(_ groups: Int, _ width: Int) -> LanePlaces {
        LanePlaces(groups: groups, width: width, groupStride: width, sequenceStride: groups * width)
    }

    /// The number of rows of a lane.
    var rows: Int { groups * width }

    /// Whether the groups of a sequence are contiguous in the tensor.
    var isContiguous: Bool { groups == 1 || groupStride == width }

    /// Returns whether each row of a lane is at the same place.
    func matches(_ other: LanePlaces) -> Bool {
        guard rows == other.rows, sequenceStride == other.sequenceStride else { return false }
        return isContiguous && other.isContiguous
            || groups == other.groups && groupStride == other.groupStride
    }

    /// Returns the same places in groups of another width; nil if such groups are not contiguous.
    func grouped(width: Int) -> LanePlaces? {
        if width == self.width { return self }
        guard isContiguous, rows % width == 0 else { return nil }
        return LanePlaces(
            groups: rows / width, width: width, groupStride: width, sequenceStride: sequenceStride)
    }

    /// Returns the places of groups of another width whose groups are in the same order; nil if the strides are not
    /// multiples of the width.
    func replacing(width: Int) -> LanePlaces? {
        guard groups == 1 || groupStride % self.width == 0, sequenceStride % self.width == 0 else {
            return nil
        }
        return LanePlaces(
            groups: groups, width: width, groupStride: groupStride / self.width * width,
            sequenceStride: sequenceStride / self.width * width)
    }
}
