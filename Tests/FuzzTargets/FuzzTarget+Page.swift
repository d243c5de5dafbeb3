import Platform
import Runs
import RunsPage

extension FuzzTarget {
    /// A request to the page of a directory of runs: a line with method and target, the fields of the header, an empty
    /// line, the body. No request changes files, except a POST of the page, and none changes files elsewhere.
    static let pageRequest = FuzzTarget("page-request") { input in
        let root = input.makeDirectory("page/runs")
        let outside = input.write(Array("outside".utf8), to: "page/outside")
        let run = RunDirectory(path: input.makeDirectory("page/runs/\(Page.run)"))
        _ = input.makeDirectory("page/runs/\(Page.run)/checkpoints")
        for (name, content) in Page.files {
            _ = input.write(Array(content.utf8), to: "page/runs/\(Page.run)/\(name)")
        }
        if try POSIX.kind(at: run.marks) != nil { try POSIX.discardFile(run.marks) }
        let request = Page.Request(input.bytes)
        // It would start programs.
        if request.target.hasPrefix("/api/resume") { return }
        let before = try Page.content(of: root)
        let page = RunsPage(root: root, access: .loopback(port: 8128))
        let answer = page.answer(
            method: request.method, target: request.target, headers: request.headers, body: request.body)

        try require((200...599).contains(answer.status), "the status \(answer.status)")
        try require(answer.headers["X-Content-Type-Options"] == "nosniff", "an answer without safeguards")
        for (name, value) in answer.headers {
            try require(
                (name + value).utf8.allSatisfy { (0x20..<0x7F).contains($0) },
                "the field \(name.quoted) is \(value.quoted)")
        }
        if case .bytes(let bytes) = answer.body, answer.headers["Content-Type"] == "application/json" {
            let limits = JSON.Limits(bytes: 64 << 20, values: 4_000_000)
            if !bytes.isEmpty { _ = try readBack { try JSON.value(JSONValue.self, from: bytes, limits) } }
            try require(!bytes.contains { $0 < 0x20 && $0 != 0x0A }, "a control character in an answer")
        }
        if answer.status >= 400 {
            guard case .bytes(let bytes) = answer.body else { throw FuzzFailure("an error that is a stream") }
            try require(bytes.count <= 4096, "an error of \(bytes.count) bytes")
        }
        let after = try Page.content(of: root)
        let mayChange = request.method == "POST" && request.isOfPage
        try require(mayChange || after == before, "a request changed files")
        try require(try RecordFile.content(of: outside) == Array("outside".utf8), "a file elsewhere changed")
        if after != before { try Page.clear(root) }
    }
}

private enum Page {
    static let run = "20260131-235959-sample"
    static let files = [
        "config.json": #"{"program": "mnist-bilstm", "options": {"epochs": 2}, "command_line": []}"#,
        "metrics.csv":
            "epoch,train_loss,train_accuracy,learning_rate,seconds,images_per_second\n0,0.5,81.5,0.1,1,9\n",
        "metrics.jsonl": "{\"kind\":\"step\",\"step\":1}\n{\"kind\":\"epoch\",\"epoch\":0,\"step\":3}\n",
        "train.log": "line\n",
    ]

    struct Request {
        var method = ""
        var target = ""
        var headers: [String: String] = [:]
        var body: [UInt8] = []

        init(_ bytes: [UInt8]) {
            var rest = bytes[...]
            func line() -> String {
                let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
                defer { rest = rest[min(end + 1, rest.endIndex)...] }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            let first = line().split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            method = String(first[0])
            target = first.count > 1 ? String(first[1]) : ""
            while !rest.isEmpty {
                let field = line().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                guard field.count == 2 else { break }
                headers[String(field[0])] = String(field[1]).trimmed
            }
            body = Array(rest)
        }

        /// Whether the request has the fields that only the page's own requests have.
        var isOfPage: Bool {
            let headers = Dictionary(headers.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
            return headers["x-runs-page"] == "1"
        }
    }

    /// Returns the content of all files in a directory of runs.
    static func content(of path: String, depth: Int = 0) throws -> [String: [UInt8]] {
        var content: [String: [UInt8]] = [:]
        for name in try POSIX.names(in: path) {
            let entry = FilePath.join(path, name)
            switch try POSIX.kind(at: entry) {
            case .directory where depth < 8:
                content[entry] = []
                content.merge(try Self.content(of: entry, depth: depth + 1)) { first, _ in first }
            case .regular: content[entry] = try RecordFile.content(of: entry)
            default: content[entry] = Array((POSIX.target(ofLink: entry) ?? "").utf8)
            }
        }
        return content
    }

    /// Removes everything in a directory of runs.
    static func clear(_ path: String) throws {
        let directory = try OpenDirectory(path)
        for name in try directory.names() {
            if try directory.kind(of: name) == .directory {
                try directory.removeTree(name)
            } else {
                try directory.discard(name)
            }
        }
    }
}
