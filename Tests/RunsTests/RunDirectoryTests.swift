import Foundation
import Platform
import TestSupport
import Testing

@testable import Runs

@Suite struct RunDirectoryTests {
    /// The time 2026-01-31 23:59:59 UTC.
    static let time = 1_769_903_999.9

    @Test func `the directory has the time and the name`() throws {
        let directory = try TemporaryDirectory()
        let root = directory.file("some/runs")
        let run = try RunDirectory.create(root: root, name: "mnist", at: Self.time).run
        #expect(run.path == root + "/20260131-235959-mnist")
        #expect(run.configuration == run.path + "/config.json")
        #expect(run.lastCheckpoint == run.path + "/checkpoints/last.safetensors")
        try AtomicFile.write("weights", to: run.bestCheckpoint)
        try AtomicFile.write("{}", to: run.configuration)
        // The link is relative, so that `runs` can be moved.
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: root + "/latest")
                == "20260131-235959-mnist")
        #expect(try text(root + "/latest/checkpoints/best.safetensors") == "weights")
    }

    @Test func `other files in the root are left alone`() throws {
        let directory = try TemporaryDirectory()
        let own = [".latest.77.0.tmp", ".latest.1.12.tmp"]
        for name in own { try POSIX.makeSymbolicLink(directory.file(name), to: "x") }
        let foreign = [
            ".a.tmp", ".latest.tmp", ".latest.x.0.tmp", ".latest.77.tmp", ".best.77.0.tmp",
            ".latest.78.0.tmp",
            ".compare.svg.77.0.tmp", ".latest.77..tmp",
        ]
        for name in foreign { try directory.add(name, "mine") }
        // Links of the same form for another name would be removed if only the kind were checked.
        let links = [".best.80.0.tmp", ".latest.x.1.tmp"]
        for name in links { try POSIX.makeSymbolicLink(directory.file(name), to: "mine") }
        try POSIX.makeDirectory(directory.file(".latest.79.0.tmp"))
        try POSIX.makeDirectory(directory.file(".x.tmp"))
        let run = try RunDirectory.create(root: directory.path, name: "a", at: Self.time).run
        let left =
            foreign + links + [
                ".latest.79.0.tmp", ".x.tmp", FilePath.name(of: run.path), "latest", ".runs.lock",
            ]
        #expect(try Set(POSIX.names(in: directory.path)) == Set(left))
    }

    @Test func `a name that is used gets the next number`() throws {
        let directory = try TemporaryDirectory()
        let names = try (1...3).map { _ in
            URL(filePath: try RunDirectory.create(root: directory.path, name: "a", at: Self.time).run.path)
                .lastPathComponent
        }
        #expect(names == ["20260131-235959-a", "20260131-235959-a-2", "20260131-235959-a-3"])
        #expect(try directory.names == [".runs.lock"] + names + ["latest"])
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: directory.file("latest")) == names[2])
    }

    @Test func `runs of the same second have different directories`() async throws {
        let directory = try TemporaryDirectory()
        let paths = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try RunDirectory.create(root: directory.file("runs"), name: "a", at: Self.time).run.path
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(paths).count == 100)
        let newest = try FileManager.default.destinationOfSymbolicLink(atPath: directory.file("runs/latest"))
        #expect(newest == "20260131-235959-a-100")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.file("runs")).count == 102)
    }

    /// Otherwise a slower process could set the link after a newer run.
    @Test func `runs are created one after the other`() throws {
        let directory = try TemporaryDirectory()
        var lock = try FileLock(RunDirectory.lockFile(ofRoot: directory.path))
        #expect(lock != nil)
        let (started, made) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        Thread.detachNewThread {
            started.signal()
            _ = try? RunDirectory.create(root: directory.path, name: "a", at: Self.time)
            made.signal()
        }
        started.wait()
        usleep(50_000)
        #expect(try directory.names == [".runs.lock"])
        lock = nil
        #expect(made.wait(timeout: .now() + 10) == .success)
        #expect(try directory.names == [".runs.lock", "20260131-235959-a", "latest"])
    }

    @Test func `anything else called latest is left alone`() throws {
        let directory = try TemporaryDirectory()
        let latest = try directory.add("latest", "mine")
        let error = error(FileError.self) { _ = try RunDirectory.create(root: directory.path, name: "a") }
        #expect(error == FileError(path: latest, operation: .link, code: EEXIST))
        #expect(try text(latest) == "mine")
        #expect(try directory.names == [".runs.lock", "latest"])
    }

    @Test func `a dangling link is replaced`() throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("latest"), withDestinationPath: "gone")
        _ = try RunDirectory.create(root: directory.path, name: "a", at: Self.time)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: directory.file("latest"))
                == "20260131-235959-a")
    }

    @Test func `a file in place of the root is an error`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("runs", "x")
        let error = error(FileError.self) { _ = try RunDirectory.create(root: path, name: "a") }
        #expect(error?.path == path)
        #expect(try text(path) == "x")
    }

    @Test(arguments: [
        "", ".", "..", "../x", "a/b", ".hidden", "-x", "a b", "a\0", "a\n", "a\u{202E}b", "\u{301}a", "a→b",
        "１ ２",
        "a\u{200B}b", String(repeating: "a", count: 101), String(repeating: "실", count: 67),
    ])
    func `an invalid name is rejected`(name: String) throws {
        let directory = try TemporaryDirectory()
        let error = error(RunNameError.self) { _ = try RunDirectory.create(root: directory.path, name: name) }
        #expect(error?.name == name)
        #expect(try directory.names == [])
    }

    @Test(arguments: [
        "a", "mnist-bilstm", "2.layers_H12", "é", "e\u{301}", "실험1", "実験_2", "опыт-3", "تجربة", "परीक्षण",
        String(repeating: "a", count: 100), String(repeating: "실", count: 66),
    ])
    func `a valid name is accepted`(name: String) throws {
        try RunDirectory.validate(name: name)
    }

    @Test
    func `a directory's name has a time and a name`() throws {
        func parts(_ name: String) -> [Substring]? {
            RunDirectory.parts(ofName: name).map { [$0.time, $0.name] }
        }
        #expect(parts("20260131-235959-a") == ["20260131-235959", "a"])
        #expect(parts("20260131-235959-gru-1-2") == ["20260131-235959", "gru-1-2"])
        #expect(parts("20260131-235959-é") == ["20260131-235959", "é"])
        for name in [
            "", "a", "latest", "20260131-235959", "20260131-235959-", "2026013-1235959-a",
            "20260131-23595x-a",
            "20260131-235959_a", "2026０131-235959-a", "abcdefgh-ijklmn-a", "runs/20260131-235959-a",
        ] {
            #expect(parts(name) == nil, "\(name)")
        }
        // A directory of another form does not belong to the runs with a name.
        let directory = try TemporaryDirectory()
        for name in ["20260131-235959-gru", "ninety-nine-old-gru"] {
            try directory.add("\(name)/config.json", "{}")
        }
        #expect(try RunDirectory.find("gru", root: directory.path).run.name == "20260131-235959-gru")
    }
}
