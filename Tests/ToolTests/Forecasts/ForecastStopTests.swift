import Foundation
import Randomness
import Testing

@Suite("Stopping, killing and resuming a forecast run", .timeLimit(.minutes(30)))
struct ForecastStopTests {
    /// Options for a training of about a second, which can be stopped in the middle.
    private static let long = [
        "--epochs", "400", "--hidden-size", "8", "--threads", "1", "--print-every", "50",
    ]

    private func uninterrupted(_ options: [String]) throws -> [String: [UInt8]] {
        let place = try ForecastPlace()
        let outcome = try place.tool(["--data", place.prices] + ForecastPlace.options(options))
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        return try place.results()
    }

    @Test func `the same seed gives the same bytes`() throws {
        let expected = try uninterrupted(["--seeds", "2", "--batch-size", "20"])
        #expect(expected.keys.contains("forecast.json") && expected.keys.contains("gru-1/metrics.csv"))
        #expect(expected.keys.contains("rnn-0/checkpoints/best.safetensors"))
        for threads in ["1", "3"] {
            try expectSame(
                uninterrupted(["--seeds", "2", "--batch-size", "20", "--threads", threads]), expected,
                "\(threads) threads")
        }
        let other = try uninterrupted(["--seeds", "2", "--batch-size", "20", "--seed", "1"])
        #expect(other["forecast.json"] != expected["forecast.json"])
        // The second seed of one run is the first seed of the other.
        #expect(other["gru-1/metrics.csv"] == expected["gru-1/metrics.csv"])
    }

    @Test(
        .enabled(
            if: CheckpointTests.otherBuild(of: Tool.forecastName) != nil, "only one configuration is built"))
    func `debug and release give the same bytes`() throws {
        let other = try #require(CheckpointTests.otherBuild(of: Tool.forecastName))
        let results = try [Tool.forecastPath, other].map { program in
            let place = try ForecastPlace()
            let outcome = try place.train("--hidden-size", "17", "--horizon", "3", program: program)
            #expect(outcome.exitCode == 0)
            return try place.results()
        }
        expectSame(results[0], results[1])
    }

    @Test(arguments: [(SIGINT, 130, "Ctrl-C"), (SIGTERM, 143, "signal 15")] as [(Int32, Int32, String)])
    func `a signal ends training after the step`(signal: Int32, exitCode: Int32, reason: String) throws {
        let place = try ForecastPlace()
        let tool = try RunningTool(
            ["--data", place.prices, "--runs", place.runs] + ForecastPlace.options(Self.long),
            program: Tool.forecastPath)
        _ = try tool.line(beginning: "LSTM, seed 0: ")
        _ = try tool.line(beginning: "[epoch: 50]")
        tool.send(signal)
        let outcome = try tool.finish()
        #expect(outcome.exitCode == exitCode)
        #expect(outcome.errors == "")
        #expect(
            outcome.lines.dropLast().last
                == "Stopped by \(reason); progress saved. Resume with: stock-forecast --resume \(place.place.runNames[0]) "
                + "--runs \(place.runs)")
        #expect(try place.text("train.log") == outcome.output)
        #expect(try place.state() == "stopped")
        #expect(try place.place.json("rnn-0/summary.json", "state") as? String == "finished")
        #expect(try place.place.json("lstm-0/summary.json", "state") as? String == "stopped")
        let done = try #require(try place.place.json("lstm-0/summary.json", "epochs") as? Int)
        #expect((50..<400).contains(done))
        #expect(!place.exists("gru-0"))
        // Complete networks already have forecasts.
        #expect(try place.record().models.map(\.model) == ["rnn"])

