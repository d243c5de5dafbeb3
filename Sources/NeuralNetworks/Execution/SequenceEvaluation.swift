import KernelInterface

extension SequenceEngine {
    /// Loss and hits over the first `count` sequences, none left out.
    public func evaluate(_ sequences: SequenceSamples) -> Score {
        let indices = (0..<sequences.count).map(Int32.init)
        let shards = (sequences.count + shardLanes - 1) / shardLanes
        makeRoomForLosses(shards)
        let workspaces = evaluators
        indices.withUnsafeBufferPointer { indices in
            checkLabels(sequences, indices)
            pool.run(tasks: shards) { shard, worker in
                let first = shard * shardLanes
                losses[shard] = workspaces[worker].evaluate(
                    Shard(
                        indices: indices.baseAddress! + first, count: min(shardLanes, sequences.count - first)
                    ),
                    of: sequences)
            }
        }
        return total(shards: shards, count: sequences.count)
    }

    /// The scores (N, C) of some sequences, before softmax.
    public func scores(_ sequences: SequenceSamples, indices: [Int32]) -> [Float] {
        for index in indices {
            precondition(index >= 0 && index < sequences.count, "sequence \(index) of \(sequences.count)")
        }
        let classes = model.classCount
        var result = [Float](repeating: 0, count: indices.count * classes)
        let shards = (indices.count + shardLanes - 1) / shardLanes
        let workspaces = evaluators
        result.withUnsafeMutableBufferPointer { result in
            indices.withUnsafeBufferPointer { indices in
                pool.run(tasks: shards) { shard, worker in
                    let first = shard * shardLanes
                    let count = min(shardLanes, indices.count - first)
                    workspaces[worker].computeScores(
                        Shard(indices: indices.baseAddress! + first, count: count), of: sequences)
                    for lane in 0..<count {
                        for label in 0..<classes {
                            result[(first + lane) * classes + label] =
                                workspaces[worker].scores.base[label * shardLanes + lane]
                        }
                    }
                }
            }
        }
        return result
    }
}
