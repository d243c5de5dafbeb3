import Foundation
import Platform
import TestSupport
import Testing

@testable import Runs

@Suite("Messages about runs")
struct RunMessageTests {
    @Test func `every error of a run`() throws {
        let (run, differences) = ("runs/a", ["--epochs: the run has 3, the command line gives 4"])
        let errors: KeyValuePairs<String, RunError> = [
            "notFound": .notFound(name: "a", root: "runs", lister: "sequence-classifier"),
            "sweepWithoutWinner": .sweepWithoutWinner(
                sweep: "runs/sweeps/a", reason: .incomplete(complete: 3, count: 4),
                program: "sequence-classifier"),
            "sweepWithoutWinner": .sweepWithoutWinner(
                sweep: "runs/sweeps/a", reason: .unknown, program: "mnist-bilstm"),
            "sweepWithoutWinner": .sweepWithoutWinner(
                sweep: "runs/sweeps/a", reason: .diverged(entry: "entry-0001"), program: "mnist-bilstm"),
            "neverBegan": .neverBegan(run: run),
            "noCheckpoint": .noCheckpoint(run: run, resume: "mnist-bilstm --resume a"),
            "checkpointsRemoved": .checkpointsRemoved(run: run, again: "mnist-bilstm --seed 1"),
            "noBestCheckpoint": .noBestCheckpoint(run: run), "inUse": .inUse(run: run),
            "rootInUse": .rootInUse(lock: "runs/.runs.lock"),
            "invalidFile": .invalidFile(
                path: "runs/a/config.json", reason: "expected an object \"options\", found none"),
            "incompleteLog": .incompleteLog(path: "runs/a/metrics.csv", expected: 3),
            "otherColumns": .otherColumns(path: "runs/a/metrics.csv", expected: ["epoch", "train_loss"]),
            "noUsableCheckpoint": .noUsableCheckpoint(run: run, problems: ["runs/a/checkpoints/x: damaged"]),
            "otherOptions": .otherOptions(run: run, differences: differences),
            "otherModel": .otherModel(run: run, differences: differences),
            "otherHeldOutImages": .otherHeldOutImages(run: run, differences: differences),
            "otherForecasts": .otherForecasts(run: run, differences: differences),
            "otherData": .otherData(run: run, expected: "4000 rows", found: "41000 rows"),
            "noSuchStep": .noSuchStep(run: run, step: 500, last: 469),
            "notReproduced": .notReproduced(
                run: run, expected: "the training loss 0.25 in epoch 3", found: "0.5"),
            "changedOptions": .changedOptions(run: run, after: 500, next: 938),
            "otherVersion": .otherVersion(run: run, expected: "1.2.0", found: "1.1.0"),
            "networkOfForecast": .networkOfForecast(network: "runs/a/lstm-0", run: run),
            "imported": .imported(
                run: run, file: "model.pt", train: "mnist-bilstm train --init-from runs/a"),
            "otherProgram": .otherProgram(run: run, program: "stock-forecast"),
            "madeByLibrary": .madeByLibrary(run: run, resume: RunDirectory(path: run).continuation),
            "alreadyExists": .alreadyExists(run: run, resume: RunDirectory(path: run).continuation),
            "alreadyExists": .alreadyExists(run: run, resume: nil),
            "otherSteps": .otherSteps(
                run: run, expected: 9, found: 5, resume: RunDirectory(path: run).continuation),
            "otherTraining": .otherTraining(
                run: run, differences: ["seed: the run has 3, the trainer has 4"]),
            "otherTraining": .otherTraining(
                run: run, differences: ["validation: the run has one, fit received none"],
                canBeAllowed: false),
            "otherTrainer": .otherTrainer(run: run),
            "reservedOptions": .reservedOptions(run: run, names: ["epochs", "seed"]),
            "invalidRecording": .invalidRecording(
                run: run, received: "logEvery -1, checkpointEvery nil, keepCheckpoints 2"),
        ]
        try check(errors.map { ($0.key, $0.value.description) }, "run-errors", "Directory/RunError.swift")
    }

    @Test func `a failed run describes its last checkpoint`() throws {
        let kept: KeyValuePairs<String, KeptCheckpoint> = [
            "whole": .whole("C"), "none": .none, "lost": .lost("C"), "unreadable": .unreadable("C"),
            "runIsGone": .runIsGone,
        ]
        let run = RunDirectory(path: "runs/a")
        try check(
            kept.map { name, kept in
                let errors = [ENOSPC, EFBIG, EIO].map { code in
                    SaveError(
                        error: FileError(path: "F", operation: .write, code: code), run: run, kept: kept,
                        program: "mnist-bilstm"
                    ).description
                }
                let divergence = DivergenceError(epoch: 2, step: 5, kept: kept).description
                return (name, (errors + [divergence]).joined(separator: "\n"))
            }, "failed-runs", "KeptCheckpoint.swift")
    }

    private func check(_ messages: [(name: String, message: String)], _ name: String, _ file: String) throws {
        try Snapshot.check(messages: messages, name, declaredIn: "Sources/Runs/" + file, by: ["case "])
    }
}
