import Platform

extension LabeledSequences {
    /// Returns the sequences at `indices`, in that order. The values are shared, not copied. No index and an index outside
    /// 0 ..< count trap.
    package func sequences(at indices: [Int]) -> LabeledSequences { LabeledSequences(self, indices) }

    private init(_ source: LabeledSequences, _ indices: [Int]) {
        precondition(
            !indices.isEmpty && indices.allSatisfy((0..<source.count).contains),
            "indices: expected some of 0 to \(source.count - 1), received \(indices.count)")
        count = indices.count
        (channels, targets, values) = (source.channels, source.targets, source.values)
        let lengths = indices.map { Int32(source.length($0)) }
        longest = Int(lengths.max()!)
        let starts = indices.map { source.firstSteps.elements(of: Int.self)[$0] }
        firstSteps = starts.withUnsafeBytes { ByteStorage(copying: Array($0)) }
        self.lengths = lengths.withUnsafeBytes { ByteStorage(copying: Array($0)) }
        weights = source.weights.map { weights in
            let all = weights.elements(of: Float.self)
            return ByteStorage(joining: [indices.map { all[$0] }])
        }
        switch source.targets {
        case .stepClasses, .stepValues: targetStorage = source.targetStorage
        case .classes:
            let labels = source.targetStorage.elements(of: UInt8.self)
            targetStorage = ByteStorage(copying: indices.map { labels[$0] })
        case .values(let width):
            let numbers = source.targetStorage.elements(of: Float.self)
            targetStorage = ByteStorage(floatCount: indices.count * width) { target in
                for (row, index) in indices.enumerated() {
                    for column in 0..<width { target[row * width + column] = numbers[index * width + column] }
                }
            }
        }
    }

    /// The values of each channel, over all steps of all sequences.
    package var columns: [[Double]] {
        let all = values.elements(of: Float.self)
        let starts = firstSteps.elements(of: Int.self)
        return (0..<channels).map { channel in
            var column: [Double] = []
            column.reserveCapacity(stepCount)
            for index in 0..<count {
                for step in starts[index]..<starts[index] + length(index) {
                    column.append(Double(all[step * channels + channel]))
                }
            }
            return column
        }
    }

    /// The class of each sequence; empty if the sequences do not have one class each.
    package var labels: [Int] {
        guard case .classes = targets else { return [] }
        return targetStorage.elements(of: UInt8.self).map(Int.init)
    }

    /// The number of targets of each class: of sequences, or of steps; empty if the targets are values.
    package var classCounts: [Int] {
        let all = targetStorage.elements(of: UInt8.self)
        switch targets {
        case .values, .stepValues: return []
        case .classes(let names):
            return labels.reduce(into: .init(repeating: 0, count: names.count)) { $0[$1] += 1 }
        case .stepClasses(let names):
            var counts = [Int](repeating: 0, count: names.count)
            for index in 0..<count {
                let first = firstSteps.elements(of: Int.self)[index]
                for step in first..<first + length(index) { counts[Int(all[step])] += 1 }
            }
            return counts
        }
    }

    /// Splits the sequences at random into two sets, both at least one sequence. With classes, each class is split by the
    /// same fraction (a stratified split). The second set has the fraction of all sequences, rounded to a whole number;
    /// the classes that lose most by rounding down get one more.
    ///
    /// - Parameters:
    ///   - fraction: The fraction of the second set, above 0 and below 1; another one traps, and so does a single
    ///     sequence.
    ///   - seed: The seed of the split.
    public func split(test fraction: Double, seed: UInt64) -> (
        train: LabeledSequences, test: LabeledSequences
    ) {
        let split = RandomSplit(of: count, test: fraction, labels: labels, seed: seed)
        return (sequences(at: split.train), sequences(at: split.test))
    }
}

extension LabeledSequences {
    /// Returns the same sequences with a weight for each in the loss: a mean loss is Σ weight · loss / Σ weight. A sequence
    /// with the weight 2 counts as two, and one with the weight 0 is not learned. Accuracies are not weighted. A batch whose
    /// weights are all 0 has no loss and a gradient of zero; momentum and weight decay still change the parameters.
    ///
    /// - Parameter weights: [N] The weights, 0 or from 10⁻²⁰ to 10²⁰, not all 0.
    /// - Throws: ``SequenceError`` for a wrong number of weights, and for other weights.
    public func weighted(by weights: [Float]) throws(SequenceError) -> LabeledSequences {
        try SequenceError.check(weights: weights, count: count)
        return LabeledSequences(self, weights: ByteStorage(joining: [weights]))
    }

    private init(_ source: LabeledSequences, weights: ByteStorage) {
        (count, channels, longest) = (source.count, source.channels, source.longest)
        (targets, values, targetStorage) = (source.targets, source.values, source.targetStorage)
        (firstSteps, lengths) = (source.firstSteps, source.lengths)
        self.weights = weights
    }
}

extension LabeledSequences {
    /// Returns the sequences without a part that is set aside at random, of each class, and the part.
    ///
    /// - Parameters:
    ///   - part: The fraction of the sequences, below 1, or their number.
    ///   - seed: The seed of the choice.
    /// - Returns: Nil if no sequence would remain.
    package func settingAside(
        _ part: Double, seed: UInt64
    ) -> (rest: LabeledSequences, part: LabeledSequences)? {
        guard part > 0, part < Double(count), count > 1 else { return nil }
        let number = part < 1 ? max(1, Int((Double(count) * part).rounded())) : Int(part)
        guard number < count else { return nil }
        let split = RandomSplit(of: count, testCount: number, labels: labels, seed: seed)
        return (sequences(at: split.train), sequences(at: split.test))
    }
}
