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
        let workspaces = evaluators
        nonisolated(unsafe) let outputs = outputs
        indices.withUnsafeBufferPointer { indices in
            checkTargets(sequences, indices)
            pool.run(tasks: shards) { shard, worker in
                let first = shard * shardLanes
                let count = min(shardLanes, sequences.count - first)
                losses[shard] = workspaces[worker].evaluate(
                    Shard(indices: indices.baseAddress! + first, count: count), of: sequences,
                    keeping: outputs.map { $0 + first * model.output.count })
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
        let workspaces = evaluators
        result.withUnsafeMutableBufferPointer { result in
            indices.withUnsafeBufferPointer { indices in
                pool.run(tasks: shards) { shard, worker in
                    let first = shard * shardLanes
                    let count = min(shardLanes, indices.count - first)
                    workspaces[worker].computeOutputs(
                        Shard(indices: indices.baseAddress! + first, count: count), of: sequences)
                    workspaces[worker].copyOutputs(count, to: result.baseAddress! + first * size)
                }
            }
        }
        return result
    }
}
