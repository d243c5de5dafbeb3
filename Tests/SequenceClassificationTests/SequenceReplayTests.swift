import Console
import Foundation
import Platform
import RunSamples
import Runs
import SequenceClassification
import TestSupport
import Testing
import Training

/// Every state of a run of sequences or of a text is computed again to the same bytes.
@Suite("Replay of a run of sequences") struct SequenceReplayTests {
    private let directory = try! TemporaryDirectory()

    private func options() throws -> SequenceTraining.Options {
        var options = SequenceTraining.Options()
        options.runs = directory.file("runs")
        (options.name, options.epochs, options.batchSize, options.hiddenSize) = ("small", 3, 8, 4)
        (options.threads, options.checkpoints.every, options.checkpoints.kept) = (1, .steps(1), 1000)
        return options
    }

    private func prove<Task: ClassifierTraining>(_ training: Task) throws {
        let run = try TrainedRun.train(training)
        let store = CheckpointStore(run)
        let steps = try store.steps()
        let own = try steps.map { try #require(try store.undamaged(atStep: $0)).serialized() }
        try TrainedRun.keep([steps.count], of: run)
        let replay = try SequenceTraining.replay(of: run)
        for step in [2, steps.count / 3, steps.count / 2, steps.count - 1, 1] {
            #expect(try replay.state(after: step).checkpoint.serialized() == own[step - 1], "step \(step)")
        }
        try proveReceipt(of: run, training)
    }

    /// The training of the receipt is repeated; of one with another digest it is not.
    private func proveReceipt<Task: ClassifierTraining>(of run: RunDirectory, _ training: Task) throws {
        let receipt = try Receipt.read(from: run.receipt)
        func verify(_ receipt: Receipt, of run: RunDirectory?) throws -> VerificationResult {
            try ReceiptVerification<Task>(receipt, path: "receipt.json", of: run, options: training.options)
                .verify(console: Console(terminal: .silent))
        }
        #expect(try verify(receipt, of: run).isReproduced)
        #expect(try verify(receipt, of: nil).isReproduced)
        #expect(receipt.scores.has(.test))
        #expect(try !text(run.receipt).contains(directory.path))
        #expect(receipt.isOfText == (Task.self == TextTraining.self))
        var forged = receipt
        forged.epochs[2] = receipt.epochs[1]
        guard case .otherWeights(2, _, _, let checkpoints?) = try verify(forged, of: run) else {
            Issue.record("another digest is taken")
            return
        }
        #expect(checkpoints.equal != nil && checkpoints.different == nil)
    }

    @Test(arguments: ["lstm", "gru-reset-before"])
    func `sequences of different lengths`(_ cell: String) throws {
        var state: UInt64 = 1
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 40
        }
        let lines = (0..<48).map { index in
            (0..<Int(3 + next() % 6)).map { _ in "\(Double(next() % 1000) / 100)" }.joined(separator: ",")
                + ":" + ["a", "b", "c"][index % 3]
        }
        var options = try options()
        options.data = try directory.add(
            "x.ts", "@classLabel true a b c\n@data\n" + lines.joined(separator: "\n"))
        (options.testShare, options.validation, options.dropout, options.layers) = (0.2, 0.2, 0.2, 2)
        options.cell = cell == "lstm" ? .lstm : .gruResetBefore
        try prove(SequenceTraining(options: options))
    }

    @Test func `a text, whose states are carried from step to step`() throws {
        var options = try options()
        let words = (0..<400).map { ["one ", "two ", "three, ", "four. "][($0 * $0 + $0 / 3) % 4] }
        options.text = try directory.add("text.txt", words.joined())
        (options.bidirectional, options.window, options.validation) = (false, 12, 0.1)
        (options.testShare, options.logEvery) = (0.1, 4)
        try prove(TextTraining(options: options))
    }
}
