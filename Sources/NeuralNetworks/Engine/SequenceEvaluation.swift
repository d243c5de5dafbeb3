import KernelInterface

extension SequenceEngine {
    /// Loss, and a classifier's hits, over the first `count` sequences, none left out.
    public func evaluate(_ sequences: SequenceSamples) -> Score {
        let indices = (0..<sequences.count).map(Int32.init)
        let shards = Self.shardCount(ofBatch: sequences.count)
        makeRoomForLosses(shards)
        let workspaces = evaluators
        indices.withUnsafeBufferPointer { indices in
            checkTargets(sequences, indices)
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

    /// The outputs (N, C) of some sequences: a classifier's are before softmax.
    public func outputs(_ sequences: SequenceSamples, indices: [Int32]) -> [Float] {
        for index in indices {
            precondition(index >= 0 && index < sequences.count, "sequence \(index) of \(sequences.count)")
        }
        let size = model.output.count
        var result = [Float](repeating: 0, count: indices.count * size)
        let shards = Self.shardCount(ofBatch: indices.count)
        let workspaces = evaluators
        result.withUnsafeMutableBufferPointer { result in
            indices.withUnsafeBufferPointer { indices in
                pool.run(tasks: shards) { shard, worker in
                    let first = shard * shardLanes
                    let count = min(shardLanes, indices.count - first)
                    workspaces[worker].computeOutputs(
                        Shard(indices: indices.baseAddress! + first, count: count), of: sequences)
                    for lane in 0..<count {
                        for place in 0..<size {
                            result[(first + lane) * size + place] =
                                workspaces[worker].outputs.base[place * shardLanes + lane]
                        }
                    }
                }
            }
        }
        return result
    }
}
