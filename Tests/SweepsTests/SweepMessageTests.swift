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
        ]
        try Snapshot.check(
            messages: errors.map { (name: $0.key, message: $0.value.description) }, "sweep-errors",
            declaredIn: "Sources/Sweeps/SweepError.swift", by: ["case "])
    }
}
