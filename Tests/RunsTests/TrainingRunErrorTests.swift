import Foundation
import NeuralNetworks
import Platform
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import Runs

/// A trainer, or a call of `fit`, that is not the run's.
private struct Change: CustomStringConvertible, Sendable {
    let description: String
    var hidden = 3
    var optimizer: any Optimizer = Adam(learningRate: 0.25)
    var schedule = LearningRateSchedule.constant
    var seed: UInt64 = 3
    var batchSize = 33
    var count = 70
    var shift = 0
    var hasValidation = true
    var isModules = true
    var smoothing = 0.0
    /// The text of the error; of a change of the model, a part of it.
    let problem: String
    /// Whether the error is found before `fit`.
    var isEarly = true

    func trainer() -> Trainer {
        guard isModules else {
            return Trainer(
                model: SequenceModel(RecurrentStack(.gru, inputSize: 2, hiddenSize: 3), classCount: 2),
                optimizer: optimizer, seed: seed, threads: 1)
        }
        return Trainer(
            model: Sequential(inputShape: [12, 2], [.gru(hidden), .dense(2)], seed: 5),
            loss: CrossEntropyLoss(labelSmoothing: smoothing), optimizer: optimizer, schedule: schedule,
            seed: seed)
    }

    @discardableResult
    func fit(_ trainer: Trainer, epochs: Int = 3, _ callbacks: any Callback...) throws -> Trainer.Ending {
        try trainer.fit(
            KeptCourse.sequences(count, shift: shift), epochs: epochs - trainer.state.epoch,
            batchSize: batchSize,
            validation: hasValidation ? KeptCourse.sequences(40) : nil, callbacks: callbacks)
    }

    static let none = Change(description: "none", problem: "")

    static let all = [
        Change(
            description: "learning rate", optimizer: Adam(learningRate: 0.5),
            problem: "learning_rate: the run has 0.25, the trainer has 0.5"),
        Change(
            description: "optimizer", optimizer: AdamW(learningRate: 0.25, weightDecay: 0),
            problem: "optimizer: the run has Adam, the trainer has AdamW"),
        Change(
            description: "schedule", schedule: .step(epochs: 2, gamma: 0.5),
            problem: "schedule: the run has constant, the trainer has step(epochs: 2, gamma: 0.5)"),
        Change(
            description: "schedule of all epochs", schedule: .cosine(),
            problem: "schedule: the run has constant, the trainer has cosine(warmUpEpochs: 0.0, minimum: 0.0)"
        ),
        Change(description: "seed", seed: 4, problem: "seed: the run has 3, the trainer has 4"),
        Change(
            description: "label smoothing", smoothing: 0.125,
            problem: "label_smoothing: the run has 0, the trainer has 0.125"),
        Change(
            description: "batch size", batchSize: 32, problem: "batch_size: the run has 33, fit received 32",
            isEarly: false),
    ]
}

@Suite("Errors of runs of the library")
struct TrainingRunErrorTests {
    let directory: TemporaryDirectory
    private var path: String { directory.file("a") }

    init() throws { directory = try TemporaryDirectory() }

    /// Makes a run that is stopped after five of nine steps.
    private func makeRun() throws {
        let trainer = Change.none.trainer()
        let run = try TrainingRun(creating: path, for: trainer)
        try Change.none.fit(trainer, AtStep([5: { trainer.stop(.outOfTime) }]), run)
    }

