import KernelInterface

extension SequenceModel {
    /// Returns the number of multiply-adds that the engine skips when it trains on this batch. These are the
    /// multiply-adds of the first layer with features that are zero in a whole shard; they are included in the
    /// `trainingMultiplyAdds` of each sequence.
    ///
    /// The function is meant for measurements: it gathers the batch again and counts by the rules of the kernels.
    ///
    /// All sequences must have the model's length.
    package func skippedMultiplyAdds(
        _ sequences: SequenceSamples, batch indices: UnsafeBufferPointer<Int32>,
        instructionSet: InstructionSet = .best
    ) -> Int {
        guard let base = indices.baseAddress, let steps = sequenceLength else { return 0 }
        let features = stack.inputSize
        let kernels = instructionSet.kernels
        let memory = FloatBuffer(count: features * shardLanes * steps)
        let input = LaneTensor(base: memory.base, stepStride: features * shardLanes)
        let everywhere = FeatureRange(0, features)
        var skipped = 0
        for first in stride(from: 0, to: indices.count, by: shardLanes) {
            let count = min(shardLanes, indices.count - first)
            var ranges = [FeatureRange](repeating: everywhere, count: steps)
            ranges.withUnsafeMutableBufferPointer { ranges in
                kernels.gather(
                    Shard(indices: base + first, count: count), of: sequences, steps: steps,
                    features: features, into: input, ranges: ranges.baseAddress!)
            }
            let columns = skippedForward(ranges) + skippedInWeightGradient(ranges)
            skipped += columns * stack.directions * stack.gateRows * count
        }
        return skipped
    }

    /// Returns the number of features outside the range of their step, over all steps.
    private func skippedForward(_ ranges: [FeatureRange]) -> Int {
        ranges.reduce(0) { $0 + stack.inputSize - $1.count }
    }

    /// Returns the number of features before the first and after the last step at which their block of columns is not
    /// all zero, over all steps. A block has four columns; each column after the last whole block is a separate block.
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
