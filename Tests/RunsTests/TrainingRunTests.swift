import Foundation
import NeuralNetworks
import Platform
import TestSupport
import Testing
import TrainingSamples

@testable import Runs
@testable import Training

@Suite("Runs of the library")
struct TrainingRunTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func create(_ name: String, for trainer: Trainer) throws -> TrainingRun {
        try TrainingRun(
            creating: directory.file(name), for: trainer, options: ["hidden": 4], logEvery: 2,
            checkpointEvery: 2, keepCheckpoints: 100)
    }

    /// Trains without an interruption on one thread.
    private func trainWhole(_ course: KeptCourse) throws -> KeptFiles {
        let trainer = course.trainer(1)
        #expect(try course.fit(trainer, [try create("whole", for: trainer)]) == .finished)
        return try KeptFiles(directory.file("whole"))
    }

    @Test(arguments: KeptCourse.all)
    func `the steps of an epoch count as many samples as the epoch`(_ course: KeptCourse) throws {
        let trainer = course.trainer(1)
        let run = try TrainingRun(creating: directory.file("counted"), for: trainer, logEvery: 1)
        #expect(try course.fit(trainer, [run]) == .finished)
        var counts: [String: Double] = [:]
        let records = try String(contentsOfFile: directory.file("counted/metrics.jsonl"), encoding: .utf8)
        for line in records.split(separator: "\n") {
            let record = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let rate = record.first { $0.key.hasSuffix("_per_second") }?.value as? Double
            guard let kind = record["kind"] as? String, let rate, let seconds = record["seconds"] as? Double
            else { continue }
            counts[kind, default: 0] += rate * seconds
        }
        let (ofSteps, ofEpochs) = (try #require(counts["step"]), try #require(counts["epoch"]))
        #expect(abs(ofSteps - ofEpochs) < 1e-6 * ofEpochs)
    }

    @Test(arguments: KeptCourse.all)
    func `a run killed after any step and resumed on more threads has the same checkpoints and logs`(
        _ course: KeptCourse
    ) throws {
        let expected = try trainWhole(course)
        #expect(expected.metrics.count == 1 + KeptCourse.epochs)
        #expect(
            Set(expected.checkpoints.keys).isSuperset(of: [
                "step-0000002.safetensors", "step-0000009.safetensors",
            ]))
        #expect(expected.links["last.safetensors"] == "step-0000009.safetensors")
        for step in 1...KeptCourse.stepCount {
            let name = "killed-\(step)"
            do {
                let trainer = course.trainer(1)
                let crash = AtStep([step: { throw AtStep.Crash() }])
                let run = try create(name, for: trainer)
                // The step is complete for the run, or not.
                let callbacks: [any Callback] = step.isMultiple(of: 2) ? [run, crash] : [crash, run]
                #expect(throws: AtStep.Crash.self) { try course.fit(trainer, callbacks) }
            }
            let trainer = course.trainer(2)
            let run = try TrainingRun(continuing: directory.file(name), for: trainer)
            // Checkpoints are saved after even steps; after the last step of an epoch, when its end is recorded.
            let saved = step.isMultiple(of: 2) && !step.isMultiple(of: 3) ? step : (step - 1) / 2 * 2
            #expect(trainer.stepCount == saved)
            #expect(try course.fit(trainer, [run]) == .finished)
            let found = try KeptFiles(directory.file(name))
            #expect(found.checkpoints.keys.sorted() == expected.checkpoints.keys.sorted(), "step \(step)")
            let same = found.checkpoints == expected.checkpoints
            #expect(same, "step \(step): the checkpoints differ")
            #expect(found.links == expected.links && found.events == expected.events, "step \(step)")
            #expect(found.metrics == expected.metrics && found.records == expected.records, "step \(step)")
        }
    }

    @Test(arguments: KeptCourse.all)
    func `a run has the files of the tools' runs`(_ course: KeptCourse) throws {
        let trainer = course.trainer(1)
        let run = try create("a", for: trainer)
        _ = try course.fit(trainer, [run])
        let names = try FileManager.default.contentsOfDirectory(atPath: run.path).sorted()
        #expect(
            names == [
                "checkpoints", "config.json", "curves.svg", "events.out.tfevents.000001", "lock",
                "metrics.csv",
                "metrics.jsonl", "report.html", "summary.json",
            ])
        let summary = try RunSummary.read(RunDirectory(path: run.path))
        #expect(summary.state == .finished && summary.reason == nil)
        #expect(summary.epochs == 3 && summary.steps == 9 && summary.best == trainer.state.best)
        let checkpoint = try #require(
            try CheckpointStore(RunDirectory(path: run.path)).newest(CheckpointFile.read)?.checkpoint)
        #expect(checkpoint.stepCount == 9 && checkpoint.details.data.contains("training samples (SHA-256 "))
        #expect(
            try checkpoint.serialized()
                == trainer.checkpoint(logs: checkpoint.logs, details: checkpoint.details).serialized())
    }

    @Test func `training stops in the middle of an epoch, and its run says why`() throws {
        let course = KeptCourse.sequential
        let expected = try trainWhole(course)
        let stops: [(Trainer.Ending, String)] = [
            (.interrupted(signal: 2), "Ctrl-C"), (.outOfTime, "time limit"),
        ]
        for (ending, reason) in stops {
            let path = directory.file(reason)
            do {
                let trainer = course.trainer(1)
                let stop = AtStep([5: { trainer.stop(ending) }])
                #expect(try course.fit(trainer, [stop, create(reason, for: trainer)]) == ending)
                let summary = try RunSummary.read(RunDirectory(path: path))
                #expect(summary.state == .stopped && summary.reason == reason && summary.steps == 5)
            }
            let trainer = course.trainer(1)
            let run = try TrainingRun(continuing: path, for: trainer)
            #expect(trainer.state.epoch == 1 && trainer.state.stepInEpoch == 2)
            #expect(try course.fit(trainer, [run]) == .finished)
            // The stop saved one more checkpoint, after step 5.
            var found = try KeptFiles(path)
            #expect(found.checkpoints.removeValue(forKey: "step-0000005.safetensors") != nil)
            let same = found == expected
            #expect(same)
        }
    }

    @Test func `early stopping ends a run, and the test set is evaluated with the best weights`() throws {
        let model = Sequential(inputShape: [12, 2], [.gru(3), .dense(2)], seed: 5)
        // With this learning rate, no epoch improves on the first one.
        let trainer = Trainer(
            model: model, loss: CrossEntropyLoss(), optimizer: SGD(learningRate: 0), seed: 3)
        let run = try create("a", for: trainer)
        let ending = try KeptCourse.sequential.fit(
            trainer, [EarlyStopping(patience: 1, restoresBest: true), run])
        #expect(ending == .noProgress)
        let best = try #require(trainer.state.best)
        #expect(best.epoch == 0 && trainer.state.epoch == 2)
        try run.record(test: trainer.evaluate(KeptCourse.sequences(50)))
        let summary = try RunSummary.read(RunDirectory(path: run.path))
        #expect(summary.state == .finished && summary.scoredEpoch == best.epoch)
        #expect(summary["accuracy", .test] != nil && summary["loss", .test]?.isFinite == true)
        // The same holds in another process, in which no epoch is left.
        let again = Trainer(
            model: Sequential(inputShape: [12, 2], [.gru(3), .dense(2)], seed: 5), loss: CrossEntropyLoss(),
            optimizer: SGD(learningRate: 0), seed: 3)
        let resumed = try TrainingRun(continuing: run.path, for: again)
        let next = try again.fit(
            KeptCourse.sequences(70), epochs: 0, batchSize: 33, validation: KeptCourse.sequences(40),
            callbacks: [EarlyStopping(patience: 1, restoresBest: true), resumed])
        #expect(next == .finished)
        try resumed.record(test: again.evaluate(KeptCourse.sequences(50)))
        #expect(try RunSummary.read(RunDirectory(path: run.path)).scoredEpoch == best.epoch)
        #expect(
            try text(run.path + "/metrics.jsonl").contains(
                #""kind":"test","split":"test","epoch":\#(best.epoch)"#))
    }

    @Test
    func `early stopping changes no checkpoint in any order, and the evaluated epoch belongs to the weights`()
        throws
    {
        func train(_ name: String, _ callbacks: (TrainingRun) -> [any Callback]) throws -> KeptFiles {
            let trainer = overfitting()
            let run = try create(name, for: trainer)
            #expect(try fitOverfitting(trainer, callbacks(run)) == .finished)
            try run.record(test: trainer.evaluate(KeptCourse.sequences(50)))
            let restores = trainer.keepsBestParameters
            #expect(trainer.state.best?.epoch == 0 && trainer.hasBestParameters == restores)
            #expect(try RunSummary.read(RunDirectory(path: run.path)).scoredEpoch == (restores ? 0 : 2))
            return try KeptFiles(run.path)
        }
        let first = try train("first") { [EarlyStopping(patience: 9, restoresBest: true), $0] }
        #expect(try train("last") { [$0, EarlyStopping(patience: 9, restoresBest: true)] } == first)
        // The parameters in the checkpoints equal the parameters of a training that restores none.
        _ = try train("none") { [$0] }
        for name in ["first", "last"] {
            let (trainer, other) = (overfitting(), overfitting())
            let run = try TrainingRun(continuing: directory.file(name), for: trainer)
            _ = try TrainingRun(continuing: directory.file("none"), for: other)
            #expect(trainer.core.parameterValues == other.core.parameterValues && trainer.stepCount == 9)
            // The trainer has the last epoch's parameters, until `fit` restores the best ones.
            try run.record(test: trainer.evaluate(KeptCourse.sequences(50)))
            #expect(try RunSummary.read(RunDirectory(path: run.path)).scoredEpoch == 2)
            #expect(
                try fitOverfitting(trainer, [EarlyStopping(patience: 9, restoresBest: true), run])
                    == .finished)
            try run.record(test: trainer.evaluate(KeptCourse.sequences(50)))
            #expect(try RunSummary.read(RunDirectory(path: run.path)).scoredEpoch == 0)
        }
    }

    private func overfitting() -> Trainer {
        Trainer(
            model: Sequential(inputShape: [12, 2], [.gru(3), .dense(2)], seed: 5), loss: CrossEntropyLoss(),
            optimizer: Adam(learningRate: 0.1), seed: 3)
    }

    /// Trains for the remaining epochs of three. Training and validation set have different classes, so that each epoch has a
    /// higher validation loss than the one before.
    private func fitOverfitting(_ trainer: Trainer, _ callbacks: [any Callback]) throws -> Trainer.Ending {
        try trainer.fit(
            KeptCourse.sequences(70, label: 0), epochs: 3 - trainer.state.epoch, batchSize: 33,
            validation: KeptCourse.sequences(40, label: 1), callbacks: callbacks)
    }

    @Test func `a finished run stays as it is if no epoch is left`() throws {
        let course = KeptCourse.stepValues
        let score: Score
        do {
            let trainer = course.trainer(1)
            let run = try create("a", for: trainer)
            _ = try course.fit(trainer, [run])
            score = trainer.evaluate(try KeptCourse.stepSequences(5))
            try run.record(test: score)
        }
        let before = try KeptFiles(directory.file("a"))
        let trainer = course.trainer(1)
        let run = try TrainingRun(continuing: directory.file("a"), for: trainer)
        #expect(try course.fit(trainer, [run]) == .finished)
        try run.record(test: score)
        #expect(try KeptFiles(directory.file("a")) == before)
        let summary = try RunSummary.read(RunDirectory(path: run.path))
        #expect(summary.state == .finished && summary["loss", .test] == score.loss)
    }

    @Test func `more epochs can be trained later, by the same object and by another`() throws {
        let course = KeptCourse.classifier
        let samples = try KeptCourse.sequences(70)
        func fit(_ trainer: Trainer, _ run: TrainingRun, to epochs: Int) throws {
            try trainer.fit(
                samples, epochs: epochs - trainer.state.epoch, batchSize: 33, validation: samples,
                callbacks: [run])
        }
        func train(_ name: String, _ parts: [[Int]]) throws -> KeptFiles {
            for (index, ends) in parts.enumerated() {
                let trainer = course.trainer(1)
                let run =
                    try index == 0
                    ? create(name, for: trainer) : TrainingRun(continuing: directory.file(name), for: trainer)
                for end in ends { try fit(trainer, run, to: end) }
                #expect(try RunConfiguration(RunDirectory(path: run.path), of: []).epochs == ends.last)
            }
            return try KeptFiles(directory.file(name))
        }
        // Each end of `fit` saves a checkpoint.
        let expected = try train("a", [[2, 4]])
        #expect(try train("b", [[2], [4]]) == expected)
        #expect(expected.metrics.count == 5)
    }

    @Test func `the directory is locked, and another object can resume after the first is gone`() throws {
        let course = KeptCourse.sequential
        let trainer = course.trainer(1)
        let path = directory.file("a")
        do {
            let run = try create("a", for: trainer)
            let error = error(RunError.self) { _ = try TrainingRun(continuing: run.path, for: trainer) }
            #expect(error == .inUse(run: path))
            withExtendedLifetime(run) {}
        }
        // The run has no checkpoint yet and begins again.
        let again = try TrainingRun(continuing: path + "/", for: trainer)
        #expect(again.path == path)
        #expect(try course.fit(trainer, [again]) == .finished)
    }

    @Test func `a damaged checkpoint is skipped`() throws {
        let course = KeptCourse.sequential
        let expected = try trainWhole(course)
        let run = RunDirectory(path: directory.file("whole"))
        let newest = FilePath.join(run.checkpoints, "step-0000009.safetensors")
        var bytes = try RecordFile.content(of: newest)
        bytes[bytes.count - 3] ^= 1
        try Data(bytes).write(to: URL(filePath: newest))
        let trainer = course.trainer(1)
        let continued = try TrainingRun(continuing: run.path, for: trainer)
        #expect(trainer.stepCount == 8)
        #expect(
            continued.warnings.count == 1 && continued.warnings[0].hasPrefix(newest + ": damaged checkpoint"))
        _ = try course.fit(trainer, [continued])
        #expect(try KeptFiles(run.path) == expected)
    }
}
