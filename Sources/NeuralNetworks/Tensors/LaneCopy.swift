import KernelInterface

// Arrays of sequences to and from the lanes of a shard. `sequences` are those that the shard has, one in each lane.

/// What the lanes past the last sequence hold.
enum IdleLanes {
    /// What nothing is to come of: gradients.
    case zero
    /// What must not go astray where no sequence does: infinity times a gradient of zero would be felt.
    case copyOfLast
}

/// (N, L, features) to [L][features][lane].
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

/// [L][features][lane] to (N, L, features).
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

/// Entry `index` of (states, N, H) to [H][lane].
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

/// [H][lane] to entry `index` of (states, N, H).
func gatherState(
    _ source: UnsafePointer<Float>, _ index: Int, _ sequences: [Int], batch: Int, hidden: Int,
    to array: inout [Float]
) {
    for (lane, sequence) in sequences.enumerated() {
        let first = (index * batch + sequence) * hidden
        for unit in 0..<hidden { array[first + unit] = source[unit * shardLanes + lane] }
    }
}
