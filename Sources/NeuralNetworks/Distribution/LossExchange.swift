import KernelInterface

extension ShardExchange {
    /// Returns the shards that this process evaluates.
    func ownShards(of count: Int) -> Range<Int> { shares(of: count)[process] }

    /// Sends the losses of this process's shards to all processes and receives theirs.
    ///
    /// - Parameters:
    ///   - losses: [shard] The losses.
    ///   - groupCount: The number of groups; shard s belongs to group s modulo this number.
    func gather(_ losses: UnsafeMutableBufferPointer<ShardLoss>, shards: Int, groupCount: Int) {
        // In the order of the groups, the shards of a process are consecutive.
        let groups = (0..<groupCount).map { Array(stride(from: $0, to: shards, by: groupCount)) }
        let order = groups.flatMap(\.self)
        var ordered = order.map { losses[$0] }
        let size = MemoryLayout<ShardLoss>.stride
        var parts: [Range<Int>] = []
        var end = 0
        for share in shares(of: groupCount) {
            let first = end
            end += groups[share].reduce(0) { $0 + $1.count }
            parts.append(first * size..<end * size)
        }
        ordered.withUnsafeMutableBytes { gather($0, parts: parts) }
        for (place, shard) in order.enumerated() { losses[shard] = ordered[place] }
    }
}
