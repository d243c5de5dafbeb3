import Foundation
import Platform
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import Runs

@Suite("Checkpoints of a run")
struct CheckpointStoreTests {
    private let directory: TemporaryDirectory
    private let run: RunDirectory

    init() throws {
        directory = try TemporaryDirectory()
        run = RunDirectory(path: directory.path)
        try FileManager.default.createDirectory(
            atPath: directory.file("checkpoints"), withIntermediateDirectories: true)
    }

    private func checkpoint(_ step: Int) -> Checkpoint {
        let trainer = Trainer(model: tinyModel, threads: 1)
        trainer.engine.optimizerState.stepCount = step
        return Checkpoint(of: trainer)
    }

    private func save(_ steps: [Int], best: Set<Int> = [], kept: Int = 2) throws {
        for step in steps {
            try CheckpointStore(run, kept: kept).save(checkpoint(step), isBest: best.contains(step))
        }
    }

    /// The steps of the files, and the targets of `last` and `best`.
    private struct State: Equatable {
        var steps: [Int]
        var last: Int?
        var best: Int?
        var others: [String] = []
    }

    private func state() throws -> State {
        func step(_ name: String) -> Int? {
            name.hasPrefix("step-") ? Int(name.dropFirst(5).prefix { $0.isNumber }) : nil
        }
        func target(_ name: String) -> Int? {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: directory.file("checkpoints/\(name)")))
                .flatMap(step)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: run.checkpoints)
        return State(
            steps: names.compactMap(step).sorted(), last: target("last.safetensors"),
            best: target("best.safetensors"),
            others: names.filter {
                step($0) == nil && $0 != "last.safetensors" && $0 != "best.safetensors"
            }.sorted())
    }

    @Test
    func `the newest and the best are kept`() throws {
        try save([3], best: [3])
        #expect(try state() == State(steps: [3], last: 3, best: 3))
        try save([6, 9, 12])
        #expect(try state() == State(steps: [3, 9, 12], last: 12, best: 3))
        try save([15], best: [15])
        #expect(try state() == State(steps: [12, 15], last: 15, best: 15))
        try save([18, 21], kept: 1)
        #expect(try state() == State(steps: [15, 21], last: 21, best: 15))
        #expect(try Checkpoint(path: run.lastCheckpoint).stepCount == 21)
        #expect(try Checkpoint(path: run.bestCheckpoint).stepCount == 15)
    }

    @Test
    func `saving the same step twice gives one file`() throws {
        try save([3, 6, 6])
        #expect(try state() == State(steps: [3, 6], last: 6))
    }

    @Test
    func `names with more digits come later`() throws {
        try save([9_999_999, 10_000_000, 123_456_789])
        let store = CheckpointStore(run)
        #expect(
            try store.names() == ["step-10000000.safetensors", "step-123456789.safetensors"])
        #expect(try store.newest()?.checkpoint.stepCount == 123_456_789)
        #expect(CheckpointStore.name(step: 469) == "step-0000469.safetensors")
    }

    @Test
    func `damaged checkpoints are skipped and named`() throws {
        try save([3, 6, 9, 12], kept: 9)
        let store = CheckpointStore(run)
        #expect(try store.newest()?.problems == [])
        try directory.add("checkpoints/step-0000012.safetensors", "")
        var bytes = try RecordFile.content(of: directory.file("checkpoints/step-0000009.safetensors"))
        bytes[bytes.count - 1] ^= 1
        try AtomicFile.write(bytes, to: directory.file("checkpoints/step-0000009.safetensors"))
        let newest = try #require(try store.newest())
        #expect(newest.checkpoint.stepCount == 6)
        #expect(newest.path == directory.file("checkpoints/step-0000006.safetensors"))
        try #require(newest.problems.count == 2)
        #expect(newest.problems[0].contains("step-0000012.safetensors: byte 0: the file is too short"))
        #expect(newest.problems[1].contains("step-0000009.safetensors: damaged: expected SHA-256"))
        for step in ["03", "06"] { try directory.add("checkpoints/step-00000\(step).safetensors", "x") }
        guard
            case .noUsableCheckpoint(run.path, let problems)? = error(
                RunError.self, from: { _ = try store.newest() })
        else { return }
        #expect(problems.count == 4)
    }

    /// A link to itself cannot be read by anyone, including the superuser.
    @Test
    func `a checkpoint that cannot be read is neither skipped nor removed`() throws {
        try save([3, 6])
        let path = directory.file("checkpoints/step-0000009.safetensors")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
        #expect(
            error(FileError.self) { _ = try CheckpointStore(run).newest() }
                .map { [$0.path, $0.misfit?.found.description] } == [path, "a symbolic link"])
        #expect(try state() == State(steps: [3, 6, 9], last: 6))
    }

    @Test
    func `entries that are not files are skipped and left alone`() throws {
        try save([3, 6])
        #expect(mkfifo(directory.file("checkpoints/step-0000009.safetensors"), 0o600) == 0)
        try FileManager.default.createDirectory(
            atPath: directory.file("checkpoints/step-0000012.safetensors"), withIntermediateDirectories: true)
        let newest = try #require(try CheckpointStore(run).newest())
        #expect(newest.checkpoint.stepCount == 6)
        try #require(newest.problems.count == 2)
        for (problem, found) in zip(
            newest.problems,
            [
                "12.safetensors: cannot open: expected a regular file, found a directory",
                "09.safetensors: cannot open: expected a regular file, found a FIFO",
            ])
        {
            #expect(problem.contains(found))
        }
        try CheckpointStore(run).rewind(to: newest.checkpoint)
        #expect(try state() == State(steps: [3, 6, 9, 12], last: 6))
    }

    @Test
    func `a run may have no checkpoints, or an invalid directory of them`() throws {
        for name in [
            "step-.safetensors", "step-x.safetensors", "step-1", "step-1.safetensors.tmp", "1.safetensors",
        ] {
            try directory.add("checkpoints/\(name)", "x")
        }
        #expect(try CheckpointStore(run).newest()?.path == nil)
        #expect(try CheckpointStore(run).names() == [])
    }

    @Test
    func `rewinding removes later and partial checkpoints and dangling links`() throws {
        try save([3, 6, 9, 12], best: [3, 9], kept: 9)
        for name in [".step-0000012.safetensors.77.0.tmp", ".last.safetensors.77.1.tmp", "mine.tmp", ".mine"]
        {
            try directory.add("checkpoints/\(name)", "x")
        }
        try directory.add(".summary.json.77.0.tmp", "x")
        try directory.add("metrics.csv", "x")
        let store = CheckpointStore(run, kept: 9)
        try store.rewind(to: checkpoint(12))
        let others = [".mine", "mine.tmp"]
        #expect(try state() == State(steps: [3, 6, 9, 12], last: 12, best: 9, others: others))
        try store.rewind(to: checkpoint(9))
        #expect(try state() == State(steps: [3, 6, 9], last: 9, best: 9, others: others))
        try store.rewind(to: checkpoint(6))
        #expect(try state() == State(steps: [3, 6], last: 6, others: others))
        #expect(try directory.names == ["checkpoints", "metrics.csv"])
        try store.rewind(to: nil)
        #expect(try state() == State(steps: [], others: others))
        try store.rewind(to: nil)
    }

    @Test
    func `missing links to a checkpoint are created`() throws {
        let trainer = Trainer(model: tinyModel, threads: 1)
        try trainer.fit(noiseImages(4), epochs: 1, batchSize: 2)
        let store = CheckpointStore(run)
        let checkpoint = Checkpoint(of: trainer)
        try checkpoint.write(to: directory.file("checkpoints/\(CheckpointStore.name(step: 2))"))
        try store.rewind(to: checkpoint)
        #expect(try state() == State(steps: [2], last: 2, best: 2))
    }

    @Test
    func `a failed save leaves the earlier checkpoints unchanged`() throws {
        try save([3, 6], best: [3])
        try FileManager.default.createDirectory(
            atPath: directory.file("checkpoints/step-0000009.safetensors"), withIntermediateDirectories: true)
        #expect(throws: FileError.self) { try save([9], best: [9]) }
        #expect(try state() == State(steps: [3, 6, 9], last: 6, best: 3))
        #expect(try CheckpointStore(run).newest()?.checkpoint.stepCount == 6)
    }

    @Test
    func `keeping no checkpoint traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = CheckpointStore(RunDirectory(path: "x"), kept: 0)
        }
    }
}
