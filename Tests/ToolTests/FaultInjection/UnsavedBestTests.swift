import Foundation
import Testing

/// Training goes on when the checkpoint of the best epoch cannot be saved; the scores are that epoch's anyway.
@Suite("A best checkpoint that cannot be saved", .timeLimit(.minutes(60))) struct UnsavedBestTests {
    /// The second of five epochs is the best, which is at step 6.
    static func training(checkpointEvery: String = "1") -> ShortTraining {
        ShortTraining(epochs: 5, checkpointEvery: checkpointEvery)
            .with("--learning-rate", "0.1", "--on-save-error", "continue")
    }
    static let best = "step-0000006"

    /// What is said and kept of the end of a run.
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
        // The first link to a best is that of the first epoch.
        let number = fault.kind == .symlink ? 2 : 1
        let place = try training.place()
        let faults = Faults.fail(fault.kind, number, EIO, of: fault.name)
        let outcome = try place.start(training, faults).finish()
        #expect(outcome.exitCode == 74)
        #expect(outcome.output.contains("Warning: "))
        #expect(try Scores(place, outcome) == scores(training))
        expectEqual(try place.files(), try training.uninterrupted())
    }

    /// Scored from memory; a resume does what is not saved again.
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

    /// The disk is full from there on: nothing is kept of the scores, but they are said.
    @Test func `a full disk is reported`() throws {
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

    /// Killed while it is only in memory, or half saved with the next.
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