        // A temporary file as left by a process that is killed while it writes.
        let temporary = place.run + "/.config.json.99999.0.tmp"
        try Data("{".utf8).write(to: URL(filePath: temporary))
        let resumed = try place.tool("--resume", "latest")
        #expect(!FileManager.default.fileExists(atPath: temporary))
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        let lines = resumed.lines.filter { $0.contains(", seed 0: ") }
        #expect(
            lines.map { $0.replacing(/[\d,]+ parameters/, with: "parameters") } == [
                "RNN, seed 0: already trained", "LSTM, seed 0: parameters, \(done) of 400 epochs complete",
                "GRU, seed 0: parameters",
            ])
        let expected = try uninterrupted(Self.long)
        try expectSame(place.results(), expected, "resumed")
        let again = try place.tool("--resume", "latest")
        #expect(again.exitCode == 0)
        #expect(again.lines.filter { $0.hasSuffix(", seed 0: already trained") }.count == 3)
        try expectSame(place.results(), expected, "finished")
    }

    /// Some processes are stopped, so that a network resumes in the middle of its training; the others are killed.
    @Test(arguments: [1, 2] as [UInt64]) func `a run killed at any instant is resumed`(seed: UInt64) throws {
        let expected = try uninterrupted(Self.long)
        var random = SplitMix64(seed)
        let place = try ForecastPlace()
        let start = ContinuousClock.now
        _ = try uninterrupted(Self.long)
        let duration = (ContinuousClock.now - start) / .microseconds(1)
        var ends: [Int32] = []
        while ends.count < 12 {
            let hasBegun = place.place.begunRun != nil
            let arguments =
                hasBegun
                ? ["--resume", "latest"] : ["--data", place.prices] + ForecastPlace.options(Self.long)
            let tool = try RunningTool(
                arguments + ["--runs", place.runs], program: Tool.forecastPath, standardOutput: .nullDevice)
            usleep(UInt32(Double(random.nextUnit()) * duration / 2))
            tool.send(ends.count.isMultiple(of: 3) ? SIGTERM : SIGKILL)
            let ending = tool.ending()
            ends.append(ending)
            #expect([0, 143, -SIGKILL, -SIGTERM].contains(ending), "\(ends)")
            if ending == 0 { break }
        }
        let outcome = try place.tool(
            place.place.begunRun == nil
                ? ["--data", place.prices] + ForecastPlace.options(Self.long) : ["--resume", "latest"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        try expectSame(place.results(), expected, "\(ends)")
        let temporary = try FileManager.default.subpathsOfDirectory(atPath: place.run).filter {
            $0.hasSuffix(".tmp")
        }
        #expect(temporary == [])
    }

    /// A network resumes from the previous checkpoint, or is trained again.
    @Test func `damaged and missing checkpoints are replaced`() throws {
        let options = ["--model", "lstm", "--epochs", "40", "--learning-rate", "0.1", "--batch-size", "3"]
        let place = try ForecastPlace()
        #expect(try place.tool(["--data", place.prices] + ForecastPlace.options(options)).exitCode == 0)
        let expected = try place.results()
        let directory = place.run + "/lstm-0/checkpoints"
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter {
            $0.hasPrefix("step-")
        }.sorted()
        try #require(names.count == 2, "the best epoch is the last one")
        let newest = directory + "/" + names[1]
        var bytes = try Data(contentsOf: URL(filePath: newest))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: newest))
        let outcome = try place.tool("--resume", "latest")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Warning: \(newest): "))
        #expect(outcome.output.contains("\nResuming from the previous checkpoint.\nLSTM, seed 0: "))
        try expectSame(place.results(), expected, "damaged")
        for name in names { try FileManager.default.removeItem(atPath: directory + "/" + name) }
        #expect(try place.tool("--resume", "latest").exitCode == 0)
        try expectSame(place.results(), expected, "removed")
        for name in names { try Data("none".utf8).write(to: URL(filePath: directory + "/" + name)) }
        let none = try place.tool("--resume", "latest")
        #expect(none.exitCode == 65)
        #expect(none.errors.contains("lstm-0: every checkpoint is damaged:\n  "))
    }

    @Test func `only one process at a time trains a run`() throws {
        let place = try ForecastPlace()
        let tool = try RunningTool(
            ["--data", place.prices, "--runs", place.runs]
                + ForecastPlace.options(["--epochs", "1000000", "--print-every", "1"]),
            program: Tool.forecastPath)
        _ = try tool.line(beginning: "[epoch: 0]")
        let outcome = try place.tool("--resume", "latest")
        #expect(outcome.exitCode == 73)
        #expect(outcome.errors.contains("another process is writing to this run"))
        #expect(try place.tool("report").exitCode == 0)
        #expect(try place.text("report.html").contains(">running<"))
        tool.send(SIGKILL)
        #expect(tool.ending() == -SIGKILL)
        #expect(try place.tool("report").exitCode == 0)
        #expect(try place.text("report.html").contains("--resume</span>"))
    }

    @Test func `a resumed run may have more epochs if that is allowed`() throws {
        let place = try ForecastPlace()
        #expect(try place.train("--model", "gru", "--epochs", "3").exitCode == 0)
        let refused = try place.tool("--resume", "latest", "--epochs", "5")
        #expect(refused.exitCode == 64 && refused.errors.contains("--allow-changes"), "\(refused.errors)")
        let outcome = try place.tool("--resume", "latest", "--epochs", "5", "--allow-changes")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let whole = try ForecastPlace()
        #expect(try whole.train("--model", "gru", "--epochs", "5").exitCode == 0)
        #expect(try place.place.bytes("forecast.json") == whole.place.bytes("forecast.json"))
        let shape = try place.tool("--resume", "latest", "--hidden-size", "5", "--allow-changes")
        #expect(shape.exitCode == 64 && shape.errors.contains("or start a new run"), "\(shape.errors)")
    }

    @Test func `data with a relative path are found from another directory`() throws {
        let place = try ForecastPlace()
        let elsewhere = place.place.path + "/elsewhere"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        let arguments =
            ["--data", "prices.csv", "--model", "gru", "--runs", place.runs] + ForecastPlace.small
        let first = try Tool.run(arguments, program: Tool.forecastPath, in: URL(filePath: place.place.path))
        #expect(first.exitCode == 0, "\(first.errors)")
        let again = try Tool.run(
            ["--resume", "latest", "--seeds", "2", "--runs", place.runs], program: Tool.forecastPath,
            in: URL(filePath: elsewhere))
        #expect(again.exitCode == 0, "\(again.errors)")
        #expect(try place.record().models[0].members.count == 2)
    }
}
