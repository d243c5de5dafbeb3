import Foundation
import TestSupport
import Testing

/// `train --page`.
@Suite("The page beside a training", .timeLimit(.minutes(60)))
struct TrainingPageTests {
    private static let small = ["--epochs", "2", "--threads", "1", "--hidden-size", "4"]

    /// Ends the page whose line a training has printed.
    private func end(_ line: String) throws {
        let number = try #require(line.firstMatch(of: /kill ([0-9]+)\)$/), "\(line)").1
        #expect(kill(try #require(pid_t(number)), SIGTERM) == 0)
    }

    private func line(of outcome: Tool.Outcome) throws -> String {
        #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
        return try #require(outcome.lines.first { $0.contains("age: ") }, "\(outcome.output)")
    }

    @Test func `the page stays open after the training, and the run is the same as without it`() throws {
        let (place, other) = (try Workplace(), try Workplace())
        let outcome = try Tool.run(place.places + Self.small + ["--page"])
        let line = try line(of: outcome)
        #expect(line.hasPrefix("Page: http://127.0.0.1:"), "\(line)")
        #expect(line.contains("(open until 30 minutes after its last use; to end it: kill "))
        let answer = try #require(try PageClient(in: line).request(""))
        #expect(answer.status == 200 && answer.text.lowercased().contains("<!doctype html>"))
        try end(line)

        let without = try Tool.run(other.places + Self.small)
        #expect(without.exitCode == 0)
        try expectEqual(
            RunFiles(place.runs + "/" + place.runNames[0]), RunFiles(other.runs + "/" + other.runNames[0]))
        #expect(place.runNames.count == 1)
        var options = try #require(try place.json("config.json") as? [String: Any])
        var expected = try #require(try other.json("config.json") as? [String: Any])
        for key in ["command_line", "environment"] { (options[key], expected[key]) = (nil, nil) }
        for key in ["data", "runs"] {
            func removed(_ file: [String: Any]) -> [String: Any] {
                var (file, inner) = (file, file["options"] as? [String: Any] ?? [:])
                inner[key] = nil
                file["options"] = inner
                return file
            }
            (options, expected) = (removed(options), removed(expected))
        }
        #expect(options as NSDictionary == expected as NSDictionary)
        #expect(options.keys.contains("options"))
    }

    @Test(arguments: ["stock-forecast", "sequence-classifier"])
    func `the other tools open it, too`(program: String) throws {
        let outcome: Tool.Outcome
        if program == "stock-forecast" {
            outcome = try ForecastPlace().train("--page")
        } else {
            outcome = try SequencePlace().train("--page")
        }
        try end(line(of: outcome))
    }

    /// The program is looked for beside the tool and in PATH.
    @Test func `without the program, the training says how to build it and trains`() throws {
        let place = try Workplace()
        let tool = place.path + "/bin/mnist-bilstm"
        try FileManager.default.createDirectory(
            atPath: place.path + "/bin", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Tool.path, toPath: tool)
        func train(path: String) throws -> Tool.Outcome {
            try RunningTool(
                place.places + Self.small + ["--page"], program: tool, variables: ["PATH": path]
            ).finish()
        }
        let line = try line(of: train(path: "/usr/bin:relative"))
        #expect(
            line
                == "Warning: no page: the program runs-page is neither beside this program nor in PATH. Build it with: "
                + "swift build -c release --product runs-page")

        let elsewhere = place.path + "/elsewhere"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        func write(_ script: String) throws {
            let path = elsewhere + "/runs-page"
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        for (script, expected) in [
            ("echo \"Page: $*\"; sleep 1", "Page: --runs \(place.runs) --until-idle 30 --beside-training"),
            ("echo 'Error: no port is free' >&2; exit 73", "Warning: no page: no port is free"),
            ("exit 1", "Warning: no page: runs-page did not start."),
        ] {
            try write(script)
            let outcome = try train(path: "/usr/bin:/bin:\(elsewhere)")
            #expect(outcome.lines.contains(expected), "\(outcome.output)")
            #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
        }
        // A program that says nothing is waited for at most five seconds, after the training.
        try write("sleep 100")
        let start = ContinuousClock.now
        #expect(try train(path: "/usr/bin:/bin:\(elsewhere)").exitCode == 0)
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func `a sweep refuses it`() throws {
        let place = try Workplace()
        let outcome = try Tool.run(
            ["sweep", "--seeds", "0", "--validation", "40", "--page"] + place.places)
        #expect(outcome.exitCode == 64)
        #expect(outcome.errors.contains("--page cannot be given for a sweep"), "\(outcome.errors)")
    }
}
