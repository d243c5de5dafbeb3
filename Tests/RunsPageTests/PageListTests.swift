import Foundation
import Platform
import RunSamples
import Runs
import RunsPage
import TestSupport
import Testing

@Suite struct PageListTests {
    @Test func `the list has a run of every state with its values`() throws {
        let sample = try PageSample.ofEveryState()
        let running = try SampleRun("20260131-235956-running", in: sample.directory)
        try running.configure { _ in }
        try sample.directory.add("notes/text", "not a run")
        try FileManager.default.createSymbolicLink(
            atPath: sample.directory.file("latest"), withDestinationPath: PageSample.finished)
        let runs = try withExtendedLifetime(RunDirectory.Lock(running.run)) { try sample.runs() }

        #expect(
            runs.mapValues { $0["state"] as? String } == [
                PageSample.finished: "finished", PageSample.killed: "failed", PageSample.damaged: "damaged",
                "20260131-235956-running": "running",
            ])
        let finished = try #require(runs[PageSample.finished])
        #expect(finished["title"] as? String == "finished")
        #expect(finished["program"] as? String == "mnist-bilstm")
        #expect(finished["kind"] as? String == "images")
        #expect(finished["started"] as? String == "2026-01-31T23:59:59Z")
        #expect(finished["epochs"] as? Int == 5 && finished["wanted_epochs"] as? Int == 5)
        #expect(finished["best"] as? Double == 95.5 && finished["best_epoch"] as? Int == 4)
        #expect(finished["best_metric"] as? String == "accuracy")
        #expect(finished["best_of"] as? String == "validation")
        #expect(finished["test"] as? Double == 87.5 && finished["test_error"] as? Double == 8.27)
        #expect((finished["options"] as? [String: Any])?["epochs"] as? Int == 5)
        #expect(finished["reason"] is NSNull && finished["tags"] as? [String] == [])
        let killed = try #require(runs[PageSample.killed])
        #expect((killed["reason"] as? [String: String])?["ko"]?.contains("종료") == true)
        #expect(killed["wanted_epochs"] as? Int == 7 && killed["test"] is NSNull)
        #expect((runs[PageSample.damaged]?["problems"] as? [String])?.count == 1)
        #expect(Set(runs.values.map { Set($0.keys) }).count == 1, "every run has every key")
    }

    @Test func `the runs of a directory that appears later are found`() throws {
        let directory = try TemporaryDirectory()
        let page = RunsPage(root: directory.file("runs"), access: .loopback(port: 8128))
        func names() throws -> [String] {
            let list = try page.answer(
                method: "GET", target: "/api/runs", headers: PageSample.headers, body: []
            ).object
            return (list["runs"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
        }
        #expect(try names() == [])
        try directory.add("runs/20260101-000000-new/config.json", "{}")
        #expect(try names() == ["20260101-000000-new"])
    }

    @Test func `changed, new, renamed and removed runs are seen`() throws {
        let sample = try PageSample.ofEveryState()
        #expect(try sample.runs().count == 3)
        var summary = SampleRun.summary(.stopped)
        summary["accuracy", .test] = 50
        try summary.write(to: sample.run(PageSample.killed))
        _ = try SampleRun.finished("20260201-000000-new", in: sample.directory)
        try FileManager.default.moveItem(
            atPath: sample.directory.file(PageSample.finished), toPath: sample.directory.file("renamed"))
        try FileManager.default.removeItem(atPath: sample.directory.file(PageSample.damaged))
        let runs = try sample.runs()
        #expect(Set(runs.keys) == [PageSample.killed, "20260201-000000-new", "renamed"])
        #expect(runs[PageSample.killed]?["state"] as? String == "stopped")
        #expect(runs[PageSample.killed]?["test"] as? Double == 50)
    }

    @Test func `a run that is resumed among thousands is seen within seconds`() async throws {
        let sample = try PageSample()
        let names = (0..<2500).map { "20260101-\($0 + 100_000)-old" }
        for name in names {
            try FileManager.default.createDirectory(
                atPath: sample.directory.file("\(name)/checkpoints"), withIntermediateDirectories: true)
        }
        #expect(try sample.runs().count == names.count)
        // Other runs are checked first.
        let run = sample.run(names[40])
        let lock = try RunDirectory.Lock(run)
        try SampleRun.summary(.running).write(to: run)
        var state: String?
        for _ in 0..<10 where state != "running" {
            // As an open page asks.
            try await Task.sleep(for: .seconds(0.5))
            let runs = try sample.get("/api/runs").object["runs"] as? [[String: Any]] ?? []
            state = runs.first { $0["id"] as? String == run.name }?["state"] as? String
        }
        #expect(state == "running")
        withExtendedLifetime(lock) {}
    }

    @Test func `a directory becomes a run, and a run that lost its files is none`() throws {
        let sample = try PageSample()
        try sample.directory.add("20260101-000000-a/note", "text")
        #expect(try sample.runs().isEmpty)
        let run = sample.run("20260101-000000-a")
        try sample.directory.add("20260101-000000-a/config.json", "{}")
        #expect(try sample.runs().count == 1)
        try FileManager.default.removeItem(atPath: run.configuration)
        #expect(try sample.runs().isEmpty)
    }

    @Test(arguments: [
        "<img src=x onerror=alert(1)>", "a\"b'c&lt;", "..a", "a b", "실행", "\u{202E}gpj.exe", "%2e%2e",
    ])
    func `a hostile name is data`(name: String) throws {
        let sample = try PageSample()
        _ = try SampleRun.finished(name, in: sample.directory)
        let isHidden = name.hasPrefix(".")
        #expect(try sample.runs().keys.sorted() == (isHidden ? [] : [name]))
        let allowed = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "a"..."z"))
        let id = try #require(name.addingPercentEncoding(withAllowedCharacters: allowed))
        #expect(sample.get("/api/run?id=\(id)").status == (isHidden ? 400 : 200))
        let answer = sample.get("/api/run?id=\(id)x")
        #expect(answer.headers["Content-Type"] == "application/json" && answer.status != 200)
    }

    @Test(arguments: ["link", "fifo", "file"])
    func `an entry that is no directory is no run`(kind: String) throws {
        let sample = try PageSample.ofEveryState()
        let other = try TemporaryDirectory()
        let elsewhere = try SampleRun.finished("elsewhere", in: other)
        let path = sample.directory.file("odd")
        switch kind {
        case "link":
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: elsewhere.run.path)
        case "fifo": #expect(mkfifo(path, 0o600) == 0)
        default: try sample.directory.add("odd", "text")
        }
        #expect(try sample.runs().count == 3)
        for target in ["/api/run?id=odd", "/api/records?id=odd", "/api/report?id=odd"] {
            #expect(sample.get(target).status == 404)
        }
    }

    @Test func `sweeps are listed, and their runs are not, but have details`() throws {
        let sample = try PageSample()
        try sample.directory.add("sweeps/cells/plan.json", "{")
        try FileManager.default.createDirectory(
            atPath: sample.directory.file("sweeps/cells/entries"), withIntermediateDirectories: true)
        _ = try SampleRun.finished("sweeps/cells/runs/20260101-000000-entry-0001", in: sample.directory)
        let list = try sample.list()
        #expect((list["runs"] as? [Any])?.isEmpty == true)
        let sweep = try #require((list["sweeps"] as? [[String: Any]])?.first)
        #expect(sweep["id"] as? String == "sweeps/cells")
        #expect((sweep["problems"] as? [String])?.count == 1)
        let answer = sample.get("/api/run?id=sweeps%2Fcells%2Fruns%2F20260101-000000-entry-0001")
        let run = try #require(try answer.object["run"] as? [String: Any])
        #expect(run["id"] as? String == "sweeps/cells/runs/20260101-000000-entry-0001")
    }
}
