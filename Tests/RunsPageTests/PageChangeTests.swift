import Foundation
import Platform
import RunSamples
import Runs
import RunsPage
import TestSupport
import Testing

@Suite struct PageChangeTests {
    @Test func `marks are kept in the run, and shown`() throws {
        let sample = try PageSample.ofEveryState()
        let id = PageSample.finished
        let answer = sample.post(
            "/api/marks", #"{"id": "\#(id)", "tags": ["a", "실험"], "note": "one\ntwo", "is_pinned": true}"#)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try answer.object["tags"] as? [String] == ["a", "실험"])
        // Another page of the same directory reads them, and the others stay.
        #expect(sample.post("/api/marks", #"{"id": "\#(id)", "is_hidden": true}"#).status == 200)
        let run = try #require(try sample.runs()[id])
        #expect(run["note"] as? String == "one\ntwo" && run["is_pinned"] as? Bool == true)
        #expect(run["is_hidden"] as? Bool == true && run["tags"] as? [String] == ["a", "실험"])
        #expect(try sample.directory.names.filter { $0.hasPrefix(".") } == [])
        let clear = #"{"id": "\#(id)", "tags": [], "note": "", "is_pinned": false, "is_hidden": false}"#
        #expect(sample.post("/api/marks", clear).status == 200)
        #expect(!FileManager.default.fileExists(atPath: sample.run(id).marks))
    }

    @Test func `a resume keeps the marks`() throws {
        let recorded = try RecordedRun()
        try recorded.train()
        try recorded.directory.add("marks.json", #"{"note": "kept"}"#)
        var resumed = recorded
        resumed.epochs = 9
        try resumed.train()
        #expect(try text(recorded.run.marks) == #"{"note": "kept"}"#)
    }

    @Test(arguments: [
        #""tags": ["\#(String(repeating: "a", count: 41))"]"#, #""tags": [""]"#, #""tags": [" a"]"#,
        #""tags": ["a", "a"]"#, #""tags": ["a\nb"]"#, #""tags": ["\u202e"]"#, #""tags": 1"#, #""note": 1"#,
        #""tags": [\#((0..<21).map { "\"\($0)\"" }.joined(separator: ","))]"#, #""note": "a\u0000""#,
        #""note": "\#(String(repeating: "a", count: 10_001))""#, #""is_pinned": "yes""#, #""note": "a\tb""#,
    ])
    func `marks out of their limits change nothing`(marks: String) throws {
        let sample = try PageSample.ofEveryState()
        let files = try sample.files()
        let answer = sample.post("/api/marks", "{\"id\": \"\(PageSample.finished)\", \(marks)}")
        #expect(answer.status == 400 && !answer.message.isEmpty, "\(answer.text)")
        #expect(try sample.files() == files)
    }

    @Test(arguments: [
        ("", 400), ("{", 400), ("[]", 400), ("{}", 400), (#"{"id": ".."}"#, 400),
        (#"{"id": "missing"}"#, 404),
        (#"{"id": "/etc"}"#, 400), (#"{"id": 1}"#, 400), (String(repeating: "[", count: 60_000), 400),
        (String(repeating: " ", count: 65_537), 413),
    ])
    func `a change that names no run is refused`(body: String, status: Int) throws {
        let sample = try PageSample.ofEveryState()
        let files = try sample.files()
        #expect(sample.post("/api/marks", body).status == status)
        #expect(try sample.files() == files)
    }

    @Test func `marks that cannot be read are not replaced`() throws {
        let sample = try PageSample.ofEveryState()
        try sample.directory.add("\(PageSample.finished)/marks.json", "{damaged")
        let answer = sample.post("/api/marks", #"{"id": "\#(PageSample.finished)", "note": "new"}"#)
        #expect(answer.status == 409 && answer.message.contains("marks.json"))
        #expect(try text(sample.run(PageSample.finished).marks) == "{damaged")
    }

    @Test func `a deleted run is in the bin and comes back`() throws {
        let sample = try PageSample.ofEveryState()
        let before = try sample.files()
        let answer = try sample.post("/api/delete", #"{"ids": ["\#(PageSample.finished)"]}"#).object
        let deleted = try #require((answer["deleted"] as? [[String: String]])?.first)
        let bin = try #require(deleted["bin_id"])
        #expect(deleted["id"] == PageSample.finished && bin.hasSuffix("-\(PageSample.finished)"))
        #expect(Set(try sample.runs().keys) == [PageSample.killed, PageSample.damaged])
        #expect(try RunList(root: sample.directory.path, of: []).runs.count == 2)
        let entry = try #require((try sample.get("/api/bin").object["runs"] as? [[String: Any]])?.first)
        #expect(entry["id"] as? String == bin && entry["name"] as? String == PageSample.finished)
        #expect((entry["bytes"] as? Int ?? 0) > 100)
        #expect((entry["deleted"] as? String)?.hasSuffix("Z") == true)
        let restored = sample.post("/api/restore", #"{"bin_ids": ["\#(bin)"]}"#)
        #expect(restored.status == 200, "\(restored.text)")
        let after = try sample.files().filter { name, _ in
            ![".bin", ".runs.lock", "latest"].contains(name) && !name.hasSuffix("/lock")
        }
        #expect(after == before)
        #expect(try sample.runs().count == 3)
    }

    @Test func `a purged run is gone, and what it links to is not`() throws {
        let sample = try PageSample.ofEveryState()
        let kept = try sample.directory.add("kept/file", "text")
        try FileManager.default.createSymbolicLink(
            atPath: sample.directory.file("\(PageSample.killed)/link"),
            withDestinationPath: sample.directory.file("kept"))
        try sample.directory.add("\(PageSample.killed)/a/b/c", "text")
        let answer = try sample.post("/api/delete", #"{"ids": ["\#(PageSample.killed)"]}"#).object
        let bin = try #require((answer["deleted"] as? [[String: String]])?.first?["bin_id"])
        let purged = sample.post("/api/purge", #"{"bin_ids": ["\#(bin)"]}"#)
        #expect(purged.status == 200, "\(purged.text)")
        #expect(try sample.get("/api/bin").object["runs"] as? [String] == [])
        #expect(try text(kept) == "text")
        #expect(sample.post("/api/restore", #"{"bin_ids": ["\#(bin)"]}"#).status == 404)
    }

    @Test func `a running run and a run of a sweep cannot be deleted`() throws {
        let sample = try PageSample.ofEveryState()
        let entry = "sweeps/s/runs/20260101-000000-entry-0000"
        _ = try SampleRun.finished(entry, in: sample.directory)
        let lock = try RunDirectory.Lock(sample.run(PageSample.killed))
        let answer = sample.post("/api/delete", #"{"ids": ["\#(PageSample.killed)", "\#(entry)"]}"#)
        #expect(answer.status == 409 && answer.message.contains("running"))
        let both = sample.post(
            "/api/delete", #"{"ids": ["\#(PageSample.killed)", "\#(PageSample.finished)"]}"#)
        #expect(both.status == 200)
        #expect((try both.object["errors"] as? [[String: String]])?.first?["id"] == PageSample.killed)
        #expect(try sample.runs().count == 2)
        withExtendedLifetime(lock) {}
    }

    @Test(arguments: [
        "..", "../\(PageSample.finished)", PageSample.finished, "", "missing", "20260101-000000-latest",
        "20260101-000000-..", "20260101-000000-a/b", "20260101-000000-missing",
    ])
    func `only what is in the bin is restored and purged`(id: String) throws {
        let sample = try PageSample.ofEveryState()
        try sample.directory.add(".bin/20260101-000000-latest/config.json", "{}")
        let files = try sample.files().filter { $0.key != ".runs.lock" }
        for target in ["restore", "purge"] {
            if id == "20260101-000000-latest", target == "purge" { continue }
            #expect(sample.post("/api/\(target)", #"{"bin_ids": ["\#(id)"]}"#).status == 404)
        }
        #expect(try sample.files().filter { $0.key != ".runs.lock" } == files)
    }

    @Test func `a run is not restored over another`() throws {
        let sample = try PageSample.ofEveryState()
        let answer = try sample.post("/api/delete", #"{"ids": ["\#(PageSample.finished)"]}"#).object
        let bin = try #require((answer["deleted"] as? [[String: String]])?.first?["bin_id"])
        _ = try SampleRun.finished(PageSample.finished, in: sample.directory)
        let restored = sample.post("/api/restore", #"{"bin_ids": ["\#(bin)"]}"#)
        #expect(restored.status == 409 && restored.message.contains("rename"))
    }

    @Test func `the link to the newest run follows`() throws {
        let sample = try PageSample()
        let names = try (0..<3).map {
            try RunDirectory.create(root: sample.directory.path, name: "r", at: Double(1000 * $0)).run.name
        }
        var latest: String? { POSIX.target(ofLink: sample.directory.file("latest")) }
        func delete(_ name: String) throws -> String {
            let answer = try sample.post("/api/delete", #"{"ids": ["\#(name)"]}"#).object
            return try #require((answer["deleted"] as? [[String: String]])?.first?["bin_id"])
        }
        let oldest = try delete(names[0])
        #expect(latest == names[2])
        let newest = try delete(names[2])
        #expect(latest == names[1])
        _ = try delete(names[1])
        #expect(latest == nil)
        _ = sample.post("/api/restore", #"{"bin_ids": ["\#(oldest)"]}"#)
        #expect(latest == names[0])
        _ = sample.post("/api/restore", #"{"bin_ids": ["\#(newest)"]}"#)
        #expect(latest == names[2])
    }

    @Test func `a link in place of the bin is not followed`() throws {
        let sample = try PageSample.ofEveryState()
        let other = try TemporaryDirectory()
        try FileManager.default.createSymbolicLink(
            atPath: sample.directory.file(".bin"), withDestinationPath: other.path)
        let answer = sample.post("/api/delete", #"{"ids": ["\#(PageSample.finished)"]}"#)
        #expect(answer.status == 500)
        #expect(try other.names.isEmpty)
        #expect(try sample.runs().count == 3)
    }
}
