import TestSupport
import Testing

@testable import Training

@Suite("Messages about checkpoints")
struct CheckpointMessageTests {
    @Test func `every error of a checkpoint`() throws {
        let problems: KeyValuePairs<String, CheckpointError.Problem> = [
            "digest": .digest(expected: "0123", found: "4567"), "missing": .missing("model"),
            "invalid": .invalid("model", "REASON"), "tensors": .tensors(expected: 10, found: 9),
            "notFinite": .notFinite, "scoresNotFinite": .scoresNotFinite, "ofModules": .ofModules,
            "misfit": .misfit(expected: "an optimizer with \"exp_avg\"", found: "one with no buffer"),
            "otherParameters": .otherParameters(
                TensorDifferences(
                    expected: [("fc.bias", [2]), ("fc.weight", [2, 3])],
                    found: [("fc.scale", [4]), ("fc.weight", [2, 4])])),
        ]
        let messages = problems.map { name, problem in
            "\(name)\n\(CheckpointError(path: "FILE", problem: problem))\n"
        }
        try Snapshot.check(messages.joined(separator: "\n"), "Messages/checkpoint-errors")
    }
}
