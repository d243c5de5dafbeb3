import KernelInterface
import Platform

/// The numbers of a batch in lanes, [shard][group][width][lane], as kernels read and write them.
struct LaneBlock: Sendable {
    let order: LaneOrder
    let places: LanePlaces
    private let memory: FloatBuffer
    /// The distance from the beginning of the memory to the first shard.
    private let first: Int
    private let shardStride: Int

    /// Allocates a block; its numbers are undefined.
    init(_ order: LaneOrder, _ places: LanePlaces) {
        self.init(order, places, in: FloatBuffer(uninitializedCount: Self.count(order, places)))
    }

    fileprivate init(_ order: LaneOrder, _ places: LanePlaces, in memory: FloatBuffer) {
        self.init(order, places, memory: memory, first: 0, shardStride: places.rows * shardLanes)
    }

    fileprivate static func count(_ order: LaneOrder, _ places: LanePlaces) -> Int {
        order.shardCount * places.rows * shardLanes
    }

    private init(
        _ order: LaneOrder, _ places: LanePlaces, memory: FloatBuffer, first: Int, shardStride: Int
    ) {
        self.order = order
        self.places = places
        self.memory = memory
        self.first = first
        self.shardStride = shardStride
    }

    /// Returns the numbers of a shard, [group][width][lane].
    subscript(shard: Int) -> LaneTensor {
        LaneTensor(
            base: memory.base + first + shard * shardStride, stepStride: places.width * shardLanes)
    }

    /// The groups of all shards, [shard · groups][width][lane]; nil if the distances between them differ.
    var allGroups: LaneTensor? {
        let stride = places.width * shardLanes
        if places.groups == 1 { return LaneTensor(base: self[0].base, stepStride: shardStride) }
        return shardStride == places.groups * stride ? self[0] : nil
    }

    /// Returns the same numbers at other places, which must have as many rows.
    func placed(_ places: LanePlaces) -> LaneBlock {
        precondition(places.rows == self.places.rows, "a block of \(self.places.rows) rows")
        return LaneBlock(order, places, memory: memory, first: first, shardStride: shardStride)
    }

    /// Returns some of the groups at other places.
    func part(groups: Range<Int>, at places: LanePlaces) -> LaneBlock {
        precondition(
            places.rows == groups.count * self.places.width, "\(groups) of a block of \(self.places)")
        return LaneBlock(
            order, places, memory: memory,
            first: first + groups.lowerBound * self.places.width * shardLanes, shardStride: shardStride)
    }
}

/// The memory of a layer's last block. It is used again if nobody has kept the block, because the system clears each page
/// of new memory.
struct BlockMemory {
    private var memory = FloatBuffer(count: 0)

    /// Returns a block; its numbers are undefined.
    mutating func block(_ order: LaneOrder, _ places: LanePlaces) -> LaneBlock {
        let count = LaneBlock.count(order, places)
        if memory.count != count || !isKnownUniquelyReferenced(&memory) {
            memory = FloatBuffer(uninitializedCount: count)
        }
        return LaneBlock(order, places, in: memory)
    }
}
