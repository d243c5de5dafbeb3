/// The memory for the outputs of several sequences, [row][C]: a row for each sequence, or a row for each step of each
/// sequence.
struct OutputRows {
    let memory: UnsafeMutablePointer<Float>
    /// The first row of each sequence; nil if each sequence has one row.
    let firstRows: UnsafePointer<Int>?

    /// Returns the first row of the sequence at `place`.
    func firstRow(_ place: Int) -> Int { firstRows?[place] ?? place }

    /// Returns the outputs that `body` writes.
    ///
    /// - Parameters:
    ///   - size: C, the number of outputs of a row.
    ///   - lengths: The number of rows of each sequence; nil if each has one.
    ///   - count: The number of sequences.
    static func filled(
        size: Int, lengths: [Int]?, count: Int, _ body: (OutputRows) -> Void
    ) -> [Float] {
        var firstRows: [Int]?
        var rows = count
        if let lengths {
            rows = 0
            firstRows = lengths.map { length in
                defer { rows += length }
                return rows
            }
        }
        var outputs = [Float](repeating: 0, count: rows * size)
        outputs.withUnsafeMutableBufferPointer { outputs in
            guard let memory = outputs.baseAddress else { return }
            guard let firstRows else { return body(OutputRows(memory: memory, firstRows: nil)) }
            firstRows.withUnsafeBufferPointer {
                body(OutputRows(memory: memory, firstRows: $0.baseAddress))
            }
        }
        return outputs
    }
}
