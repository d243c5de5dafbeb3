import Foundation
import ImageClassification
import Platform
import Randomness
import Runs
import Sweeps
import TestSupport
import Testing

/// Sweeps that pause settings and stop when the result is settled.
@Suite("Sweeps of the tool until a result is settled", .timeLimit(.minutes(60))) struct SweepUntilTests {
    private let place: Workplace

    init() throws { place = try Workplace(SmallImages(train: 120, test: 50)) }

    /// One setting learns nothing, the other much.
    private static let options = [
        "--set", "learning-rate=0.000001,0.02", "--epochs", "4", "--cell", "gru", "--hidden-size", "8",
        "--layers", "1",
        "--readout", "last", "--batch-size", "20", "--validation", "40", "--log-every", "0", "--schedule",
        "constant",
    ]

    private func words(_ name: String, _ until: String, seeds: String = "0-19") -> [String] {
        ["sweep", "--name", name, "--until", until, "--seeds", seeds, "--no-lookup"] + Self.options
            + place.places
    }

    private func resume(_ name: String, _ more: String...) throws -> Tool.Outcome {
        try Tool.run(["sweep", "--resume", name, "--runs", place.runs, "--no-lookup"] + more)
    }

    private func path(_ name: String) -> String { place.runs + "/sweeps/" + name }

    /// The files that are the same after any interruption.
    private func files(_ name: String) throws -> [String] {
        try ["results.csv", "test.json"].map { try text(path(name) + "/" + $0) }
    }

    @Test func `a sweep stops when it is settled, with the same results for any number of jobs`() throws {
        let outcome = try Tool.run(words("one", "0.05") + ["--jobs", "1"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.lines[0].hasSuffix("2 settings × up to 20 seeds, at most 40 entries"))
        let line = try #require(outcome.lines.first { $0.hasPrefix("Settled after ") }, "\(outcome.output)")
        let seeds = try #require(Int(line.split(separator: " ")[2]))
        #expect((6..<20).contains(seeds) && line.contains("learning-rate 0.02, "), "\(line)")
        #expect(outcome.output.contains("Paused after \(seeds) seeds: learning-rate 0.000001"))
        #expect(try text(path("one") + "/results.csv").split(separator: "\n").count == 1 + 2 * seeds)
        let many = try Tool.run(words("many", "0.05") + ["--jobs", "7"])
        #expect(many.exitCode == 0, "\(many.errors)")
        #expect(try files("many") == files("one"))
        let again = try resume("one")
        #expect(again.exitCode == 0 && !again.output.contains("\n["), "\(again.output)")
        let list = try Tool.run(["runs", "--runs", place.runs])
        #expect(list.output.contains("\(2 * seeds)/\(2 * seeds)"), "\(list.output)")
    }

    @Test(arguments: 0..<2 as Range<UInt64>)
    func `killed at random instants, a sweep is resumed with the same results`(chain: UInt64) throws {
        let start = ContinuousClock.now
        let expected = try Tool.run(words("whole", "0.05"))
        let duration = (ContinuousClock.now - start) / .milliseconds(1)
        try #require(expected.exitCode == 0, "\(expected.errors)")
        var (random, kills) = (SplitMix64(chain), 0)
        for _ in 0..<8 {
            let tool = try RunningTool(words("killed", "0.05") + ["--jobs", "2"])
            usleep(UInt32(1000 * duration * (0.1 + 0.4 * Double(random.nextUnit()))))
            tool.send(chain == 0 ? SIGKILL : SIGTERM)
            if tool.ending() == 0 { break }
            kills += 1
        }
        #expect(kills > 0)
        let outcome = try Tool.run(words("killed", "0.05"))
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try files("killed") == files("whole"), "after \(kills) kills")
    }

    @Test func `a paused setting continues where it stopped, and has the same weights as without a pause`()
        throws
    {
        let first = try Tool.run(words("paused", "0.05", seeds: "0-9") + ["--jobs", "3"])
        #expect(
            first.exitCode == 0 && first.output.contains("\nSettled after "), "\(first.output)\(first.errors)"
        )
        // Ten seeds are too few for this probability, so all are trained.
        let resumed = try resume("paused", "--until", "0.00001")
        #expect(
            resumed.exitCode == 0 && resumed.output.contains("\nNot settled with all seeds"),
            "\(resumed.output)")
        let never = try Tool.run(words("never", "0.00001", seeds: "0-9"))
        #expect(never.exitCode == 0, "\(never.errors)")
        #expect(try files("paused") == files("never"))
        #expect(try weights("paused") == weights("never"))
        let larger = try resume("paused", "--until", "0.05")
        #expect(larger.exitCode == 64 && larger.errors.contains("expected at most 1e-05"), "\(larger.errors)")
    }

    /// A training that was stopped in the middle, because its setting was paused by the results of others.
    @Test func `an entry that is paused in the middle keeps its checkpoint, and continues from it`() throws {
        let planned = try Tool.run(
            ["sweep", "plan"] + words("long", "0.05", seeds: "0-9").dropFirst().filter { $0 != "--no-lookup" }
        )
        try #require(planned.exitCode == 0, "\(planned.errors)")
        func entry(_ index: Int) -> [String] {
            ["sweep", "run", "long", "--index", "\(index)", "--runs", place.runs, "--no-lookup"]
        }
        let stopped = try RunningTool(entry(18))
        let runs = path("long") + "/runs"
        while stopped.isRunning, !FileManager.default.fileExists(atPath: runs + "/latest/metrics.csv") {
            usleep(500)
        }
        stopped.send(SIGUSR1)
        _ = stopped.ending()
        let outcome = try resume("long", "--until", "0.00001")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try Tool.run(words("whole", "0.00001", seeds: "0-9")).exitCode == 0)
        #expect(try weights("long") == weights("whole"))
        #expect(try files("long") == files("whole"))
    }

    @Test func `an entry of a paused setting is not trained by sweep run`() throws {
        #expect(try Tool.run(words("paused", "0.05") + ["--jobs", "1"]).exitCode == 0)
        let skipped = try Tool.run(["sweep", "run", "paused", "--index", "38", "--runs", place.runs])
        #expect(
            skipped.exitCode == 0
                && skipped.output
                    == "entry-0038 is not needed: learning-rate 0.000001 is paused, or the sweep is settled\n",
            "\(skipped.output)")
    }

    /// Returns the digests of the weights after each epoch of each entry, and of the last checkpoint.
    private func weights(_ name: String) throws -> [String] {
        let sweep = SweepDirectory(path: path(name), of: ImageTraining.Options.self)
        return try sweep.plan().entries.map { entry in
            let run = try #require(try sweep.run(of: entry), "\(entry.name)")
            let epochs = try Receipt.read(from: run.receipt).epochs
            #expect(epochs.count == 4)
            return epochs.joined()
        }
    }
}
