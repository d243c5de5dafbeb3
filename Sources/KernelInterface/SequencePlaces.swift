/// The places of sequences of different lengths in one array of steps.
@usableFromInline package struct SequencePlaces {
    /// [N] The index of the first step of each sequence.
    @usableFromInline package let firstSteps: UnsafePointer<Int>
    /// [N] The number of steps of each sequence, at least 1.
    @usableFromInline package let lengths: UnsafePointer<Int32>
    /// The greatest of `lengths`.
    @usableFromInline package let longest: Int

    package init(firstSteps: UnsafePointer<Int>, lengths: UnsafePointer<Int32>, longest: Int) {
        self.firstSteps = firstSteps
        self.lengths = lengths
        self.longest = longest
    }
}
