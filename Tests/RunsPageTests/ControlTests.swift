import Foundation
import Platform
import RunSamples
import Runs
import SequenceClassification
import TestSupport
import Testing
import Training

@testable import RunsPage

/// `/api/stop` and `/api/resume`, and `/api/mistakes` of sequences.
struct ControlTests {
    let sample: PageSample

    init() throws { sample = try PageSample.ofEveryState() }

    // MARK: Stop

    @Test func `a running training is asked to stop, others are not`() throws {
        let run = sample.run(PageSample.killed)
        let body = #"{"id": "\#(PageSample.killed)"}"#
        for name in [PageSample.finished, PageSample.killed, PageSample.damaged] {
            let answer = sample.post("/api/stop", #"{"id": "\#(name)"}"#)
            #expect(answer.status == 409 && answer.message.contains("is not running"), "\(answer.text)")
            #expect(!sample.run(name).isAskedToStop)
        }
        let lock = try RunDirectory.Lock(run)
        for _ in 0..<2 {
            #expect(sample.post("/api/stop", body).status == 200)
            #expect(run.isAskedToStop)
        }
        try run.discardStopRequest()
        // Something else has the name of the file.
        try FileManager.default.createSymbolicLink(
            atPath: run.stopRequest, withDestinationPath: run.summary)
        let refused = sample.post("/api/stop", body)
        #expect(refused.status == 409 && refused.message.contains("stop"), "\(refused.text)")
        withExtendedLifetime(lock) {}
    }

    @Test(arguments: [
        ("", 400), ("{", 400), ("[]", 400), ("{}", 400), (#"{"id": 1}"#, 400), (#"{"id": ""}"#, 400),
        (#"{"id": "../x"}"#, 400), (#"{"id": "none"}"#, 404), (#"{"id": "latest"}"#, 404),
    ])
    func `other bodies are refused`(body: String, status: Int) throws {
        try FileManager.default.createSymbolicLink(
            atPath: sample.directory.file("latest"), withDestinationPath: PageSample.killed)
        let files = try sample.files()
        for address in ["/api/stop", "/api/resume"] {
            let answer = sample.post(address, body.isEmpty ? "" : body)
            // A resume needs the number of epochs, too.
            let isMissing = address == "/api/resume" && status == 404
            #expect(answer.status == (isMissing ? 400 : status), "\(address) \(body): \(answer.text)")
        }
        #expect(try sample.files() == files)
    }

    // MARK: Resume

    /// Makes a program that takes the place of `mnist-bilstm`, and returns its path.
    private func program(_ script: String) throws -> String {
        let path = sample.directory.file(".program")
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    private func resume(_ name: String, epochs: Int = 9, script: String? = nil) throws -> PageAnswer {
        let path = try script.map(program)
        let request = try PageRequest(
            method: "POST", target: "/api/resume", headers: PageSample.changing,
            body: Array(#"{"id": "\#(name)", "epochs": \#(epochs)}"#.utf8))
        while true {
            do {
                return try sample.page.resume(request) { _ in path }
            } catch let error as FileError where error.code == ETXTBSY {
                // A child of another test was started while the script was written, and has not yet closed it.
                usleep(10_000)
            } catch {
                return .error(PageError(error))
            }
        }
    }

    @Test func `a training is started with its run and its epochs, and does not belong to the page`() throws {
        let note = sample.directory.file(".note")
        let script = """
            echo "$@" > \(note)
            cat /proc/$$/stat > \(note).stat
            echo visible; echo hidden >&2
            read line && echo input >> \(note)
            touch \(note).done; sleep 2; echo ended >> \(note)
            """
        let start = ContinuousClock.now
        let answer = try resume(PageSample.killed, script: script)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(ContinuousClock.now - start < .seconds(5))
        let run = sample.run(PageSample.killed).path
        let words = "train --resume \(run) --epochs 9 --allow-changes"
        #expect(try answer.object["command"] as? String == "mnist-bilstm \(words)")
        while !FileManager.default.fileExists(atPath: note + ".done") { usleep(10_000) }
        // It still lives, and does not hold the lock of the run.
        let twice = try resume(PageSample.killed, script: script)
        #expect(twice.status == 409 && twice.message.contains("is being resumed already"), "\(twice.text)")
        #expect(try text(note) == words + "\n")
        #if os(Linux)
            // The fields after the name: state, parent, process group, session, terminal.
            let fields = try text(note + ".stat").split(separator: ")").last!.split(separator: " ")
            let number = try text(note + ".stat").prefix { $0 != " " }
            #expect(fields[2] == number && fields[3] == number && fields[4] == "0")
        #endif
    }

    @Test(arguments: [
        (
            "echo 'Warning: old' >&2; echo 'Error: the data is gone' >&2; echo 'Error: more' >&2; exit 66",
            "the data is gone"
        ),
        ("exit 3", "the training ended at once: exit(code: 3)"),
        ("kill -9 $$", "the training ended at once: signal(9)"),
        ("exit 0", "is finished by early stopping"),
    ])
    func `a training that ends at once tells why`(script: String, message: String) throws {
        let answer = try resume(PageSample.finished, script: script)
        #expect(answer.status == 409 && answer.message.contains(message), "\(answer.text)")
    }

    @Test func `a training that ends at once with all its epochs has succeeded`() throws {
        let run = sample.run(PageSample.finished)
        var summary = try RunSummary.read(run)
        summary.epochs = 9
        let after = sample.directory.file(".after")
        try JSON.write(summary, to: after)
        let answer = try resume(PageSample.finished, script: "mv \(after) \(run.summary)")
        #expect(answer.status == 200, "\(answer.text)")
    }

    /// The finished run has 5 epochs.
    @Test(arguments: [
        (PageSample.finished, -1), (PageSample.finished, 0), (PageSample.finished, 5),
        (PageSample.finished, 1_000_001),
        (PageSample.killed, 4), (PageSample.finished, Int.max), (PageSample.finished, Int.min),
    ])
    func `a number of epochs that is out of range is refused`(name: String, epochs: Int) throws {
        let answer = try resume(name, epochs: epochs, script: "exit 1")
        #expect(answer.status == 400 && answer.message.contains("epochs: expected "), "\(answer.text)")
    }

    @Test func `runs that cannot be resumed from the page are refused with advice`() throws {
        let unbuilt = try resume(PageSample.killed)
        #expect(unbuilt.status == 409)
        #expect(unbuilt.message.contains("swift build -c release --product mnist-bilstm"))

        let running = try RunDirectory.Lock(sample.run(PageSample.killed))
        let answer = try resume(PageSample.killed, script: "exit 1")
        #expect(answer.status == 409 && answer.message.contains("is running"), "\(answer.text)")
        withExtendedLifetime(running) {}

        let sweep = "sweeps/cells/runs/20260131-235959-entry-0000"
        try FileManager.default.createDirectory(
            atPath: sample.directory.file("sweeps/cells/runs"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: sample.run(PageSample.killed).path, toPath: sample.directory.file(sweep))
        let entry = try resume(sweep, script: "exit 1")
        #expect(entry.status == 409)
        #expect(
            entry.message.contains("mnist-bilstm sweep --resume \(sample.directory.file("sweeps/cells"))"),
            "\(entry.text)")

        let other = sample.run("20260131-235959-other")
        for (program, advice) in [
            (RunDirectory.library, "TrainingRun(continuing: "),
            ("somebody's", "config.json of a known program"),
        ] {
            try FileManager.default.createDirectory(
                atPath: other.checkpoints, withIntermediateDirectories: true)
            try Data(#"{"program": "\#(program)", "options": {}}"#.utf8).write(
                to: URL(filePath: other.configuration))
            let answer = try resume(other.name, script: "exit 1")
            #expect(answer.status == 409 && answer.message.contains(advice), "\(answer.text)")
        }
    }

    // MARK: Mistakes of sequences

    @Test func `the mistakes of a sequence run have their channels`() throws {
        let run = sample.run(PageSample.finished)
        try Data(#"{"program": "sequence-classifier", "options": {}}"#.utf8).write(
            to: URL(filePath: run.configuration))
        let file: [String: Any] = [
            "channels": 2, "names": ["x", "<y>"],
            "sequences": [[[0.5, 1.5, 2], [3, 4.25, 5]], [[6], [7]]],
        ]
        try JSONSerialization.data(withJSONObject: file).write(to: URL(filePath: run.path + "/mistakes.json"))
        let answer = sample.get("/api/mistakes?id=\(PageSample.finished)")
        #expect(answer.status == 200, "\(answer.text)")
        let object = try answer.object
        #expect(object["channel_count"] as? Int == 2)
        #expect(object["channel_names"] as? [String] == ["x", "<y>"])
        let sequences = try #require(object["sequences"] as? [[String: Any]])
        // The mistakes of `evaluation.json`, in its order.
        #expect(sequences.map { $0["index"] as? Int } == [14, 3])
        #expect(sequences.map { $0["label"] as? Int } == [2, 0])
        #expect(sequences.map { $0["predicted"] as? Int } == [0, 1])
        #expect(sequences.map { $0["probability"] as? Double } == [0.987, 0.5])
        #expect(sequences[0]["channels"] as? [[Double]] == [[0.5, 1.5, 2], [3, 4.25, 5]])
        try FileManager.default.removeItem(atPath: run.evaluation)
        #expect(sample.get("/api/mistakes?id=\(PageSample.finished)").status == 404)
    }
}
