import KernelInterface
import Platform

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
        return indices.withUnsafeBufferPointer { evaluate(sequences, batch: $0, keeping: outputs) }
    }

    /// Returns the score of the sequences at `indices`. Indices and labels out of range trap.
    ///
    /// - Parameters:
    ///   - outputs: The memory for the outputs of all sequences; nil if they are not needed.
    ///   - states: As in ``train(_:batch:carrying:)``.
    package func evaluate(
        _ sequences: SequenceSamples, batch indices: UnsafeBufferPointer<Int32>,
        carrying states: CarriedStates?
    ) -> Score {
        evaluate(sequences, batch: indices, keeping: nil, carrying: states)
    }

    private func evaluate(
        _ sequences: SequenceSamples, batch indices: UnsafeBufferPointer<Int32>, keeping outputs: OutputRows?,
        carrying states: CarriedStates? = nil
    ) -> Score {
        guard let base = indices.baseAddress, !indices.isEmpty else { return Score() }
        let shards = Self.shardCount(ofBatch: indices.count)
        makeRoomForLosses(shards)
        let workspaces = evaluators(for: sequences)
        var order = ShardOrder()
        defer { order.deallocate() }
        checkTargets(sequences, indices)
        states?.check(sequences, indices)
        let sorted = states == nil ? order.sort(indices, of: sequences) : nil
        nonisolated(unsafe) let (outputs, states, rows) = (outputs, states, sorted?.indices ?? base)
        // Outputs and states are needed by each process.
        let connection = outputs == nil && states == nil ? connection : nil
        let own = connection?.ownShards(of: shards) ?? 0..<shards
        pool.run(tasks: own.count) { task, worker in
            let shard = own.lowerBound + task
            let first = shard * shardLanes
            let count = min(shardLanes, indices.count - first)
            losses[shard] = workspaces[worker].evaluate(
                Shard(indices: rows + first, count: count), of: sequences,
                states: states?.part(ofShard: shard), keeping: outputs)
        }
        connection?.gather(losses, shards: shards, groupCount: shards)
        return total(shards: shards, count: indices.count, lossTerms(of: sequences, indices))
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
