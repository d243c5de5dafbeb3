import Foundation
import Randomness
import Testing

@Suite("Stopping, killing and resuming a run on sequences", .timeLimit(.minutes(30)))
struct SequenceStopTests {
    private static let long = [
        "--epochs", "300", "--hidden-size", "8", "--validation", "0.25", "--dropout", "0.1", "--layers", "2",
        "--readout-dropout", "0.2", "--checkpoint-every", "3steps", "--log-every", "2",
    ]

    private func arguments(_ place: SequencePlace, _ options: [String]) -> [String] {
        SequencePlace.options(options, place.train) + ["--runs", place.runs]
    }

    private func uninterrupted(_ options: [String]) throws -> [String: [UInt8]] {
        let place = try SequencePlace()
        let outcome = try Tool.run(arguments(place, options), program: Tool.sequencePath)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        return try place.results()
    }

    @Test func `any number of threads gives the same bytes, another seed others`() throws {
        let options = [
            "--epochs", "6", "--batch-size", "40", "--validation", "0.25", "--dropout", "0.2", "--layers",
            "2",
        ]
        let expected = try uninterrupted(options)
        #expect(
            expected.keys.contains("evaluation.json")
                && expected.keys.contains("checkpoints/best.safetensors"))
        for threads in ["2", "3"] {
            try expectSame(uninterrupted(options + ["--threads", threads]), expected, "\(threads) threads")
        }
        #expect(try uninterrupted(options + ["--seed", "1"])["metrics.csv"] != expected["metrics.csv"])
    }

    /// Some processes are stopped, so that training resumes in the middle of an epoch; the others are killed.
    @Test(arguments: [1, 2] as [UInt64]) func `a run killed at any instant is resumed`(seed: UInt64) throws {
        let expected = try uninterrupted(Self.long)
        let start = ContinuousClock.now
        _ = try uninterrupted(Self.long)
        let duration = (ContinuousClock.now - start) / .microseconds(1)
        var random = SplitMix64(seed)
        let place = try SequencePlace()
        var ends: [Int32] = []
        while ends.count < 12 {
            let isBegun = place.place.begunRun != nil
            let tool = try RunningTool(
                isBegun ? ["--resume", "latest", "--runs", place.runs] : arguments(place, Self.long),
                program: Tool.sequencePath, standardOutput: .nullDevice)
            usleep(UInt32(Double(random.nextUnit()) * duration / 8))
            tool.send(ends.count.isMultiple(of: 3) ? SIGTERM : SIGKILL)
            ends.append(tool.ending())
            #expect([0, 143, -SIGKILL, -SIGTERM].contains(ends.last!), "\(ends)")
            if ends.last == 0 { break }
        }
        let outcome = try Tool.run(
            place.place.begunRun == nil
                ? arguments(place, Self.long) : ["--resume", "latest", "--runs", place.runs],
            program: Tool.sequencePath)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        try #require(ends.count > 3, "the run ended before it was killed: \(ends)")
        try expectSame(place.results(), expected, "\(ends)")
    }

    @Test func `a finished run is not trained again, and more epochs continue it`() throws {
        let place = try SequencePlace()
        try place.train()
        let again = try place.tool("--resume", "latest")
        #expect(again.exitCode == 0)
        #expect(again.output.hasSuffix("is finished; to continue, give more --epochs and --allow-changes.\n"))
        let more = try place.tool("--resume", "latest", "--epochs", "6", "--allow-changes")
        #expect(more.exitCode == 0 && more.epochLines.count == 2, "\(more.errors)")
        try expectSame(place.results(), uninterrupted(["--epochs", "6"]), "two more epochs")
    }
}
