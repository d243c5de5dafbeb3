import KernelInterface

// Copies the elements of tensors to and from the lanes of a shard.

/// The content of the lanes past the last sequence.
enum IdleLanes {
    /// Zeros, for gradients.
    case zero
    /// Copies of the last sequence, for inputs and states. An idle lane then overflows only if a sequence does;
    /// infinity times its zero gradient would be NaN.
    case copyOfLast
}

extension Tensor {
    /// Copies the sequences of a shard to its lanes, [group][width][lane].
    ///
    /// - Parameter places: The places of the sequences' numbers in the tensor.
    func copy(
        _ shard: Int, _ order: LaneOrder, _ places: LanePlaces, idle: IdleLanes, to target: LaneTensor,
        by kernels: any SampleKernels
    ) {
        let count = order.count(ofShard: shard)
        if let lanes, lanes.places.matches(places), lanes.order == order {
            let block = lanes.block
            let (source, size) = (block[shard].base, places.width * shardLanes)
            for group in 0..<places.groups { target[group].update(from: source + group * size, count: size) }
            withExtendedLifetime(block) {}
            if idle == .copyOfLast { fillIdleLanes(from: count, places, target) { $0[count - 1] } }
        } else {
            elements.withUnsafeBufferPointer { elements in
                order.sequences.withUnsafeBufferPointer { sequences in
                    let sequences = sequences.baseAddress! + shard * shardLanes
                    let groups = places.isContiguous ? places.groups : 1
                    for group in stride(from: 0, to: places.groups, by: groups) {
                        kernels.gather(
                            values: elements.baseAddress! + group * places.groupStride,
                            sampleStride: places.sequenceStride, indices: sequences, count: count,
                            steps: groups, features: places.width, into: target.advanced(steps: group))
                    }
                }
            }
        }
        if idle == .zero { fillIdleLanes(from: count, places, target) { _ in 0 } }
    }
}

extension LaneBlock {
    /// The numbers in the row-major order of a tensor.
    var elements: [Float] {
        Array(unsafeUninitializedCapacity: order.count * places.rows) { elements, count in
            let kernels = InstructionSet.best.kernels
            order.sequences.withUnsafeBufferPointer { sequences in
                for shard in 0..<order.shardCount {
                    let groups = places.isContiguous ? places.groups : 1
                    for group in stride(from: 0, to: places.groups, by: groups) {
                        kernels.scatter(
                            self[shard].advanced(steps: group), steps: groups, features: places.width,
                            into: elements.baseAddress! + group * places.groupStride,
                            sampleStride: places.sequenceStride,
                            indices: sequences.baseAddress! + shard * shardLanes,
                            count: order.count(ofShard: shard))
                    }
                }
            }
            count = order.count * places.rows
            withExtendedLifetime(self) {}
        }
    }

    /// Copies the elements of a tensor at the places of the block.
    func fill(from tensor: Tensor, idle: IdleLanes, by kernels: any SampleKernels) {
        for shard in 0..<order.shardCount {
            tensor.copy(shard, order, places, idle: idle, to: self[shard], by: kernels)
        }
    }
}

private func fillIdleLanes(
    from count: Int, _ places: LanePlaces, _ target: LaneTensor,
    _ number: (UnsafeMutablePointer<Float>) -> Float
) {
    guard count < shardLanes else { return }
    for group in 0..<places.groups {
        for row in 0..<places.width {
            let lanes = target[group] + row * shardLanes
            let filling = number(lanes)
            for lane in count..<shardLanes { lanes[lane] = filling }
        }
    }
}
