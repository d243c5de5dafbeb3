import KernelInterface

extension SequenceEngine {
    /// Returns the loss, and a classifier's correct predictions, over all sequences, without dropout and label
    /// smoothing. Labels out of range trap.
    public func evaluate(_ sequences: SequenceSamples) -> Score { evaluate(sequences, keeping: nil) }

    /// Returns the score of all sequences, and the outputs from which it is computed, (N, C), or (steps of all sequences,
    /// C) with the readout ``Readout/each``; a classifier's outputs are scores before softmax.
    package func evaluateWithOutputs(_ sequences: SequenceSamples) -> (score: Score, outputs: [Float]) {
        var score = Score()
        let outputs = OutputRows.filled(
            size: model.output.count, lengths: rowCounts(sequences, 0..<sequences.count),
            count: sequences.count
        ) { score = evaluate(sequences, keeping: $0) }
        return (score, outputs)
    }

    /// Returns the number of outputs of each sequence; nil if each has one.
    private func rowCounts(_ sequences: SequenceSamples, _ indices: some Sequence<Int>) -> [Int]? {
        guard model.hasStepOutputs, let lengths = sequences.places?.lengths else { return nil }
        return indices.map { Int(lengths[$0]) }
    }

    /// - Parameter outputs: The memory for the outputs of all sequences; nil if they are not needed.
    private func evaluate(_ sequences: SequenceSamples, keeping outputs: OutputRows?) -> Score {
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
        let terms = indices.withUnsafeBufferPointer { lossTerms(of: sequences, $0) }
        return total(shards: shards, count: sequences.count, terms)
    }

    /// Returns the outputs of the sequences at `indices`, in row-major order: (N, C), or (steps of all sequences, C) with
    /// the readout ``Readout/each``. A classifier's outputs are scores before softmax. Indices out of range trap.
    public func outputs(_ sequences: SequenceSamples, indices: [Int32]) -> [Float] {
        for index in indices {
            precondition(index >= 0 && index < sequences.count, "sequence \(index) of \(sequences.count)")
        }
        let shards = Self.shardCount(ofBatch: indices.count)
        guard !indices.isEmpty else { return [] }
        let workspaces = evaluators(for: sequences)
        var order = ShardOrder()
        defer { order.deallocate() }
        let lengths = rowCounts(sequences, indices.lazy.map(Int.init))
        return OutputRows.filled(size: model.output.count, lengths: lengths, count: indices.count) { result in
            nonisolated(unsafe) let result = result
            indices.withUnsafeBufferPointer { indices in
                let sorted = order.sort(indices, of: sequences)
                let rows = sorted?.indices ?? indices.baseAddress!
                pool.run(tasks: shards) { shard, worker in
                    let first = shard * shardLanes
                    let count = min(shardLanes, indices.count - first)
                    workspaces[worker].computeOutputs(
                        Shard(indices: rows + first, count: count), of: sequences)
                    workspaces[worker].copyOutputs(count, to: result) { lane in
                        sorted.map { Int($0.places[first + lane]) } ?? first + lane
                    }
                }
            }
        }
    }
}
