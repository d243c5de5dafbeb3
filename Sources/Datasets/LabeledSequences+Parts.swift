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
        let share = part < 1 ? part : part / Double(count)
        guard share > 0, share < 1, count > 1 else { return nil }
        let (rest, part) = split(test: share, seed: seed)
        return (rest, part)
    }
}
