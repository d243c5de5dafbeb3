/// The error that sequences cannot be used for training. The description says which sequence, what was expected and
/// what was found.
public struct SequenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The index of the sequence, from 0; nil if the error is not in one sequence.
    public let sequence: Int?
    package let problem: Problem
    package let expected: String
    package let found: String

    package enum Problem: String, Sendable {
        case count = "sequences"
        case channels
        case length
        case ragged = "values"
        case value = "a value"
        case label
        case symbols
        case classes
        case target = "targets"
        case weight = "weights"
    }

    package init(sequence: Int?, problem: Problem, expected: String, found: String) {
        self.sequence = sequence
        self.problem = problem
        self.expected = expected
        self.found = found
    }

    public var description: String {
        let place = sequence.map { "sequence \($0): " } ?? ""
        return "\(place)\(problem.rawValue): expected \(expected), found \(found)"
    }
}

extension SequenceError {
    /// Checks that there are `count` weights, of which a mean can be computed.
    static func check(weights: [Float], count: Int) throws(SequenceError) {
        guard weights.count == count else {
            throw SequenceError(
                sequence: nil, problem: .weight, expected: "\(count), one for each sequence",
                found: "\(weights.count)")
        }
        let limits = LabeledSequences.Limits.weights
        if let index = weights.firstIndex(where: { $0 != 0 && !limits.contains($0) }) {
            throw SequenceError(
                sequence: index, problem: .weight, expected: "0, or a number from 1e-20 to 1e20",
                found: "\(weights[index])")
        }
        guard weights.contains(where: { $0 > 0 }) else {
            throw SequenceError(sequence: nil, problem: .weight, expected: "one above 0", found: "only 0")
        }
    }
}
