/// Sorts the sequences of a batch by length, with the longest first, so that the sequences of a shard have similar
/// lengths and the shard ends early. Sequences of the same length keep their order.
struct ShardOrder {
    private var keys: [UInt64] = []
    private var memory = UnsafeMutableBufferPointer<Int32>(start: nil, count: 0)

    /// The sorted sequences.
    struct Sorted {
        /// [N] The indices of the sequences.
        let indices: UnsafePointer<Int32>
        /// [N] Their places in the batch.
        let places: UnsafePointer<Int32>
    }

    /// Returns the sorted batch, which is valid until the next call; nil if all sequences have the same length.
    mutating func sort(_ batch: UnsafeBufferPointer<Int32>, of sequences: SequenceSamples) -> Sorted? {
        guard let lengths = sequences.places?.lengths, !batch.isEmpty else { return nil }
        if memory.count < 2 * batch.count {
            memory.deallocate()
            memory = .allocate(capacity: 2 * batch.count)
            memory.initialize(repeating: 0)
        }
        keys.removeAll(keepingCapacity: true)
        for place in 0..<batch.count {
            let length = UInt32(bitPattern: lengths[Int(batch[place])])
            keys.append(UInt64(~length) << 32 | UInt64(place))
        }
        keys.sort()
        let (indices, places) = (memory.baseAddress!, memory.baseAddress! + batch.count)
        for (row, key) in keys.enumerated() {
            places[row] = Int32(truncatingIfNeeded: key)
            indices[row] = batch[Int(places[row])]
        }
        return Sorted(indices: UnsafePointer(indices), places: UnsafePointer(places))
    }

    func deallocate() { memory.deallocate() }
}
