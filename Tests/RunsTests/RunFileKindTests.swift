import Console
import Foundation
import ImageClassification
import Platform
import RunSamples
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import Runs

/// A run whose files were replaced by links or pipes by a user, a backup or a sync.
@Suite("Links and pipes in a run")
struct RunFileKindTests {
    private let recorded: RecordedRun
    private let elsewhere: TemporaryDirectory

    init() throws {
        recorded = try RecordedRun()
        elsewhere = try TemporaryDirectory()
    }

    /// Moves a file of the run elsewhere, and puts a link to it in its place.
    private func link(_ name: String) throws -> String {
        let target = elsewhere.file(name)
        let path = recorded.directory.file(name)
        try FileManager.default.moveItem(atPath: path, toPath: target)
        try POSIX.makeSymbolicLink(path, to: target)
        return target
    }

    @Test(arguments: ["metrics.csv", "metrics.jsonl", "events.out.tfevents.000001"])
    func `a resume does not truncate a log through a link`(name: String) throws {
        let stop = Journal()
        stop.stopAfterStep = 8
        try recorded.train(after: stop)
        let target = try link(name)
        let content = try Data(contentsOf: URL(filePath: target))
        // The checkpoint is older than the logs.
        try FileManager.default.removeItem(
            atPath: recorded.run.checkpoints + "/step-0000008.safetensors")
        let error = error(FileError.self) { try recorded.train() }
        #expect(error?.misfit?.found == .symbolicLink)
        #expect(error?.path == recorded.directory.file(name))
        #expect(try Data(contentsOf: URL(filePath: target)) == content)
    }

    @Test func `a log must not be a link or a pipe`() throws {
        let target = try elsewhere.add("mine", "mine")
        try POSIX.makeSymbolicLink(recorded.run.log, to: target)
        #expect(
            error(FileError.self) { _ = try Console(log: recorded.run.log) }?.misfit?.found == .symbolicLink)
        #expect(try text(target) == "mine")
        try FileManager.default.removeItem(atPath: recorded.run.log)
        #expect(mkfifo(recorded.run.log, 0o600) == 0)
        #expect(error(FileError.self) { _ = try Console(log: recorded.run.log) }?.misfit?.found == .pipe)
    }

    @Test func `no checkpoint is read, written or removed if their directory is a link`() throws {
        try recorded.train()
        let target = try link("checkpoints")
        let names = try POSIX.names(in: target)
        let store = CheckpointStore(recorded.run, kept: 1)
        let checkpoint = Checkpoint(of: Trainer(model: tinyModel, threads: 1))
        for attempt: () throws -> Void in [
            { _ = try store.newest() }, { _ = try store.best() }, { _ = try store.names() },
            { try store.save(checkpoint, isBest: true) }, { try store.rewind(to: nil) },
            { try store.synchronize() },
        ] {
            let error = error(FileError.self) { try attempt() }
            #expect(
                error?.description
                    == "\(recorded.run.checkpoints): cannot open: expected a directory, found a symbolic link; put the "
                    + "directory itself in its place")
        }
        #expect(try POSIX.names(in: target) == names)
    }

    @Test func `the run itself may be a link`() throws {
        try recorded.train()
        let link = elsewhere.file("latest")
        try POSIX.makeSymbolicLink(link, to: recorded.run.path)
        let run = RunDirectory(path: link)
        let lock = try RunDirectory.Lock(run)
        #expect(try recorded.run.isRunning)
        #expect(try CheckpointStore(run).newest()?.checkpoint.stepCount == 21)
        #expect(try CheckpointStore(run).best()?.checkpoint.stepCount == 3)
        withExtendedLifetime(lock) {}
    }

    @Test func `a checkpoint that is a link is neither skipped nor removed`() throws {
        try recorded.train()
        let name = "checkpoints/step-0000021.safetensors"
        try FileManager.default.createDirectory(
            atPath: elsewhere.file("checkpoints"), withIntermediateDirectories: true)
        let target = try link(name)
        let store = CheckpointStore(recorded.run, kept: 1)
        let error = error(FileError.self) { _ = try store.newest() }
        #expect(error?.path == recorded.directory.file(name) && error?.misfit?.found == .symbolicLink)
        try store.rewind(to: nil)
        #expect(POSIX.target(ofLink: recorded.directory.file(name)) == target)
        #expect(try Checkpoint(path: target).stepCount == 21)
    }

    /// `cp -L` and archives leave a file.
    @Test func `the best checkpoint may be a file but not a link to elsewhere`() throws {
        try recorded.train()
        let store = CheckpointStore(recorded.run)
        let best = try #require(try store.best())
        #expect(FilePath.name(of: best.path) == "step-0000003.safetensors")
        try FileManager.default.removeItem(atPath: recorded.run.bestCheckpoint)
        try FileManager.default.copyItem(atPath: best.path, toPath: recorded.run.bestCheckpoint)
        #expect(try store.best()?.checkpoint.stepCount == 3)
        #expect(try store.best()?.path == recorded.run.bestCheckpoint)
        try FileManager.default.removeItem(atPath: recorded.run.bestCheckpoint)
        let outside = elsewhere.file("best")
        try FileManager.default.copyItem(atPath: best.path, toPath: outside)
        try POSIX.makeSymbolicLink(recorded.run.bestCheckpoint, to: outside)
        guard
            case .invalidFile(recorded.run.bestCheckpoint, _)? = error(
                RunError.self, from: { _ = try store.best() })
        else {
            Issue.record("a checkpoint outside of the run was read")
            return
        }
    }

    @Test func `the list of runs reports entries that are not files`() throws {
        let root = try TemporaryDirectory()
        let sample = try SampleRun.finished(in: root)
        let target = try elsewhere.add("summary.json", text(sample.run.summary))
        try FileManager.default.removeItem(atPath: sample.run.summary)
        try POSIX.makeSymbolicLink(sample.run.summary, to: target)
        let list = try RunList(root: root.path, of: [.mnistBiLSTM])
        #expect(list.runs.map(\.state) == [.damaged])
        #expect(
            list.runs[0].problems == [
                "\(sample.run.summary): cannot open: expected a regular file, found a symbolic link; put the file itself "
                    + "in its place"
            ])
    }

    #if os(Linux)
        @Test func `a run whose name is not UTF-8 is reported and kept apart from the others`() throws {
            let root = try TemporaryDirectory()
            _ = try SampleRun.finished(in: root)
            for byte in [0xFE, 0xFF] as [UInt8] {
                let path = Array("\(root.path)/20260131-235959-a".utf8) + [byte, 0]
                let made = path.withUnsafeBytes {
                    mkdir($0.baseAddress!.assumingMemoryBound(to: CChar.self), 0o700)
                }
                #expect(made == 0)
            }
            let list = try RunList(root: root.path, of: [.mnistBiLSTM])
            #expect(list.runs.map(\.name) == [SampleRun.name])
            let lines = list.text().split(separator: "\n").suffix(3)
            #expect(
                lines.map(String.init) == [
                    "Files that cannot be read:",
                    #"\#(root.path): "20260131-235959-a\xFE": expected a name in UTF-8; rename it"#,
                    #"\#(root.path): "20260131-235959-a\xFF": expected a name in UTF-8; rename it"#,
                ])
        }
    #endif
}
