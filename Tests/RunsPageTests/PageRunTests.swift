import Foundation
import Platform
import RunSamples
import Runs
import RunsPage
import TestSupport
import Testing

@Suite struct PageRunTests {
    @Test func `the details of a run equal its files`() throws {
        let sample = try PageSample.ofEveryState()
        let details = try sample.get("/api/run?id=\(PageSample.finished)").object
        let run = try #require(details["run"] as? [String: Any])
        #expect(run["id"] as? String == PageSample.finished)
        #expect(details["can_stop"] as? Bool == false && details["can_resume"] as? Bool == true)
        #expect((details["resume_command"] as? String)?.contains("--resume \(PageSample.finished)") == true)
        let settings = try #require(details["settings"] as? [[String: Any]])
        let epochs = try #require(settings.first { $0["key"] as? String == "epochs" })
        #expect(epochs["name"] as? String == "--epochs" && epochs["value"] as? String == "5")
        #expect(epochs["is_default"] as? Bool == false && epochs["has_effect"] as? Bool == true)
        let scores = try #require(details["scores"] as? [[String: Any]])
        let test = try #require(
            scores.first { $0["split"] as? String == "test" && $0["metric"] as? String == "accuracy" })
        #expect(test["value"] as? Double == 87.5 && test["error"] as? Double == 8.27)
        #expect((test["title"] as? [String: String])?["ko"] == "정확도")
        #expect(details["scored_epoch"] as? Int == 3)
        let model = try #require(details["model"] as? [String: Any])
        #expect(model["cell"] as? String == "LSTM" && model["directions"] as? Int == 2)
        #expect((model["summary"] as? [Any])?.isEmpty == false)
        let evaluation = try #require(details["evaluation"] as? [String: Any])
        #expect(evaluation["confusion"] as? [[Int]] == [[5, 1, 0], [0, 5, 0], [1, 0, 4]])
        #expect(evaluation["accuracy"] as? Double == 87.5)
        #expect((evaluation["mistakes"] as? [Any])?.count == 2)
        #expect(details["pictures"] as? [String] == ["mistakes.png"])
        #expect(details["splits"] as? [String] == ["train", "validation"])
        let environment = try #require(details["environment"] as? [[String: Any]])
        #expect(environment.contains { $0["value"] as? String == "A processor" })
    }

    @Test func `checkpoints are listed with the newest and the best`() throws {
        let sample = try PageSample.ofEveryState()
        let run = sample.run(PageSample.killed)
        for step in [3, 12] {
            try sample.directory.add(
                "\(PageSample.killed)/checkpoints/\(CheckpointStore.name(step: step))", "x")
        }
        try FileManager.default.createSymbolicLink(
            atPath: run.lastCheckpoint, withDestinationPath: CheckpointStore.name(step: 12))
        try FileManager.default.createSymbolicLink(
            atPath: run.bestCheckpoint, withDestinationPath: CheckpointStore.name(step: 3))
        let details = try sample.get("/api/run?id=\(PageSample.killed)").object
        let checkpoints = try #require(details["checkpoints"] as? [[String: Any]])
        #expect(checkpoints.map { $0["step"] as? Int } == [3, 12])
        #expect(checkpoints.map { $0["is_last"] as? Bool } == [false, true])
        #expect(checkpoints.map { $0["is_best"] as? Bool } == [true, false])
    }

    @Test(arguments: [
        ("", ""), ("{\"step\":1}\n", "{\"step\":1}\n"), ("{\"step\":1}\n{\"st", "{\"step\":1}\n"),
        ("{\"a\":1}\nnot json\n[1]\n{\"a\":\"nan\"}\r\n{\"a\":1}x\n", "{\"a\":1}\n{\"a\":\"nan\"}\r\n"),
        ("{\"a\":1}", ""), ("\n\n{}\n", "{}\n"),
    ])
    func `complete and valid records are sent as they are`(file: String, sent: String) throws {
        let sample = try PageSample.ofEveryState()
        try sample.directory.add("\(PageSample.killed)/metrics.jsonl", file)
        let answer = sample.get("/api/records?id=\(PageSample.killed)")
        #expect(answer.status == 200 && answer.headers["Content-Type"] == "application/jsonl")
        #expect(answer.text == sent)
    }

    @Test func `a run without records has none`() throws {
        let answer = try PageSample.ofEveryState().get("/api/records?id=\(PageSample.killed)")
        #expect(answer.status == 200 && answer.bytes.isEmpty)
    }

    @Test func `the last records of a long log are sent`() throws {
        let sample = try PageSample.ofEveryState()
        let line = "{\"kind\":\"step\"}\n"
        try sample.directory.add(
            "\(PageSample.killed)/metrics.jsonl", "{\"first\":1}\n" + String(repeating: line, count: 200_000))
        let answer = sample.get("/api/records?id=\(PageSample.killed)")
        #expect(answer.headers["X-Records-Cut"] == "true")
        #expect(answer.bytes.count == 200_000 * line.utf8.count)
    }

    @Test(arguments: [
        "metrics.jsonl", "report.html", "mistakes.png", "config.json", "marks.json", "summary.json",
        "train.log",
    ])
    func `links and FIFOs in a run are neither followed nor waited for`(name: String) throws {
        let sample = try PageSample.ofEveryState()
        let secret = try sample.directory.add("secret", "{\"secret\":1}\n")
        for isFIFO in [false, true] {
            let path = sample.directory.file("\(PageSample.finished)/\(name)")
            try? FileManager.default.removeItem(atPath: path)
            if isFIFO {
                #expect(mkfifo(path, 0o600) == 0)
            } else {
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: secret)
            }
            for target in ["run", "records", "report", "picture"] {
                let answer = sample.get("/api/\(target)?id=\(PageSample.finished)&name=\(name)")
                #expect(!answer.text.contains("secret\":1"))
            }
            #expect(try sample.runs().count == 3)
        }
    }

    @Test(arguments: [
        ("curves.svg", 404), ("mistakes.png", 200), ("config.json", 404), ("../secret", 404), ("", 404),
    ])
    func `only pictures are sent as pictures`(name: String, status: Int) throws {
        let sample = try PageSample.ofEveryState()
        let answer = sample.get("/api/picture?id=\(PageSample.finished)&name=\(name)")
        #expect(answer.status == status)
        if status == 200 { #expect(answer.headers["Content-Type"] == "image/png") }
        #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
    }

    @Test func `a report cannot run scripts`() throws {
        let sample = try PageSample.ofEveryState()
        try sample.directory.add("\(PageSample.finished)/report.html", "<script>alert(1)</script>")
        let answer = sample.get("/api/report?id=\(PageSample.finished)")
        #expect(answer.text == "<script>alert(1)</script>")
        let policy = try #require(answer.headers["Content-Security-Policy"])
        #expect(policy.hasPrefix("sandbox; default-src 'none'") && !policy.contains("script-src"))
    }

    @Test(arguments: [
        ("/api/run", 400), ("/api/run?id=", 400), ("/api/run?id=missing", 404), ("/api/run?id=..", 400),
        ("/api/run?id=%2e%2e%2fa", 400), ("/api/run?id=/etc", 400), ("/api/run?id=a/b", 400),
        ("/api/run?id=sweeps", 404), ("/api/run?id=sweeps/a/b/c/d", 400), ("/api/run?id=.bin", 400),
        ("/api/records?id=missing", 404), ("/api/picture?id=missing&name=curves.svg", 404),
        ("/api/report", 400),
        ("/api/events?run=..", 400), ("/api/nothing", 404), ("/api/marks", 404), ("/api/run/", 400),
        ("/page/missing.js", 404), ("/page/../index.html", 400), ("/page/%2e%2e/config.json", 400),
    ])
    func `a request for nothing is refused`(target: String, status: Int) throws {
        let answer = try PageSample.ofEveryState().get(target)
        #expect(answer.status == status)
        #expect(!answer.message.isEmpty && !answer.message.contains("\n"))
    }

    @Test(arguments: ["config.json", "summary.json", "metrics.csv", "evaluation.json", "marks.json"])
    func `a damaged file is a problem of its run and no error of the page`(name: String) throws {
        let sample = try PageSample.ofEveryState()
        for content in ["", "{", "[]", "\u{0}", "{\"epoch\": {}}", String(repeating: "[", count: 100_000)] {
            try sample.directory.add("\(PageSample.finished)/\(name)", content)
            #expect(sample.get("/api/run?id=\(PageSample.finished)").status == 200)
            #expect(try sample.runs().count == 3)
        }
    }
}
