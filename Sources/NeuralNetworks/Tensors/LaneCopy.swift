import KernelInterface

// Copies arrays of sequences to and from the lanes of a shard. `sequences` are the indices of the shard's sequences
// in the batch, one for each lane.

/// The content of the lanes past the last sequence.
enum IdleLanes {
    /// Zeros, for gradients.
    case zero
    /// Copies of the last sequence, for inputs and states. An idle lane then overflows only if a sequence does;
    /// infinity times its zero gradient would be NaN.
    case copyOfLast
}

/// Copies (N, L, features) to [L][features][lane].
func scatter(
    _ array: [Float], _ sequences: [Int], steps: Int, features: Int, idle: IdleLanes, to tensor: LaneTensor
) {
    array.withUnsafeBufferPointer { array in
        for step in 0..<steps {
            let target = tensor[step]
            for feature in 0..<features {
                for (lane, sequence) in sequences.enumerated() {
                    target[feature * shardLanes + lane] =
                        array[(sequence * steps + step) * features + feature]
                }
                let last = target[feature * shardLanes + sequences.count - 1]
                for lane in sequences.count..<shardLanes {
                    target[feature * shardLanes + lane] = idle == .zero ? 0 : last
                }
            }
        }
    }
}

/// Copies [L][features][lane] to (N, L, features).
func gather(
    _ tensor: LaneTensor, _ sequences: [Int], steps: Int, features: Int, to array: inout [Float]
) {
    array.withUnsafeMutableBufferPointer { array in
        for (lane, sequence) in sequences.enumerated() {
            for step in 0..<steps {
                let source = tensor[step]
                for feature in 0..<features {
                    array[(sequence * steps + step) * features + feature] =
                        source[feature * shardLanes + lane]
                }
            }
        }
    }
}

/// Copies entry `index` of (states, N, H) to [H][lane].
func scatterState(
    _ array: [Float], _ index: Int, _ sequences: [Int], batch: Int, hidden: Int, idle: IdleLanes,
    to target: UnsafeMutablePointer<Float>
) {
    target.clear(count: hidden * shardLanes)
    for lane in 0..<(idle == .zero ? sequences.count : shardLanes) {
        let first = (index * batch + sequences[min(lane, sequences.count - 1)]) * hidden
        for unit in 0..<hidden { target[unit * shardLanes + lane] = array[first + unit] }
    }
}

/// Copies [H][lane] to entry `index` of (states, N, H).
func gatherState(
    _ source: UnsafePointer<Float>, _ index: Int, _ sequences: [Int], batch: Int, hidden: Int,
    to array: inout [Float]
) {
    for (lane, sequence) in sequences.enumerated() {
        let first = (index * batch + sequence) * hidden
        for unit in 0..<hidden { array[first + unit] = source[unit * shardLanes + lane] }
    }
}
