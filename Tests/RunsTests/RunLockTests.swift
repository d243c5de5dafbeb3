import Foundation
import ImageClassification
import Platform
import TestSupport
import Testing

@testable import Runs

@Suite("Locks and places of runs")
struct RunLockTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func make(_ name: String) throws -> RunDirectory {
        try FileManager.default.createDirectory(
            atPath: directory.file("\(name)/checkpoints"), withIntermediateDirectories: true)
        return RunDirectory(path: directory.file(name))
    }

    @Test
    func `one process holds the lock at a time, as long as it wants`() throws {
        let run = try make("a")
        #expect(try !run.isRunning)
        var lock: RunDirectory.Lock? = try .init(run)
        #expect(lock?.run == run)
        #expect(try run.isRunning)
        #expect(error(RunError.self) { _ = try RunDirectory.Lock(run) } == .inUse(run: run.path))
        #expect(try run.isRunning)
        lock = nil
        #expect(try !run.isRunning)
        _ = try RunDirectory.Lock(run)
        _ = try RunDirectory.Lock(run)
    }

    @Test
    func `a check does not keep a writer out`() async throws {
        let run = try make("a")
        let looker = Task.detached { while !Task.isCancelled { _ = try? run.isRunning } }
        for _ in 0..<50 { _ = try RunDirectory.Lock(run) }
        looker.cancel()
        await looker.value
    }

    @Test
    func `a new run is locked`() throws {
        let lock = try RunDirectory.create(root: directory.path, name: "a")
        #expect(try lock.run.isRunning)
        #expect(throws: RunError.inUse(run: lock.run.path)) { try RunDirectory.Lock(lock.run) }
    }

    @Test
    func `checking does not create a lock file in an older or untrained run`() throws {
        let run = try make("old")
        #expect(try !run.isRunning)
        #expect(try directory.names == ["old"])
        #expect(try POSIX.names(in: run.path) == ["checkpoints"])
        // A killed process left the file.
        try directory.add("old/lock", "")
        #expect(try !run.isRunning)
        _ = try RunDirectory.Lock(run)
    }

    @Test
    func `if the lock cannot be checked, the summary is used and the problem reported`() throws {
        let run = try make("a")
        #expect(mkfifo(run.lock, 0o600) == 0)
        var summary = RunSummary()
        summary.state = .running
        try summary.write(to: run)
        #expect(throws: FileError.self) { try run.isRunning }
        let record = RunRecord(run, of: [.mnistBiLSTM])
        #expect(record.state == .running)
        #expect(
            record.problems == [
                "\(run.lock): cannot open: expected a regular file, found a FIFO; move or rename it"
            ])
        #expect(error(FileError.self) { _ = try RunDirectory.Lock(run) }?.misfit?.found == .pipe)
    }

    @Test
    func `a missing directory is an error`() throws {
        let run = RunDirectory(path: directory.file("none"))
        #expect(try !run.isRunning)
        #expect(error(FileError.self) { _ = try RunDirectory.Lock(run) }?.isMissing == true)
    }

    @Test(
        arguments: RunState.allCases
    )
    func `a run that nobody writes to failed unless its summary says otherwise`(state: RunState) throws {
        let run = try make("a")
        var summary = RunSummary()
        summary.state = state
        #expect(try run.state(of: summary) == (state == .running ? .failed : state))
        #expect(try run.state(of: nil) == .failed)
        let lock = try RunDirectory.Lock(run)
        #expect(try run.state(of: summary) == .running)
        #expect(try run.state(of: nil) == .running)
        withExtendedLifetime(lock) {}
    }

    @Test
    func `a run is found by latest, name, path, and the path of a checkpoint`() throws {
        let run = try make("runs/b")
        let root = directory.file("runs")
        try OpenDirectory(root).point("latest", to: "b")
        try directory.add("runs/b/checkpoints/step-1.safetensors", "x")
        func find(_ name: String) throws -> [String?] {
            let found = try RunDirectory.find(name, root: root)
            return [found.run.path, found.checkpoint]
        }
        #expect(try find("latest") == [run.path, nil])
        #expect(try find("b") == [run.path, nil])
        #expect(try find(run.path) == [run.path, nil])
        #expect(try find(run.path + "/") == [run.path, nil])
        #expect(try find(run.path + "//") == [run.path, nil])
        #expect(try find(root + "/../runs/b") == [root + "/../runs/b", nil])
        let checkpoint = run.path + "/checkpoints/step-1.safetensors"
        #expect(try find(checkpoint) == [run.path, checkpoint])
        // This is the longest name after its time.
        let long = try make("runs/20260131-235959-" + String(repeating: "x", count: 100))
        #expect(try find(FilePath.name(of: long.path)) == [long.path, nil])
        // Without its time, the newest run is found; a file is not.
        _ = try make("runs/20260131-235959-wider")
        let newest = try make("runs/20260201-000000-wider")
        try directory.add("runs/20260202-000000-wider", "x")
        #expect(try find("wider") == [newest.path, nil])
        _ = try make("runs/20260201-000000-wider-2")
        let third = try make("runs/20260201-000000-wider-3")
        _ = try make("runs/20260131-235959-wider-7")
        #expect(try find("wider") == [third.path, nil])
        // Somebody made a link to a run elsewhere.
        let elsewhere = try make("elsewhere")
        try OpenDirectory(root).point("moved", to: elsewhere.path)
        #expect(try find("moved") == [elsewhere.path, nil])
        #expect(try RunDirectory.find("latest", root: root + "/").run.path == run.path)
    }

    @Test(
        arguments: [
            "", "none", "/", "..", ".", "b/none", "x/checkpoints/none", "b\0", "latest", "*", "../runs/none",
        ])
    func `anything else is not a run`(name: String) throws {
        _ = try make("runs/b")
        let root = directory.file("runs")
        #expect(
            error(RunError.self) { _ = try RunDirectory.find(name, root: root) }
                == .notFound(name: name, root: root, lister: "mnist-bilstm"))
    }
}
