import Foundation
import Platform
import RunSamples
import TestSupport
import Testing
import TrainingSamples

@testable import Runs

@Suite("Description of the last checkpoint")
struct KeptCheckpointTests {
    private let recorded: RecordedRun

    init() throws {
        recorded = try RecordedRun()
        try recorded.train()
    }

    private var last: String { recorded.run.checkpoints + "/step-0000021.safetensors" }
    private func kept() -> KeptCheckpoint { KeptCheckpoint(last, in: recorded.run) }
    private func message(_ kept: KeptCheckpoint, code: Int32 = EIO) -> String {
        SaveError(
            error: FileError(path: "x", operation: .write, code: code), run: recorded.run, kept: kept,
            program: "p"
        ).description
    }

    @Test func `an undamaged checkpoint is named`() {
        #expect(kept() == .whole(last))
        let resume = recorded.run.commandLine("--resume", of: "p")
        #expect(
            message(kept())
                == "x: cannot write: Input/output error. The last checkpoint, \(last), is intact. Remove the cause, then "
                + "resume with: \(resume)")
        #expect(message(kept(), code: ENOSPC).contains("is intact. Free some disk space, then resume with: "))
        #expect(
            message(kept(), code: EFBIG).contains(
                "is intact. Raise the limit of file sizes (ulimit -f), then resume with: "))
        #expect(
            message(.none).contains(
                "No checkpoint has been saved yet. Remove the cause, then resume with: \(resume)"))
        #expect(KeptCheckpoint(nil, in: recorded.run) == .none)
    }

    @Test func `the previous checkpoint is named if the last is damaged or missing`() throws {
        try AtomicFile.write("", to: last)
        #expect(kept() == .whole(recorded.run.checkpoints + "/step-0000018.safetensors"))
        try FileManager.default.removeItem(atPath: last)
        #expect(kept() == .whole(recorded.run.checkpoints + "/step-0000018.safetensors"))
    }

    @Test func `none is named if none is left`() throws {
        try FileManager.default.removeItem(atPath: recorded.run.checkpoints)
        #expect(kept() == .lost(last))
        #expect(
            message(kept()).contains(
                "is missing or damaged, and there is no other. Remove the cause, then start a new run."))
    }

    @Test func `a run whose last checkpoint cannot be read is not given up`() throws {
        try FileManager.default.moveItem(atPath: last, toPath: last + ".moved")
        // A link is not followed, and its target may be undamaged.
        try FileManager.default.createSymbolicLink(
            atPath: last, withDestinationPath: "step-0000021.safetensors.moved")
        #expect(kept() == .unreadable(last))
        #expect(message(kept()).contains("cannot be read now. Remove the cause, then resume with: "))
    }

    @Test func `a removed run has no checkpoint`() throws {
        try FileManager.default.moveItem(
            atPath: recorded.run.path, toPath: recorded.run.path + "-moved")
        defer {
            try? FileManager.default.moveItem(
                atPath: recorded.run.path + "-moved", toPath: recorded.run.path)
        }
        #expect(kept() == .runIsGone)
        #expect(
            message(kept())
                == "x: cannot write: Input/output error. The run's directory is missing, with all its checkpoints. "
                + "Start a new run.")
    }
}
