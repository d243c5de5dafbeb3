import Foundation
import Testing

@Suite("Signals that stop a training", .timeLimit(.minutes(60))) struct InterruptionTests {
    /// Options for steps of some milliseconds, with hundreds of steps in an epoch.
    static let slowEpoch = ["--batch-size", "1", "--hidden-size", "64", "--threads", "1"]

    /// Options for steps that take many seconds on any processor.
    static let slowStep = [
        "--data", "datasets/mnist", "--batch-size", "20000", "--hidden-size", "128", "--threads", "1",
    ]

    @Test(arguments: [
        (SIGINT, "Ctrl-C"), (SIGTERM, "signal 15"), (SIGUSR1, "signal \(SIGUSR1)"),
        (SIGXCPU, "CPU time limit (ulimit -t)"),
    ])
    func `a signal ends training after the step, and everything is written`(signal: Int32, reason: String)
        throws
    {
        let place = try Workplace()
        let tool = try RunningTool(place.places + Self.slowEpoch)
        _ = try tool.line(beginning: "Run: ")
        usleep(100_000)
        tool.send(signal)
        let outcome = try tool.finish()
        #expect(outcome.exitCode == 128 + signal)
        #expect(outcome.errors == "")
        #expect(outcome.epochLines.isEmpty, "the signal came too late to be in mid-epoch")
        let state = try place.state()
        let steps = state.stepInEpoch
        #expect((1..<300).contains(steps))
        #expect(state.epoch == 0)
        let last = try #require(outcome.lines.dropLast().last)
        #expect(
            last
                == "Stopped by \(reason); progress saved. Resume with: "
                + "mnist-bilstm --resume \(place.runNames[0]) --runs \(place.runs)")
        #expect(try place.text("train.log") == outcome.output)
        #expect(try place.json("summary.json", "state") as? String == "stopped")
        #expect(try place.json("summary.json", "steps") as? Int == steps)
        let files = try FileManager.default.contentsOfDirectory(atPath: place.latest("checkpoints"))
        #expect(
            files.sorted() == ["last.safetensors", try #require(place.target(of: "last"))], "\(files)")
    }

    @Test func `a signal during the final evaluation stops the run`() throws {
        let place = try Workplace(nil)
        let tool = try RunningTool(["--runs", place.runs, "--data", "datasets/mnist", "--epochs", "1"])
        _ = try tool.line(beginning: "[0]")
        tool.send(SIGINT)
        let outcome = try tool.finish()
        #expect(outcome.exitCode == 130)
        #expect(!outcome.output.contains("Test Acc"))
        #expect(try place.json("summary.json", "state") as? String == "stopped")
        #expect(try place.json("summary.json", "epochs") as? Int == 1)
        #expect(place.exists("checkpoints/last.safetensors"))
    }

    @Test func `the second Ctrl-C ends the process at once`() throws {
        let place = try Workplace(nil)
        let tool = try RunningTool(["--runs", place.runs] + Self.slowStep)
        _ = try tool.line(beginning: "Run: ")
        tool.send(SIGINT)
        usleep(300_000)
        try #require(tool.isRunning, "the first signal ended the step, or the step was too short")
        let start = ContinuousClock.now
        tool.send(SIGINT)
        let outcome = try tool.finish()
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(outcome.exitCode == 130)
        #expect(!place.exists("checkpoints/last.safetensors"))
        #expect(try place.json("summary.json", "state") as? String == "running")
    }
}
