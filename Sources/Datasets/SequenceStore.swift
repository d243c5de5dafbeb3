/// Checked sequences of symbols or values, one after the other in memory.
struct SequenceStore: Sendable {
    let elements: SequencePairs.Elements
    /// The steps of all sequences.
    private let steps: SequencePair.Steps
    /// [N + 1] The index of the first symbol or value of each sequence, and their number.
    private let starts: [Int]

    /// The number of sequences.
    var count: Int { starts.count - 1 }

    /// The steps of a sequence.
    subscript(index: Int) -> SequencePair.Steps {
        let range = starts[index]..<starts[index + 1]
        return switch steps {
        case .symbols(let all): .symbols(Array(all[range]))
        case .values(let all): .values(Array(all[range]))
        }
    }

    /// Copies sequences. Errors of targets say so.
    init(_ sequences: SequencePairs.Sequences, isTarget: Bool) throws(SequenceError) {
        func error(
            _ index: Int?, _ problem: SequenceError.Problem, _ expected: String, _ found: String
        ) -> SequenceError {
            SequenceError(
                sequence: index, problem: isTarget ? .target : problem, expected: expected, found: found)
        }
        guard sequences.count > 0, sequences.count <= LabeledSequences.Limits.count else {
            throw error(nil, .count, "at least one sequence", "\(sequences.count)")
        }
        /// Checks the number of steps of a sequence.
        func checkLength(_ steps: Int, _ index: Int) throws(SequenceError) {
            let limits = LabeledSequences.Limits.steps
            guard limits.contains(steps) else {
                throw error(index, .length, "1 to \(limits.upperBound) steps", "\(steps)")
            }
        }
        switch sequences {
        case .symbols(let rows, let given):
            let (next, overflows) = max(rows.lazy.joined().max() ?? 0, 0).addingReportingOverflow(1)
            let count = given ?? (overflows ? .max : next)
            let limit = LabeledSequences.Limits.symbols
            guard limit.contains(count) else {
                throw error(nil, .symbols, "1 to \(limit.upperBound) different symbols", "\(count)")
            }
            for (index, row) in rows.enumerated() {
                try checkLength(row.count, index)
                if let step = row.firstIndex(where: { !(0..<count).contains($0) }) {
                    throw error(
                        index, .symbols, "symbols from 0 to \(count - 1)", "\(row[step]) at step \(step)")
                }
            }
            (elements, steps) = (.symbols(count), .symbols(Array(rows.joined())))
            starts = Self.starts(rows.map(\.count))
        case .values(let rows, let channels):
            let limit = LabeledSequences.Limits.channels
            guard limit.contains(channels) else {
                throw error(nil, .channels, "1 to \(limit.upperBound) values of a step", "\(channels)")
            }
            for (index, row) in rows.enumerated() {
                guard row.count.isMultiple(of: channels) else {
                    throw error(
                        index, .ragged, "a multiple of \(channels) values, as there are channels",
                        "\(row.count)")
                }
                try checkLength(row.count / channels, index)
                if let place = row.firstIndex(where: { !$0.isFinite }) {
                    throw error(
                        index, .value, "finite values",
                        "\(row[place]) at step \(place / channels), channel \(place % channels)")
                }
            }
            (elements, steps) = (.values(channels), .values(Array(rows.joined())))
            starts = Self.starts(rows.map(\.count))
        }
    }

    private static func starts(_ counts: [Int]) -> [Int] {
        counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    }
}

extension SequencePairs.Sequences {
    /// The number of sequences.
    var count: Int {
        switch self {
        case .symbols(let rows, _): rows.count
        case .values(let rows, _): rows.count
        }
    }
}
