import TestSupport
import Testing

@testable import Sweeps

@Suite("Messages about sweeps")
struct SweepMessageTests {
    @Test func `every error of a sweep`() throws {
        let errors: KeyValuePairs<String, SweepError> = [
            "notFound": .notFound(name: "a", root: "runs", program: "sequence-classifier"),
            "otherPlan": .otherPlan(
                sweep: "runs/sweeps/a", differences: ["--epochs: 3 in its plan, 4 in this command"],
                program: "mnist-bilstm"),
            "otherProgram": .otherProgram(sweep: "runs/sweeps/a", program: "sequence-classifier"),
            "noSuchEntry": .noSuchEntry(index: 4, count: 4),
            "planInUse": .planInUse(lock: "runs/sweeps/a/plan.lock"),
            "entryInUse": .entryInUse(entry: "entry-0001"),
            "entryFailed": .entryFailed(
                entry: "entry-0001", ending: "ended with exit code 74", exitStatus: .inputOutput,
                message: "MESSAGE"),
            "unusableResult": .unusableResult(
                file: "results/3f/3fa2.json", reason: "expected format 1, found 2"),
            "changedResult": .changedResult(file: "results/3f/3fa2.json", expected: "DIGEST", found: "OTHER"),
            "foreignResult": .foreignResult(
                file: "results/3f/3fa2.json", expected: "IDENTITY", found: "OTHER"),
            "otherResult": .otherResult(
                entry: "entry-0001", difference: .epoch(2, expected: "DIGEST", found: "OTHER"),
                file: "results/3f/3fa2.json", verify: "mnist-bilstm verify runs/sweeps/a/runs/RUN"),
            "withoutRun": .withoutRun(entry: "entry-0001", sweep: "runs/sweeps/a", program: "mnist-bilstm"),
            "otherUntil": .otherUntil(
                sweep: "runs/sweeps/a", complaint: "expected at most 0.01, as its plan has, found 0.05"),
        ]
        try Snapshot.check(
            messages: errors.map { (name: $0.key, message: $0.value.description) }, "sweep-errors",
            declaredIn: "Sources/Sweeps/SweepError.swift", by: ["case "])
    }
}
