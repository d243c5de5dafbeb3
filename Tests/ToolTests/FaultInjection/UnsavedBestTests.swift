import Foundation
import Testing

/// Training continues if the checkpoint of the best epoch cannot be saved, and the final scores are still that epoch's
/// scores.
@Suite("A best checkpoint that cannot be saved", .timeLimit(.minutes(60))) struct UnsavedBestTests {
    /// A training of five epochs; the second one, which ends at step 6, is the best.
    static func training(checkpointEvery: String = "1") -> ShortTraining {
        ShortTraining(epochs: 5, checkpointEvery: checkpointEvery)
            .with("--learning-rate", "0.1", "--on-save-error", "continue")
    }
    static let best = "step-0000006"

    /// The scores that a run prints and stores at its end.
    struct Scores: Hashable {
        let line: String?
        let summary: Data

        init(_ place: Workplace, _ outcome: Tool.Outcome) throws {
            line = outcome.lines.last { $0.contains("Test Acc") }
            let all = try #require(
                JSONSerialization.jsonObject(with: place.bytes("summary.json")) as? [String: Any])
            let scores = all.filter {
                $0.key == "best" || $0.key == "scored_epoch" || $0.key.hasSuffix("_accuracy")
                    || $0.key.hasSuffix("_loss") || $0.key == "state"
            }
            summary = try JSONSerialization.data(withJSONObject: scores, options: .sortedKeys)
        }
    }

    private func scores(_ training: ShortTraining) throws -> Scores {
        let place = try training.place()
        let scores = try Scores(place, place.start(training).finish())
        try #require(place.target(of: "best")?.hasPrefix(Self.best) == true)
        try #require(scores.line?.hasSuffix("(epoch 1, lowest validation loss)") == true)
        return scores
    }

    @Test(
        arguments: [(.create, best), (.sync, best), (.rename, best), (.symlink, "best.safetensors")]
            as [(FileOperation.Kind, String)], ["1", "2steps"])
    func `the best checkpoint is saved with the next scheduled one`(
        fault: (kind: FileOperation.Kind, name: String), every: String
    ) throws {
        let training = Self.training(checkpointEvery: every)
        // The first link to the best checkpoint is made after the first epoch.
        let number = fault.kind == .symlink ? 2 : 1
        let place = try training.place()
        let faults = Faults.fail(fault.kind, number, EIO, of: fault.name)
        let outcome = try place.start(training, faults).finish()
        #expect(outcome.exitCode == 74)
        #expect(outcome.output.contains("Warning: "))
        #expect(try Scores(place, outcome) == scores(training))
        expectEqual(try place.files(), try training.uninterrupted())
    }

    /// The best epoch is scored from memory; a resume trains the epochs that were not saved again.
    @Test(
        arguments: [(.create, best), (.rename, best), (.symlink, "best.safetensors")]
            as [(FileOperation.Kind, String)])
    func `the best checkpoint is never saved`(fault: (kind: FileOperation.Kind, name: String)) throws {
        let training = Self.training()
        let place = try training.place()
        let number = fault.kind == .symlink ? 2 : 1
        let outcome = try place.start(training, .fail(fault.kind, number, ENOSPC, of: fault.name, every: 1))
            .finish()
        #expect(outcome.exitCode == 74)
        #expect(try Scores(place, outcome) == scores(training))
        #expect(outcome.output.split(separator: "Warning: ").count == 2, "\(outcome.output)")

        let resumed = try place.start(training).finish()
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        #expect(try Scores(place, resumed) == scores(training))
        expectEqual(try place.files(), try training.uninterrupted())
    }

    /// The disk is full from the best epoch on: the scores are printed but not stored.
    @Test func `the scores are printed on a full disk`() throws {
        let training = Self.training()
        let place = try training.place()
        let outcome = try place.start(training, .fail(.create, 1, ENOSPC, of: Self.best, every: 1)).finish()
        let full = try training.place()
        let first = try training.operations().prefix(training.number(of: .create, to: Self.best))
            .filter { $0.kind == .create }.count
        let onFull = try full.start(training, .fail(.create, first, ENOSPC, every: 1)).finish()
        #expect(onFull.exitCode == 74)
        #expect(onFull.lines.last { $0.contains("Test Acc") } == (try Scores(place, outcome).line))
        #expect(onFull.lines.contains { $0.contains("Test Acc") })
    }

    /// The run is killed while the best checkpoint is only in memory, or while it is saved with the next checkpoint.
    @Test func `the best checkpoint is found after a kill`() throws {
        let training = Self.training()
        let expected = try training.uninterrupted()
        let failure = Faults.fail(.create, 1, EIO, of: Self.best)
        let journal = try training.place()
        _ = try journal.start(training, failure).ending()
        let operations = try FileOperation.journal(journal.journal)
        let failed = try #require(operations.firstIndex { $0.error != 0 })
        let saved = try #require(
            operations.firstIndex { $0.kind == .rename && $0.other.contains("step-0000009") })
        for number in failed + 2...saved + 4 {
            var faults = failure
            faults.kill = .before(number)
            let place = try training.place()
            try #require(try place.start(training, faults).ending() == -SIGKILL)
            expectEqual(try place.finish(training), expected, "\(faults)")
        }
    }
}
