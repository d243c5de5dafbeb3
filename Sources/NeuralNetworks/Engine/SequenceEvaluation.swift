import KernelInterface

extension SequenceEngine {
    /// Returns the loss, and a classifier's correct predictions, over all sequences, without dropout and label
    /// smoothing. Labels out of range trap.
    public func evaluate(_ sequences: SequenceSamples) -> Score { evaluate(sequences, keeping: nil) }

    /// Returns the score of all sequences, and the outputs (N, C) from which it is computed; a classifier's outputs are
    /// scores before softmax.
    package func evaluateWithOutputs(_ sequences: SequenceSamples) -> (score: Score, outputs: [Float]) {
        var outputs = [Float](repeating: 0, count: sequences.count * model.output.count)
        let score = outputs.withUnsafeMutableBufferPointer { evaluate(sequences, keeping: $0.baseAddress) }
        return (score, outputs)
    }

    /// - Parameter outputs: Memory for the outputs (N, C) of all sequences; nil if they are not needed.
    private func evaluate(_ sequences: SequenceSamples, keeping outputs: UnsafeMutablePointer<Float>?)
        -> Score
    {
        let indices = (0..<sequences.count).map(Int32.init)
        let shards = Self.shardCount(ofBatch: sequences.count)
        makeRoomForLosses(shards)
        guard !indices.isEmpty else { return Score() }
        let workspaces = evaluators(for: sequences)
        var order = ShardOrder()
        defer { order.deallocate() }
        nonisolated(unsafe) let outputs = outputs
        indices.withUnsafeBufferPointer { indices in
            checkTargets(sequences, indices)
            let rows = order.sort(indices, of: sequences)?.indices ?? indices.baseAddress!
            pool.run(tasks: shards) { shard, worker in
                let first = shard * shardLanes
                let count = min(shardLanes, sequences.count - first)
                losses[shard] = workspaces[worker].evaluate(
                    Shard(indices: rows + first, count: count), of: sequences, keeping: outputs)
            }
        }
        return total(shards: shards, count: sequences.count)
    }

    /// Returns the outputs (N, C) of the sequences at `indices`, in row-major order; a classifier's are scores before
    /// softmax. Indices out of range trap.
    public func outputs(_ sequences: SequenceSamples, indices: [Int32]) -> [Float] {
        for index in indices {
            precondition(index >= 0 && index < sequences.count, "sequence \(index) of \(sequences.count)")
        }
        let size = model.output.count
        var result = [Float](repeating: 0, count: indices.count * size)
        let shards = Self.shardCount(ofBatch: indices.count)
        guard !indices.isEmpty else { return [] }
        let workspaces = evaluators(for: sequences)
        var order = ShardOrder()
        defer { order.deallocate() }
        result.withUnsafeMutableBufferPointer { result in
            indices.withUnsafeBufferPointer { indices in
                let sorted = order.sort(indices, of: sequences)
                let rows = sorted?.indices ?? indices.baseAddress!
                pool.run(tasks: shards) { shard, worker in
                    let first = shard * shardLanes
                    let count = min(shardLanes, indices.count - first)
                    workspaces[worker].computeOutputs(
                        Shard(indices: rows + first, count: count), of: sequences)
                    workspaces[worker].copyOutputs(count, to: result.baseAddress!) { lane in
                        sorted.map { Int($0.places[first + lane]) } ?? first + lane
                    }
                }
            }
        }
        return result
    }
}
