import Foundation
import Testing

@Suite("Stopping and going on", .timeLimit(.minutes(2))) struct StopTests {
    /// Long enough for a signal to come in mid-epoch.
    static let training = ShortTraining(epochs: 60, hiddenSize: 24, checkpointEvery: "7")

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func bySignal(signal: Int32, exitCode: Int32) throws {
        let expected = try Self.training.uninterrupted()
        let place = try Self.training.place()
        let tool = try RunningTool(place.places + Self.training.options)
        _ = try tool.line(beginning: "[3]")
        tool.send(signal)
        #expect(try tool.finish().exitCode == exitCode)
        #expect(try place.usableSteps().count == place.checkpointNames().count)
        #expect(try place.temporaryFiles() == [])
        expectEqual(try place.finish(Self.training), expected)
    }

    /// The second signal does not wait for anything; what was saved before is enough.
    @Test func bySignalTwice() throws {
        let expected = try Self.training.uninterrupted()
        let place = try Self.training.place()
        let tool = try RunningTool(place.places + Self.training.options)
        _ = try tool.line(beginning: "[3]")
        tool.send(SIGINT)
        tool.send(SIGINT)
        #expect(try tool.finish().exitCode == 130)
        expectEqual(try place.finish(Self.training), expected)
    }

    @Test func byTimeLimit() throws {
        let expected = try Self.training.uninterrupted()
        let place = try Self.training.place()
        var outcome = try Tool.run(place.places + Self.training.options + ["--time-limit", "0.1s"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.epochLines.count < 60)
        // Each resume has the limit anew.
        for _ in 0..<1000 where outcome.epochLines.last?.hasPrefix("[59]") != true {
            outcome = try Tool.run(place.arguments(Self.training) + ["--time-limit", "0.1s"])
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
        }
        expectEqual(try place.finish(Self.training), expected)
    }

    /// A second process that would write to the run changes nothing and says why.
    @Test func twoWriters() throws {
        let expected = try Self.training.uninterrupted()
        let place = try Self.training.place()
        let tool = try RunningTool(place.places + Self.training.options)
        _ = try tool.line(beginning: "[3]")
        tool.send(SIGSTOP)
        let before = try FileTree(at: place.path)
        let second = try Tool.run(place.arguments(Self.training))
        #expect(second.exitCode == 73)
        #expect(second.errors.contains("another process is writing to this run"), "\(second.errors)")
        #expect(try FileTree(at: place.path) == before)
        tool.send(SIGCONT)
        #expect(try tool.finish().exitCode == 0)
        expectEqual(try RunFiles(#require(place.begunRun)), expected)
    }
}
