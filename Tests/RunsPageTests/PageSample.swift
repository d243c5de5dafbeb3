import Foundation
import Platform
import RunSamples
import Runs
import RunsPage
import TestSupport

/// A page of a temporary directory of runs, and requests to it.
struct PageSample {
    let directory: TemporaryDirectory
    let page: RunsPage

    static let host = "127.0.0.1:8128"
    static let headers = ["Host": host]
    static let changing = [
        "Host": host, "Origin": "http://\(host)", "X-Runs-Page": "1", "Content-Type": "application/json",
    ]

    init() throws {
        directory = try TemporaryDirectory()
        page = RunsPage(root: directory.path, access: .loopback(port: 8128))
    }

    /// A page with a run in every state that no process holds, and the names of the runs.
    static func ofEveryState() throws -> PageSample {
        let sample = try PageSample()
        _ = try SampleRun.finished(finished, in: sample.directory)
        let killed = try SampleRun(Self.killed, in: sample.directory)
        try killed.configure { $0.epochs = 7 }
        try killed.addMetrics()
        let damaged = try SampleRun(Self.damaged, in: sample.directory)
        try Data("{".utf8).write(to: URL(filePath: damaged.run.summary))
        return sample
    }

    static let finished = "20260131-235959-finished"
    static let killed = "20260131-235958-killed"
    static let damaged = "20260131-235957-damaged"

    func run(_ name: String) -> RunDirectory { RunDirectory(path: directory.file(name)) }

    func get(_ target: String, method: String = "GET", headers: [String: String] = Self.headers) -> PageAnswer
    {
        page.answer(method: method, target: target, headers: headers, body: [])
    }

    func post(_ target: String, _ body: String) -> PageAnswer {
        page.answer(method: "POST", target: target, headers: Self.changing, body: Array(body.utf8))
    }

    /// Returns the list of runs after all of them were read.
    func list() throws -> [String: Any] {
        var list: [String: Any] = [:]
        for _ in 0..<100 {
            list = try get("/api/runs").object
            if list["is_complete"] as? Bool == true { break }
        }
        return list
    }

    /// Returns the runs of the list by their names.
    func runs() throws -> [String: [String: Any]] {
        let runs = try list()["runs"] as? [[String: Any]] ?? []
        return Dictionary(runs.compactMap { run in (run["id"] as? String).map { ($0, run) } }) { first, _ in
            first
        }
    }

    /// The names and contents of all files in the directory, for comparison.
    func files() throws -> [String: String] {
        let names = FileManager.default.enumerator(atPath: directory.path)?.allObjects as? [String] ?? []
        return names.reduce(into: [:]) { files, name in
            let path = directory.file(name)
            let kind = try? POSIX.kind(at: path)
            files[name] =
                kind == .regular
                ? (FileManager.default.contents(atPath: path) ?? Data()).base64EncodedString()
                : "\(String(describing: kind)) \(POSIX.target(ofLink: path) ?? "")"
        }
    }
}

extension PageAnswer {
    var bytes: [UInt8] { if case .bytes(let bytes) = body { bytes } else { [] } }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The body, an object in JSON.
    var object: [String: Any] {
        get throws {
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
        }
    }

    /// The message of an error.
    var message: String { ((try? object)?["error"] as? String) ?? "" }

    var events: (any EventSource)? { if case .events(let source) = body { source } else { nil } }
}

/// An event of a stream.
struct StreamedEvent {
    let name: String
    let data: [String: Any]

    /// Nil for a comment.
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: "),
            let data = try? JSONSerialization.jsonObject(with: Data(lines[1].dropFirst(6).utf8))
                as? [String: Any]
        else { return nil }
        name = String(lines[0].dropFirst(7))
        self.data = data
    }
}
