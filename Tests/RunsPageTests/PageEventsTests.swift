import Foundation
import Platform
import RunSamples
import Runs
import RunsPage
import TestSupport
import Testing

@Suite struct PageEventsTests {
    /// Returns the events until one fulfils a condition, at most within five minutes: tests that block their threads run beside.
    private func events(
        _ source: any EventSource, until isLast: (StreamedEvent) -> Bool
    ) async throws -> [StreamedEvent] {
        var events: [StreamedEvent] = []
        let start = POSIX.monotonicSeconds()
        while POSIX.monotonicSeconds() - start < 300 {
            let bytes = try #require(await source.next())
            guard let event = StreamedEvent(bytes) else { continue }
            events.append(event)
            if isLast(event) { return events }
        }
        Issue.record("no such event within five minutes; found \(events.map(\.name))")
        return events
    }

    private func stream(_ sample: PageSample, _ query: String = "") throws -> any EventSource {
        let answer = sample.get("/api/events\(query)")
        #expect(answer.status == 200 && answer.headers["Content-Type"] == "text/event-stream")
        return try #require(answer.events)
    }

    private func append(_ text: String, to path: String) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }

    private func names(_ event: StreamedEvent) -> [String] {
        (event.data["runs"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
    }

    @Test func `a stream begins with everything`() async throws {
        let sample = try PageSample.ofEveryState()
        let name = PageSample.killed
        try sample.directory.add("\(name)/metrics.jsonl", "{\"step\":1}\nbroken\n{\"step\":2}\n{\"st")
        try sample.directory.add("\(name)/train.log", "one\ntwo\nthr")
        let all = try await events(try stream(sample, "?run=\(name)")) { $0.name == "log" }
        let runs = all.filter { $0.name == "runs" }
        #expect(Set(runs.flatMap(names)) == [PageSample.finished, name, PageSample.damaged])
        let run = try #require(all.first { $0.name == "run" })
        #expect((run.data["run"] as? [String: Any])?["id"] as? String == name)
        let records = try #require(all.first { $0.name == "records" })
        #expect(records.data["from"] as? Int == 0 && records.data["cut"] as? Bool == false)
        #expect((records.data["records"] as? [[String: Int]]) == [["step": 1], ["step": 2]])
        let log = try #require(all.last)
        #expect(log.data["from"] as? Int == 0 && log.data["lines"] as? [String] == ["one", "two"])
    }

    @Test func `appended lines follow, and only complete ones`() async throws {
        let sample = try PageSample.ofEveryState()
        let run = sample.run(PageSample.killed)
        try sample.directory.add("\(PageSample.killed)/metrics.jsonl", "{\"step\":1}\n{\"st")
        let source = try stream(sample, "?run=\(PageSample.killed)")
        _ = try await events(source) { $0.name == "records" }
        try append("ep\":2}\n{\"step\":3}\n{\"x", to: run.records)
        let more = try await events(source) { $0.name == "records" }.last
        #expect(more?.data["from"] as? Int == 1)
        #expect((more?.data["records"] as? [[String: Int]]) == [["step": 2], ["step": 3]])
    }

    @Test(arguments: ["{\"step\":9}\n", "{\"step\":7}\n{\"step\":8}\n{\"step\":9}\n{\"step\":10}\n", ""])
    func `a file that was cut or replaced is sent again`(content: String) async throws {
        let sample = try PageSample.ofEveryState()
        let run = sample.run(PageSample.killed)
        try sample.directory.add("\(PageSample.killed)/metrics.jsonl", "{\"step\":1}\n{\"step\":2}\n")
        let source = try stream(sample, "?run=\(PageSample.killed)")
        _ = try await events(source) { $0.name == "records" }
        // The same file, as a resume cuts and continues it.
        let file = try FileHandle(forWritingTo: URL(filePath: run.records))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(content.utf8))
        try file.close()
        let again = try #require(try await events(source) { $0.name == "records" }.last)
        #expect(again.data["from"] as? Int == 0)
        #expect((again.data["records"] as? [Any])?.count == content.count { $0 == "\n" })
    }

    @Test func `new, changed and removed runs are told`() async throws {
        let sample = try PageSample.ofEveryState()
        let source = try stream(sample, "?run=\(PageSample.killed)")
        _ = try await events(source) { $0.data["is_complete"] as? Bool == true }
        let start = POSIX.monotonicSeconds()
        _ = try SampleRun.finished("20260201-000000-new", in: sample.directory)
        _ = try await events(source) { names($0).contains("20260201-000000-new") }
        #expect(POSIX.monotonicSeconds() - start < 30)
        try SampleRun.summary(.stopped).write(to: sample.run(PageSample.killed))
        let changed = try await events(source) {
            ($0.data["run"] as? [String: Any])?["state"] as? String == "stopped"
        }
        #expect(changed.last?.name == "run")
        try FileManager.default.removeItem(atPath: sample.directory.file(PageSample.killed))
        _ = try await events(source) {
            ($0.data["removed"] as? [String])?.contains(PageSample.killed) == true
        }
        // The stream goes on.
        _ = try SampleRun.finished("20260202-000000-newer", in: sample.directory)
        _ = try await events(source) { names($0).contains("20260202-000000-newer") }
    }

    @Test func `a run that ends is told`() async throws {
        let sample = try PageSample.ofEveryState()
        let source: any EventSource
        do {
            let lock = try RunDirectory.Lock(sample.run(PageSample.killed))
            source = try stream(sample, "?run=\(PageSample.killed)")
            let first = try await events(source) { $0.name == "run" }.last
            #expect((first?.data["run"] as? [String: Any])?["state"] as? String == "running")
            #expect(first?.data["can_stop"] as? Bool == true)
            withExtendedLifetime(lock) {}
        }
        let last = try await events(source) { $0.name == "run" }.last
        #expect((last?.data["run"] as? [String: Any])?["state"] as? String == "failed")
    }

    @Test func `a damaged run does not end the stream`() async throws {
        let sample = try PageSample.ofEveryState()
        let name = PageSample.finished
        let source = try stream(sample, "?run=\(name)&run=missing")
        _ = try await events(source) { $0.name == "run" }
        for file in ["config.json", "summary.json", "metrics.csv", "metrics.jsonl", "train.log"] {
            let path = sample.directory.file("\(name)/\(file)")
            try? FileManager.default.removeItem(atPath: path)
            #expect(mkfifo(path, 0o600) == 0)
        }
        _ = try await events(source) {
            (($0.data["run"] as? [String: Any])?["problems"] as? [String])?.isEmpty == false
        }
    }

    @Test func `a long log is sent in pieces, and cut to the last records`() async throws {
        let sample = try PageSample.ofEveryState()
        try sample.directory.add(
            "\(PageSample.killed)/metrics.jsonl",
            (0..<200_010).map { "{\"step\":\($0)}\n" }.joined())
        let source = try stream(sample, "?run=\(PageSample.killed)")
        var steps: [Int] = []
        _ = try await events(source) { event in
            guard event.name == "records" else { return false }
            #expect(event.data["from"] as? Int == steps.count && event.data["cut"] as? Bool == true)
            steps += (event.data["records"] as? [[String: Int]] ?? []).compactMap { $0["step"] }
            return steps.count == 200_000
        }
        #expect(steps.elementsEqual(10..<200_010))
    }

    @Test func `the number of runs of a stream is limited`() throws {
        let sample = try PageSample.ofEveryState()
        let query = (0..<40).map { "run=a\($0)" }.joined(separator: "&")
        let answer = sample.get("/api/events?\(query)")
        #expect(answer.status == 400 && answer.message.contains("32"))
        // The same run again is one run.
        let same = (0..<40).map { _ in "run=a" }.joined(separator: "&")
        #expect(sample.get("/api/events?\(same)").status == 200)
    }
}
