import Foundation
import TestSupport
import Testing

/// The file `stop` in a run's directory, by which another program asks the tools to stop. Tools look for it once a second, so
/// all trainings take several seconds.
@Suite("Requests to stop a tool", .timeLimit(.minutes(60)))
struct StopRequestToolTests {
    private func askToStop(_ run: String) throws {
        try Data().write(to: URL(filePath: run + "/stop"))
    }

    private func isAsked(_ run: String) -> Bool { FileManager.default.fileExists(atPath: run + "/stop") }

    /// The last line of a stopped training.
    private func message(_ program: String, _ run: String, in runs: String) -> String {
        "Stopped by request from another program; progress saved. Resume with: \(program) --resume \(run) --runs \(runs)"
    }

    @Test func `mnist-bilstm stops after the step, and its run is resumed to the same bytes`() throws {
        let options = ["--batch-size", "1", "--hidden-size", "16", "--threads", "1", "--epochs", "60"]
        let whole = try Workplace()
        #expect(try Tool.run(whole.places + options).exitCode == 0)
        let place = try Workplace()
        let tool = try RunningTool(place.places + options)
        _ = try tool.line(beginning: "Run: ")
        let run = place.runs + "/" + place.runNames[0]
        try askToStop(run)
        let asked = ContinuousClock.now
        let outcome = try tool.finish()
        #expect(ContinuousClock.now - asked < .seconds(10))
        #expect(outcome.exitCode == 75)
        #expect(outcome.errors == "")
        #expect(outcome.lines.dropLast().last == message("mnist-bilstm", place.runNames[0], in: place.runs))
        #expect(try place.json("summary.json", "state") as? String == "stopped")
        #expect(try place.json("summary.json", "reason") as? String == "request from another program")
        #expect(try place.state().epoch < 60)
        #expect(!isAsked(run))
        // A request that another process left does not stop the rest.
        try askToStop(run)
        let resumed = try place.run("--resume", "latest")
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        #expect(!isAsked(run))
        try expectEqual(RunFiles(run), RunFiles(whole.runs + "/" + whole.runNames[0]))
    }

    @Test
    func `stock-forecast stops in the network that it trains, and its run is resumed to the same bytes`()
        throws
    {
        let options = [
            "--epochs", "3000", "--hidden-size", "8", "--threads", "1", "--print-every", "50",
        ]
        let whole = try ForecastPlace()
        #expect(
            try whole.tool(["--data", whole.prices] + ForecastPlace.options(options)).exitCode == 0)
        let place = try ForecastPlace()
        let tool = try RunningTool(
            ["--data", place.prices, "--runs", place.runs] + ForecastPlace.options(options),
            program: Tool.forecastPath)
        _ = try tool.line(beginning: "LSTM, seed 0: ")
        try askToStop(place.run)
        let outcome = try tool.finish()
        #expect(outcome.exitCode == 75)
        #expect(outcome.errors == "")
        #expect(
            outcome.lines.dropLast().last
                == message("stock-forecast", place.place.runNames[0], in: place.runs))
        #expect(try place.state() == "stopped")
        #expect(try place.place.json("rnn-0/summary.json", "state") as? String == "finished")
        #expect(!isAsked(place.run))
        let resumed = try place.tool("--resume", "latest")
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        try expectSame(place.results(), whole.results())
    }

    @Test func `sequence-classifier stops, and its run is resumed to the same bytes`() throws {
        let options = [
            "--epochs", "9000", "--hidden-size", "16", "--validation", "0.25", "--checkpoint-every", "500",
        ]
        let whole = try SequencePlace()
        #expect(
            try Tool.run(
                SequencePlace.options(options, whole.train) + ["--runs", whole.runs],
                program: Tool.sequencePath
            ).exitCode == 0)
        let place = try SequencePlace()
        let tool = try RunningTool(
            SequencePlace.options(options, place.train) + ["--runs", place.runs], program: Tool.sequencePath)
        _ = try tool.line(beginning: "Run: ")
        let run = place.runs + "/" + place.place.runNames[0]
        try askToStop(run)
        let outcome = try tool.finish()
        #expect(outcome.exitCode == 75 && outcome.errors == "", "\(outcome.errors)")
        #expect(
            outcome.lines.dropLast().last
                == message("sequence-classifier", place.place.runNames[0], in: place.runs))
        let resumed = try place.tool("--resume", "latest")
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        try expectSame(place.results(), whole.results())
    }

    /// Otherwise the sweep would resume the entry at once.
    @Test func `a stop of an entry stops its sweep, which is resumed`() throws {
        let place = try Workplace()
        let plan = [
            "--seeds", "0-1", "--set", "cell=rnn-tanh,gru", "--epochs", "60", "--hidden-size", "16",
            "--batch-size", "1", "--validation", "40", "--log-every", "0", "--name", "cells", "--jobs", "2",
        ]
        let tool = try RunningTool(["sweep"] + plan + place.places)
        let runs = place.runs + "/sweeps/cells/runs"
        var entry: String?
        for _ in 0..<3000 where entry == nil {
            usleep(10_000)
            entry = ((try? FileManager.default.contentsOfDirectory(atPath: runs)) ?? []).first {
                FileManager.default.fileExists(atPath: "\(runs)/\($0)/summary.json")
            }
        }
        try askToStop("\(runs)/\(try #require(entry))")
        let outcome = try tool.finish()
        #expect(outcome.exitCode == 75 && outcome.errors == "", "\(outcome.errors)")
        let line = "Resume with: mnist-bilstm sweep --resume \(place.runs)/sweeps/cells"
        #expect(
            outcome.lines.contains {
                $0.hasPrefix("Stopped; ") && $0.hasSuffix(" of 4 entries are done. \(line)")
            },
            "\(outcome.output)")
        let resumed = try Tool.run(["sweep", "--resume", "cells", "--runs", place.runs])
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
    }
}
