import Platform
import TestSupport
import Testing
import Training

@testable import Runs

@Suite("Messages about receipts")
struct ReceiptMessageTests {
    private static let digests = ["a", "b"].map { String(repeating: $0, count: 64) }

    @Test func `every error of a receipt`() throws {
        let (path, a, b) = ("runs/a/receipt.json", Self.digests[0], Self.digests[1])
        let errors: KeyValuePairs<String, ReceiptError> = [
            "otherFormat": .otherFormat(path: path, expected: 1, found: 2),
            "changed": .changed(path: path, expected: a, found: b),
            "otherProgram": .otherProgram(
                path: path, expected: "mnist-bilstm", found: "sequence-classifier"),
            "otherTrajectory": .otherTrajectory(path: path, version: "0.1.0", expected: 2, found: 1),
            "noFile": .noFile(path: "receipt.json"), "missing": .missing(run: "runs/a"),
            "empty": .empty(path: path, resume: "mnist-bilstm --resume a"),
            "empty": .empty(path: path, resume: nil),
            "invalidOptions": .invalidOptions(
                path: path, reason: #""patience": expected 5, found 6"#),
            "otherContent": .otherContent(
                path: path, role: "train_images", expected: a, found: b, option: "--data"),
            "missingModel": .missingModel(path: path, role: "teacher", sha256: a, option: "--teacher"),
            "tooFewEpochs": .tooFewEpochs(path: path, asked: 9, found: 3),
        ]
        try Snapshot.check(
            messages: errors.map { ($0.key, $0.value.description) }, "receipt-errors",
            declaredIn: "Sources/Runs/ReceiptError.swift", by: ["case "])
    }

    @Test func `every result of a verification and of a comparison`() throws {
        let (a, b) = (Self.digests[0], Self.digests[1])
        let difference = StateDifference(tensor: "lstm.weight_hh_l0", index: [3, 7], values: [0.5, 0.25])
        func checkpoints(_ equal: Int?, _ different: Int?) -> VerificationResult.ComparedCheckpoints {
            var checkpoints = VerificationResult.ComparedCheckpoints()
            checkpoints.equal = equal
            checkpoints.different = different.map { .init(step: $0, difference: difference) }
            return checkpoints
        }
        func other(_ checkpoints: VerificationResult.ComparedCheckpoints?) -> VerificationResult {
            .otherWeights(epoch: 2, expected: a, found: b, checkpoints: checkpoints)
        }
        let results: [VerificationResult] = [
            .reproduced(epochs: 3, count: 3, scores: .equal("Test Acc: 97.12 ± 0.17")),
            .reproduced(epochs: 1, count: 3, scores: .notCompared),
            .reproduced(epochs: 2, count: 2, scores: .absent),
            other(nil), other(checkpoints(nil, nil)), other(checkpoints(400, nil)),
            other(checkpoints(nil, 400)), other(checkpoints(399, 400)), other(checkpoints(100, 400)),
            .otherCheckpoint(checkpoints(399, 400)), .otherEnd(expected: 3, found: 2),
            .otherScores(["test_accuracy: expected 97.5, found 97.25", "test_loss: expected 0.5, found none"]
            ),
        ]
        #expect(results.map(\.isReproduced) == results.indices.map { $0 < 3 })
        let parted: [RunDivergence.Result] = [
            .never(steps: 4690), .otherModels("1 lstm layer", "2 lstm layers"), .parted(step: 0, difference),
            .parted(step: 470, difference), .between(equal: 469, different: 938, reason: "the reason"),
        ]
        let texts = results.map(\.description) + parted.map { $0.text(["first", "second"]) }
        try Snapshot.check(texts.joined(separator: "\n\n") + "\n", "Messages/receipt-results")
    }
}
