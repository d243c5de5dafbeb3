import Foundation
import Platform
import Testing

@testable import Datasets
@testable import Fetching

@Suite struct DatasetFetchTests {
    private let sample: FetchSample
    private let copying: DownloadTool

    init() throws {
        sample = try FetchSample()
        copying = try sample.tool(FetchSample.copying)
    }

    private static let curl = DownloadTool.find().flatMap { $0.kind == .curl ? $0 : nil }

    private func tool(isCurl: Bool) throws -> DownloadTool {
        isCurl ? try #require(Self.curl) : copying
    }

    private static let tools = curl == nil ? [false] : [false, true]

    @Test(arguments: tools)
    func `curl itself downloads the files if it is installed`(isCurl: Bool) throws {
        try sample.publish()
        let (error, events) = fetch(sample.dataset(), to: sample.target + "/", try tool(isCurl: isCurl))
        #expect(error == nil)
        #expect(sample.isComplete)
        #expect(events.filter { if case .finished = $0 { true } else { false } }.count == 4)
        #expect(
            events.first
                == .downloading(
                    file: sample.names[0], address: "file://\(sample.path("first"))/\(sample.names[0])",
                    byteCount: 0, total: 1000))
        // Now all files exist, and no tool is needed.
        let again = fetch(sample.dataset(), to: sample.target, nil)
        #expect(again.error == nil && again.events == sample.names.map { .found(file: $0) })
        #expect(sample.dataset().verify(in: sample.target) == .verified(directory: sample.target))
    }

    /// The first half of the mirror's file is wrong, so that the result is right only if the download was continued.
    @Test(arguments: tools) func `a partial download is continued`(isCurl: Bool) throws {
        try sample.publish()
        let content = sample.contents[0]
        try sample.write([UInt8](repeating: 0, count: 500) + content[500...], to: "first/\(sample.names[0])")
        try sample.write(Array(content.prefix(500)), to: "data/new/\(sample.names[0]).part")
        let (error, events) = fetch(sample.dataset(), to: sample.target, try tool(isCurl: isCurl))
        #expect(error == nil && sample.isComplete)
        guard case .downloading(_, _, 500, 1000)? = events.first else {
            Issue.record("\(events)")
            return
        }
    }

    @Test(arguments: [true, false]) func `a complete download is only renamed`(knowsSizes: Bool) throws {
        try sample.publish()
        for (name, content) in zip(sample.names, sample.contents) {
            try sample.write(content, to: "data/new/\(name).part")
        }
        let (error, _) = fetch(sample.dataset(knowsSizes: knowsSizes), to: sample.target, copying)
        #expect(error == nil && sample.isComplete && sample.calls.isEmpty)
    }

    @Test(arguments: [500, 1000, 1500]) func `a wrong download is started again`(byteCount: Int) throws {
        try sample.publish()
        try sample.write(
            [UInt8](repeating: 9, count: byteCount), to: "data/new/\(sample.names[0]).part")
        let (error, events) = fetch(sample.dataset(mirrors: ["first"]), to: sample.target, copying)
        #expect(error == nil && sample.isComplete)
        let failures = events.compactMap { if case .failed(let attempt) = $0 { attempt.reason } else { nil } }
        #expect(failures.count == 1 && failures[0].hasPrefix("expected SHA-256 "))
    }

    @Test(arguments: tools) func `mirrors are tried in their order`(isCurl: Bool) throws {
        try sample.publish(on: "second")
        try sample.write([1, 2, 3], to: "first/\(sample.names[1])")
        let (error, events) = fetch(sample.dataset(), to: sample.target, try tool(isCurl: isCurl))
        #expect(error == nil && sample.isComplete)
        let reasons = events.compactMap { if case .failed(let attempt) = $0 { attempt.reason } else { nil } }
        #expect(reasons.count == 4)
        #expect(reasons[0].contains("curl: (37)"))
        #expect(reasons[1].contains("expected SHA-256 ") && reasons[1].contains("found 039058c6f2c0cb"))
    }

    @Test func `a wrong file never gets the final name`() throws {
        for mirror in ["first", "second"] { try sample.write([1, 2, 3], to: "\(mirror)/\(sample.names[0])") }
        let (error, _) = fetch(sample.dataset(), to: sample.target, copying)
        guard case .failed(let file, let attempts, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(file == sample.names[0] && attempts.count == 2)
        #expect(sample.present == [])
        let text = error!.description
        for part in ["file://\(sample.path("second"))/", "put it in \(sample.target):", "SHA-256"] {
            #expect(text.contains(part), "\(part) is not in: \(text)")
        }
        #expect(error?.exitStatus == .unavailable)
    }

    @Test func `a broken network keeps the partial file`() throws {
        try sample.publish()
        let breaking = try sample.tool(
            #"head -c 400 "$source" > "$output"; echo "curl: (56) broken" >&2; exit 56"#)
        let dataset = sample.dataset(mirrors: ["first"])
        let (error, events) = fetch(dataset, to: sample.target, breaking)
        #expect(events.contains(.progress(file: sample.names[0], byteCount: 400, total: 1000)))
        #expect(error?.description.contains("curl: (56) broken") == true)
        #expect(sample.present == [sample.names[0] + ".part"])
        #expect(sample.read(sample.part)?.count == 400)
        let whole = try sample.tool(FetchSample.copying)
        let (none, later) = fetch(dataset, to: sample.target, whole)
        #expect(none == nil && sample.isComplete)
        guard case .downloading(_, _, 400, 1000)? = later.first else {
            Issue.record("\(later)")
            return
        }
    }

    @Test func `a connection that breaks repeatedly is continued`() throws {
        try sample.publish()
        let breaking = try sample.tool(
            """
            arrived=0
            if [ -f "$output" ]; then arrived=$(wc -c < "$output"); fi
            head -c $((arrived + 300)) "$source" | tail -c "+$((arrived + 1))" >> "$output"
            if [ $arrived -lt 700 ]; then exit 18; fi
            """)
        let (error, events) = fetch(sample.dataset(mirrors: ["first"]), to: sample.target, breaking)
        #expect(error == nil && sample.isComplete)
        #expect(sample.calls.count == 16)
        let starts = events.compactMap {
            if case .downloading(_, _, let byteCount, _) = $0 { byteCount } else { nil }
        }
        #expect(starts.prefix(4) == [0, 300, 600, 900])
    }

    @Test func `a server that always breaks and cannot continue is given up`() throws {
        for mirror in ["first", "second"] { try sample.publish(on: mirror) }
        let tool = try sample.tool(
            #"if [ -f "$output" ]; then exit 33; fi; head -c 300 "$source" > "$output"; exit 18"#)
        let (error, _) = fetch(sample.dataset(), to: sample.target, tool)
        guard case .failed(_, let attempts, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // Each mirror is started twice, and each download is continued once. The error reports the last attempt.
        #expect(sample.calls.count == 8)
        #expect(attempts.map(\.reason) == ["curl: exit code 33", "curl: exit code 33"])
    }

    @Test func `a file that a mirror compressed again is accepted`() throws {
        try sample.publish()
        var other = sample.contents[0]
        other[4] = 1
        try sample.write(other, to: "first/\(sample.names[0])")
        #expect(fetch(sample.dataset(knowsContents: true), to: sample.target, copying).error == nil)
        #expect(sample.read("\(sample.target)/\(sample.names[0])") == other)
        #expect(sample.calls.count == 4)
        // It is not accepted if it unpacks to something else, or if its expected content is unknown.
        for (knowsContents, content) in [(true, sample.contents[1]), (false, other)] {
            try FileManager.default.removeItem(atPath: sample.target)
            for mirror in ["first", "second"] {
                try sample.write(content, to: "\(mirror)/\(sample.names[0])")
            }
            let (error, _) = fetch(
                sample.dataset(knowsContents: knowsContents), to: sample.target, copying)
            guard case .failed? = error else {
                Issue.record("\(knowsContents): \(String(describing: error))")
                return
            }
            #expect(sample.present == [])
        }
    }

    @Test(arguments: [(DownloadTool.Kind.curl, 23), (.wget, 3)])
    func `without disk space no other mirror is tried`(kind: DownloadTool.Kind, code: Int) throws {
        let tool = try sample.tool("echo 'No space left on device' >&2; exit \(code)")
        let (error, _) = fetch(sample.dataset(), to: sample.target, DownloadTool(kind, path: tool.path))
        #expect(sample.calls.count == 1)
        #expect(error?.exitStatus == .inputOutput)
        #expect(
            error?.description.hasPrefix("\(sample.part): cannot be written: No space left on device\n")
                == true)
    }

    @Test func `a failure is explained if the tool does not explain it`() {
        let (curl, wget) = (DownloadTool(.curl, path: "/c"), DownloadTool(.wget, path: "/w"))
        #expect(curl.reason(22, "curl: (7) no\ncurl: (22) a\u{1B}[1m\n") == #"curl: (22) a\u{1B}[1m"#)
        #expect(curl.reason(18, "") == "curl: exit code 18")
        #expect(wget.reason(4, "") == "wget: exit code 4, a failure of the network")
        #expect(wget.reason(8, "") == "wget: exit code 8")
    }

    @Test(arguments: ["exit 33", "exit 36", "echo 'error: 416'; exit 22"])
    func `a server that cannot continue starts from the beginning`(refusal: String) throws {
        try sample.publish()
        try sample.write(Array(sample.contents[0].prefix(500)), to: "data/new/\(sample.names[0]).part")
        let tool = try sample.tool("if [ -f \"$output\" ]; then \(refusal); fi\n" + FetchSample.copying)
        #expect(fetch(sample.dataset(mirrors: ["first"]), to: sample.target, tool).error == nil)
        #expect(sample.isComplete && sample.calls.count == 5)
    }

    @Test func `without a tool the error says which files to put where`() {
        let (error, _) = fetch(.fashionMNIST, to: sample.target, nil)
        guard case .noTool? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let text = error!.description
        for part in ["neither curl nor wget", "dataset-fashion-mnist", "put it in \(sample.target):"] {
            #expect(text.contains(part), "\(part) is not in: \(text)")
        }
        guard case .noAddress? = fetch(.idx, to: sample.target, copying).error else {
            Issue.record("no error")
            return
        }
        #expect(sample.present == [])
    }

    @Test func `a stopped download keeps the partial file`() throws {
        try sample.publish()
        let slow = try sample.tool(#"head -c 300 "$source" > "$output"; exec sleep 60"#)
        let start = Date()
        let (error, _) = fetch(sample.dataset(), to: sample.target, slow) {
            self.sample.read(self.sample.part)?.count == 300 ? SIGINT : nil
        }
        guard case .stopped(signal: SIGINT)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(Date().timeIntervalSince(start) < 30)
        #expect(sample.present == [sample.names[0] + ".part"])
    }

    @Test func `simultaneous processes wait for each other`() throws {
        try sample.publish()
        let slow = try sample.tool(
            #"head -c 10 "$source" > "$output"; sleep 0.1; tail -c +11 "$source" >> "$output""#)
        let (dataset, target) = (sample.dataset(), sample.target)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            let (error, events) = fetch(dataset, to: target, slow)
            #expect(error == nil)
            #expect(events.count > 3)
        }
        #expect(sample.isComplete && sample.calls.count == 4)
    }

    /// The tool of a killed process keeps running and holds the lock until it ends.
    @Test func `the download tool holds the lock`() throws {
        try FileManager.default.createDirectory(atPath: sample.target, withIntermediateDirectories: true)
        let path = DatasetFetch(.mnist, to: sample.target).lockFile
        var lock = try FileLock(path)
        let child = try ChildProcess(
            "/bin/sh", ["-c", "exec sleep 60"], inheriting: lock!.descriptor)
        lock = nil
        #expect(try FileLock(path) == nil)
        child.end()
        #expect(child.poll() == .signal(15))
        #expect(try FileLock(path) != nil)
    }

    @Test func `a damaged file is replaced if it is compressed`() throws {
        try sample.publish()
        try sample.write([0x1F, 0x8B, 1], to: "data/new/\(sample.names[2])")
        #expect(fetch(sample.dataset(), to: sample.target, copying).error == nil)
        #expect(sample.isComplete)
        try sample.write([1], to: "data/new/t10k-labels-idx1-ubyte")
        guard case .obstructed(let file)? = fetch(.mnist, to: sample.target, nil).error else {
            Issue.record("a file in the way was not seen")
            return
        }
        #expect(file.path == sample.target + "/t10k-labels-idx1-ubyte")
    }

    @Test func `a tool that cannot run is named in the error`() {
        let tool = DownloadTool(.curl, path: sample.path("nowhere"))
        let (error, _) = fetch(sample.dataset(), to: sample.target, tool)
        #expect(error?.description.contains(sample.path("nowhere")) == true)
    }

    @Test func `curl is preferred to wget`() throws {
        let wget = sample.path("other/wget")
        try sample.write([], to: "other/wget")
        let both = sample.path("other") + "::" + sample.path("tools")
        #expect(DownloadTool.find(in: both) == copying)
        #expect(DownloadTool.find(in: sample.path("other")) == nil)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: wget)
        #expect(DownloadTool.find(in: sample.path("other")) == DownloadTool(.wget, path: wget))
        #expect(DownloadTool.find(in: both) == copying)
        try FileManager.default.createDirectory(
            atPath: sample.path("first/curl"), withIntermediateDirectories: true)
        #expect(DownloadTool.find(in: sample.path("first")) == nil)
        #expect(
            DownloadTool(.wget, path: wget).arguments(from: "http://a/b", to: "/c.part").suffix(3)
                == ["--output-document=/c.part", "--", "http://a/b"])
    }
}

/// EMNIST is published as one zip archive with all files.
@Suite struct ArchiveFetchTests {
    private let sample: FetchSample

    init() throws { sample = try FetchSample() }

    private func dataset(_ zip: [UInt8], prefix: String = "gzip/") throws -> ImageDataset {
        try sample.write(zip, to: "first/gzip.zip")
        return sample.dataset(
            ImageDataset.idx.files,
            .archive(
                ImageDataset.Archive(
                    name: "gzip.zip", addresses: ["file://\(sample.path("first"))/gzip.zip"], prefix: prefix,
                    fingerprint: sample.fingerprint(zip))))
    }

    private var zip: [UInt8] {
        storedZip(
            [("gzip/", []), ("gzip/../../x.gz", [1])]
                + Swift.zip(sample.names, sample.contents).map { ("gzip/" + $0, $1) })
    }

    @Test func `files are extracted and the archive is kept`() throws {
        let tool = try sample.tool(FetchSample.copying)
        let dataset = try dataset(zip)
        #expect(fetch(dataset, to: sample.target, tool).error == nil)
        #expect(sample.present == (sample.names + ["gzip.zip"]).sorted())
        for (name, content) in Swift.zip(sample.names, sample.contents) {
            #expect(sample.read(sample.target + "/" + name) == content)
        }
        // The files are extracted from the existing archive.
        try FileManager.default.removeItem(atPath: sample.target + "/" + sample.names[1])
        #expect(fetch(dataset, to: sample.target, nil).error == nil)
        #expect(sample.read(sample.target + "/" + sample.names[1]) == sample.contents[1])
        #expect(sample.calls.count == 1)
    }

    @Test func `a wrong archive is downloaded again`() throws {
        let tool = try sample.tool(FetchSample.copying)
        try sample.write([1, 2, 3], to: "data/new/gzip.zip")
        #expect(fetch(try dataset(zip), to: sample.target, tool).error == nil)
        #expect(sample.present.count == 5)
    }

    @Test func `a file missing from the archive is named in the error`() throws {
        let tool = try sample.tool(FetchSample.copying)
        let (error, _) = fetch(try dataset(zip, prefix: "emnist/"), to: sample.target, tool)
        #expect(error?.description.contains("expected emnist/\(sample.names[0])") == true)
        #expect(error?.exitStatus == .badData)
        #expect(sample.present == ["gzip.zip"])
    }
}
