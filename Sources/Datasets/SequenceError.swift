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
