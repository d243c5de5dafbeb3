import KernelInterface

extension SequenceModel {
    /// Multiply-adds, of the `trainingMultiplyAdds` of each sequence, that the engine leaves out when it trains
    /// on this batch: those of the first layer with features that are zero in a whole shard.
    ///
    /// For measuring: it gathers the batch once more and counts by the rules of the kernels.
    package func skippedMultiplyAdds(
        _ sequences: SequenceSamples, batch indices: UnsafeBufferPointer<Int32>,
        instructionSet: InstructionSet = .best
    ) -> Int {
        guard let base = indices.baseAddress else { return 0 }
        let features = stack.inputSize
        let kernels = instructionSet.kernels
        let memory = FloatBuffer(count: features * shardLanes * sequenceLength)
        let input = LaneTensor(base: memory.base, stepStride: features * shardLanes)
        let everywhere = FeatureRange(0, features)
        var skipped = 0
        for first in stride(from: 0, to: indices.count, by: shardLanes) {
            let count = min(shardLanes, indices.count - first)
            var ranges = [FeatureRange](repeating: everywhere, count: sequenceLength)
            ranges.withUnsafeMutableBufferPointer { ranges in
                kernels.gather(
                    Shard(indices: base + first, count: count), of: sequences, self, into: input,
                    ranges: ranges.baseAddress!)
            }
            let columns = skippedForward(ranges) + skippedInWeightGradient(ranges)
            skipped += columns * stack.directions * stack.gateRows * count
        }
        return skipped
    }

    /// Features of all steps outside the range of their step.
    private func skippedForward(_ ranges: [FeatureRange]) -> Int {
        ranges.reduce(0) { $0 + stack.inputSize - $1.count }
    }

    /// Features of all steps before the first and after the last step at which a block of four columns (the
    /// columns after the last whole block are taken one by one) is not all zero.
    private func skippedInWeightGradient(_ ranges: [FeatureRange]) -> Int {
        var skipped = 0
        var column = 0
        while column < stack.inputSize {
            let width = column + 4 <= stack.inputSize ? 4 : 1
            let isUsed = { (range: FeatureRange) in range.overlaps(column, column + width) }
            let first = ranges.firstIndex(where: isUsed)
            let used = first.map { ranges.lastIndex(where: isUsed)! - $0 + 1 } ?? 0
            skipped += width * (ranges.count - used)
            column += width
        }
        return skipped
    }
}