    /// The bytes of all files except the lock.
    private func files() throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: path)
        return names.reduce(into: [:]) { $0[$1] = FileManager.default.contents(atPath: path + "/" + $1) }
    }

    @Test(arguments: Change.all)
    fileprivate func `another trainer or other data are an error that changes nothing, and can be allowed`(
        _ change: Change
    ) throws {
        try makeRun()
        let before = try files()
        let trainer = change.trainer()
        let initial = try trainer.checkpoint().serialized()
        let thrown = error(RunError.self) {
            let run = try TrainingRun(continuing: path, for: trainer)
            #expect(!change.isEarly)
            try change.fit(trainer, run)
        }
        #expect(thrown == .otherTraining(run: path, differences: [change.problem]))
        let isSame = try !change.isEarly || trainer.checkpoint().serialized() == initial
        #expect(isSame)
        #expect(try files() == before)
        let run = try TrainingRun(continuing: path, for: trainer, allowsChanges: true)
        #expect(try change.fit(trainer, run) == .finished)
        let text = try text(path + "/config.json")
        #expect(text.contains(#""learning_rate" : \#(trainer.optimizer.learningRate)"#))
        // The options of the former optimizer are gone.
        #expect(!(trainer.optimizer is SGD) || !text.contains("beta1"))
    }

    @Test func `a trainer that was trained without the run is an error`() throws {
        try makeRun()
        let before = try files()
        let trainer = Change.none.trainer()
        let run = try TrainingRun(continuing: path, for: trainer)
        try Change.none.fit(trainer, epochs: 2)
        let thrown = error(RunError.self) { try Change.none.fit(trainer, run) }
        #expect(
            thrown
                == .otherSteps(
                    run: path, expected: 5, found: 6,
                    resume: "TrainingRun(continuing: \"\(path)\", for: trainer)"))
        #expect(try files() == before)
    }

    @Test func `other samples are an error`() throws {
        try makeRun()
        let before = try files()
        for change in [
            Change(description: "more samples", count: 71, problem: ""),
            Change(description: "other labels", shift: 1, problem: ""),
            Change(description: "no validation set", hasValidation: false, problem: ""),
        ] {
            let trainer = change.trainer()
            let run = try TrainingRun(continuing: path, for: trainer)
            let thrown = error(RunError.self) { try change.fit(trainer, run) }
            guard case .otherTraining(path, let differences, change.hasValidation) = thrown else {
                Issue.record("\(change): \(String(describing: thrown))")
                continue
            }
            let text = differences.joined()
            #expect(text.hasPrefix("data: the run has 70 training samples (SHA-256 "))
            #expect(
                differences.dropFirst()
                    == (change.hasValidation ? [] : ["validation: the run has one, fit received none"]))
            #expect(text.contains(", 40 validation samples (SHA-256 "))
            #expect(try files() == before)
            withExtendedLifetime(run) {}
        }
    }

    @Test(arguments: [true, false])
    func `a validation set cannot be added or removed, not even if changes are allowed`(_ had: Bool) throws {
        let (first, second) = (
            Change(description: "", hasValidation: had, problem: ""),
            Change(description: "", hasValidation: !had, problem: "")
        )
        let trainer = first.trainer()
        try first.fit(trainer, epochs: 2, TrainingRun(creating: path, for: trainer))
        let before = try files()
        let next = second.trainer()
        let run = try TrainingRun(continuing: path, for: next, allowsChanges: true)
        let thrown = error(RunError.self) { try second.fit(next, run) }
        let words = had ? ["one", "none"] : ["none", "one"]
        #expect(
            thrown
                == .otherTraining(
                    run: path, differences: ["validation: the run has \(words[0]), fit received \(words[1])"],
                    canBeAllowed: false))
        #expect(try files() == before)
    }

    @Test(arguments: [LearningRateSchedule.cosine(minimum: 0.125), .oneCycle()])
    func `another number of epochs is an error if the schedule depends on it`(
        _ schedule: LearningRateSchedule
    ) throws {
        let change = Change(description: "", schedule: schedule, problem: "")
        let trainer = change.trainer()
        let run = try TrainingRun(creating: path, for: trainer)
        try change.fit(trainer, epochs: 3, AtStep([5: { trainer.stop(.outOfTime) }]), run)
        let before = try files()
        let next = change.trainer()
        let resumed = try TrainingRun(continuing: path, for: next)
        #expect(
            error(RunError.self) { try change.fit(next, epochs: 4, resumed) }
                == .otherTraining(run: path, differences: ["epochs: the run has 3, fit received 4"]))
        #expect(try files() == before)
        #expect(try change.fit(next, epochs: 3, resumed) == .finished)
        let longer = change.trainer()
        let allowed = try TrainingRun(continuing: path, for: longer, allowsChanges: true)
        #expect(try change.fit(longer, epochs: 4, allowed) == .finished)
        #expect(longer.state.epoch == 4)
    }

    @Test func `another model is an error of its checkpoint`() throws {
        try makeRun()
        let before = try files()
        let problems: [(Change, String)] = [
            (Change(description: "size", hidden: 4, problem: ""), "0.weight_ih_l0 [9, 2], not [12, 2]"),
            (
                Change(description: "kind", isModules: false, problem: ""),
                "expected a SequenceModel, found a model made of modules"
            ),
            (
                Change(
                    description: "buffers", optimizer: SGD(learningRate: 0.25, momentum: 0.5), problem: ""),
                #"expected an optimizer with "momentum_buffer""#
            ),
        ]
        for (change, problem) in problems {
            let error = error(CheckpointError.self) {
                _ = try TrainingRun(continuing: path, for: change.trainer(), allowsChanges: true)
            }
            #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
            #expect(error?.path == path + "/checkpoints/step-0000005.safetensors")
            #expect(try files() == before)
        }
    }

    @Test func `a run is created where nothing exists, and resumed where a run of the library exists`() throws
    {
        let trainer = Change.none.trainer()
        #expect(
            error(RunError.self) { _ = try TrainingRun(continuing: path, for: trainer) }
                == .neverBegan(run: path))
        try makeRun()
        let exists = error(RunError.self) { _ = try TrainingRun(creating: path + "/", for: trainer) }
        #expect(
            exists == .alreadyExists(run: path, resume: "TrainingRun(continuing: \"\(path)\", for: trainer)"))
        #expect(exists?.exitStatus == .usage)
        try directory.add("b/config.json", #"{"program": "mnist-bilstm", "options": {}}"#)
        #expect(
            error(RunError.self) { _ = try TrainingRun(continuing: directory.file("b"), for: trainer) }
                == .otherProgram(run: directory.file("b"), program: "mnist-bilstm"))
        // A directory that is no run.
        try directory.add("c/notes.txt", "a")
        let other = error(RunError.self) { _ = try TrainingRun(creating: directory.file("c"), for: trainer) }
        #expect(other == .alreadyExists(run: directory.file("c"), resume: nil))
        // Parents are created.
        let deep = try TrainingRun(creating: directory.file("x/y/z"), for: trainer)
        #expect(FileManager.default.fileExists(atPath: deep.path + "/config.json"))
    }

    @Test func `options of the trainer's names and intervals out of range are errors that create nothing`()
        throws
    {
        let trainer = Change.none.trainer()
        let options = ["seed": 9, "hidden": 3, "epochs": 2, "batch_size": 1, "learning_rate": 4]
        #expect(
            error(RunError.self) { _ = try TrainingRun(creating: path, for: trainer, options: options) }
                == .reservedOptions(run: path, names: ["batch_size", "epochs", "learning_rate", "seed"]))
        let intervals: [(Int, Int?, Int, String)] = [
            (-1, nil, 2, "logEvery -1, checkpointEvery nil, keepCheckpoints 2"),
            (0, 0, 2, "logEvery 0, checkpointEvery 0, keepCheckpoints 2"),
            (5, 3, 0, "logEvery 5, checkpointEvery 3, keepCheckpoints 0"),
        ]
        for (logEvery, checkpointEvery, keepCheckpoints, text) in intervals {
            let thrown = error(RunError.self) {
                _ = try TrainingRun(
                    creating: path, for: trainer, logEvery: logEvery, checkpointEvery: checkpointEvery,
                    keepCheckpoints: keepCheckpoints)
            }
            #expect(thrown == .invalidRecording(run: path, received: text))
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `another trainer's fit is an error`() throws {
        let (trainer, other) = (Change.none.trainer(), Change.none.trainer())
        let run = try TrainingRun(creating: path, for: trainer)
        #expect(error(RunError.self) { try Change.none.fit(other, run) } == .otherTrainer(run: path))
        #expect(try Change.none.fit(trainer, run) == .finished)
    }

    @Test func `a damaged summary is a warning, and a missing one is none`() throws {
        try makeRun()
        let summary = path + "/summary.json"
        let started = try RunSummary.read(RunDirectory(path: path)).started
        #expect(try TrainingRun(continuing: path, for: Change.none.trainer()).warnings.isEmpty)
        try Data("{\"state\"".utf8).write(to: URL(filePath: summary))
        let trainer = Change.none.trainer()
        let run = try TrainingRun(continuing: path, for: trainer)
        #expect(run.warnings.count == 1 && run.warnings[0].hasPrefix(summary + ": "), "\(run.warnings)")
        #expect(try Change.none.fit(trainer, run) == .finished)
        #expect(try RunSummary.read(RunDirectory(path: path)).started >= started)
        try FileManager.default.removeItem(atPath: summary)
        #expect(try TrainingRun(continuing: path, for: Change.none.trainer()).warnings.isEmpty)
    }

    @Test(arguments: [true, false])
    func `another callback's error releases the directory and is in the summary`(isBefore: Bool) throws {
        let trainer = Change.none.trainer()
        let run = try TrainingRun(creating: path, for: trainer)
        let crash = AtStep([5: { throw AtStep.Crash() }])
        #expect(throws: AtStep.Crash.self) {
            try isBefore ? Change.none.fit(trainer, crash, run) : Change.none.fit(trainer, run, crash)
        }
        let summary = try RunSummary.read(RunDirectory(path: path))
        #expect(summary.state == .failed && summary.reason == "Crash()" && summary.steps == 5)
        // The former object still exists.
        let next = Change.none.trainer()
        let resumed = try TrainingRun(continuing: path, for: next)
        #expect(next.stepCount == 3)
        #expect(try Change.none.fit(next, resumed) == .finished)
        withExtendedLifetime(run) {}
    }

    @Test(arguments: [
        #"{"program": "RecurrentNetworks", "options": {}}"#,
        #"{"program": "RecurrentNetworks", "options": {}, "recording": {"log_every": -1, "keep_checkpoints": 2}}"#,
        #"{"program": "RecurrentNetworks", "options": {}, "recording": {"log_every": 1, "keep_checkpoints": 0}}"#,
        #"{"program": "RecurrentNetworks", "options": [1]}"#, #"{"program""#,
    ])
    func `a damaged configuration is an error`(_ text: String) throws {
        try directory.add("a/config.json", text)
        let error = error(RunError.self) { _ = try TrainingRun(continuing: path, for: Change.none.trainer()) }
        guard case .invalidFile(path + "/config.json", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a file that cannot be written ends training, and the run can be resumed`() throws {
        let trainer = Change.none.trainer()
        let checkpoints = path + "/checkpoints"
        var failed = false
        let first = try TrainingRun(creating: path, for: trainer)
        let thrown = error(SaveError.self) {
            try Change.none.fit(
                trainer,
                AtStep([
                    5: {
                        try FileManager.default.moveItem(
                            atPath: checkpoints, toPath: checkpoints + "-away")
                        _ = FileManager.default.createFile(atPath: checkpoints, contents: nil)
                        failed = true
                    }
                ]), first)
        }
        #expect(failed)
        let text = thrown?.description ?? ""
        #expect(text.hasPrefix(checkpoints), "\(text)")
        #expect(RunRecord(RunDirectory(path: path), of: []).summary?.state == .failed)
        try FileManager.default.removeItem(atPath: checkpoints)
        try FileManager.default.moveItem(atPath: checkpoints + "-away", toPath: checkpoints)
        let next = Change.none.trainer()
        let run = try TrainingRun(continuing: path, for: next)
        #expect(next.stepCount == 3)
        #expect(try Change.none.fit(next, run) == .finished)
        // The former object does not lock the directory.
        withExtendedLifetime(first) {}
    }
}
