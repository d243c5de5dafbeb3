import Foundation
import Testing

@Suite("Stopping and resuming", .timeLimit(.minutes(60))) struct StopTests {
    /// A training that is long enough for a signal in the middle of an epoch.
    static let training = ShortTraining(epochs: 60, hiddenSize: 24, checkpointEvery: "7")

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `a run stopped by a signal is resumed`(signal: Int32, exitCode: Int32) throws {
        let expected = try Self.training.uninterrupted()
        let place = try Self.training.place()
        let tool = try place.start(Self.training)
        _ = try tool.line(beginning: "[3]")
        tool.send(signal)
        #expect(try tool.finish().exitCode == exitCode)
        #expect(try place.usableSteps().count == place.checkpointNames().count)
        #expect(try place.temporaryFiles() == [])
        expectEqual(try place.finish(Self.training), expected)
    }

    /// The second signal ends the process at once; the earlier checkpoints are sufficient.
    @Test func `a run stopped by two signals is resumed`() throws {
        let expected = try Self.training.uninterrupted()
        let place = try Self.training.place()
        let tool = try place.start(Self.training)
        _ = try tool.line(beginning: "[3]")
        tool.send(SIGINT)
        tool.send(SIGINT)
        #expect(try tool.finish().exitCode == 130)
        expectEqual(try place.finish(Self.training), expected)
    }

    @Test func `a run stopped by its time limit is resumed`() throws {
        let limited = Self.training.with("--time-limit", "0.2s")
        let stopped: Int32 = 75
        let expected = try Self.training.uninterrupted()
        // A stop in the last epoch leaves its checkpoint in the place of an older one; another chain of stops follows.
        for _ in 0..<20 {
            let place = try Self.training.place()
            // The time limit starts again with each resume.
            var (exitCode, lastStop) = (stopped, 0)
            for _ in 0..<1000 where exitCode == stopped {
                let outcome = try place.start(limited).finish()
                exitCode = outcome.exitCode
                #expect(outcome.errors == "")
                if exitCode == stopped { lastStop = try place.state().epoch }
            }
            #expect(exitCode == 0)
            guard try lastStop + 1 < place.state().epoch else { continue }
            return expectEqual(try place.files(), expected)
        }
        Issue.record("expected a chain of stops before the last epoch, found none in 20")
    }

    /// A second process that tries to write to the run changes nothing and reports the reason.
    @Test func `a second process does not write to the run`() throws {
        let expected = try Self.training.uninterrupted()
        let place = try Self.training.place()
        let tool = try place.start(Self.training)
        _ = try tool.line(beginning: "[8]")
        tool.send(SIGSTOP)
        let before = try FileTree(at: place.path)
        try #require(before.entries.keys.contains { $0.contains("/checkpoints/step-") })
        let second = try place.start(Self.training).finish()
        #expect(second.exitCode == 73)
        #expect(second.errors.contains("another process is writing to this run"), "\(second.errors)")
        #expect(try FileTree(at: place.path) == before)
        tool.send(SIGCONT)
        #expect(try tool.finish().exitCode == 0)
        expectEqual(try place.files(), expected)
    }
}
