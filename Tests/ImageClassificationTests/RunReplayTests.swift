import Datasets
import Foundation
import ImageClassification
import NeuralNetworks
import Platform
import RunSamples
import Runs
import TestSupport
import Testing
import Training

/// Every state of a run is computed again to the same bytes.
@Suite("Replay of a run") struct RunReplayTests {
    private let directory = try! TemporaryDirectory()

    private static let changes: [String: @Sendable (inout ImageTraining.Options) -> Void] = [
        "plain": { _ in },
        "validation and plateau schedule": {
            ($0.validation, $0.schedule, $0.patience, $0.reduction) = (8, .plateau, 0, 0.5)
            $0.earlyStopping = 3
        },
        "average and dropout": {
            ($0.ema, $0.dropout, $0.readoutDropout, $0.validation) = (0.9, 0.3, 0.2, 5)
            $0.logEvery = 5
            $0.readout = .mean
        },
        "augmentation and cosine schedule": {
            ($0.augment, $0.schedule, $0.warmUpEpochs, $0.clipNorm) = (.elastic, .cosine, 1.5, 0.1)
        },
        "GRU, momentum, one cycle": {
            ($0.cell, $0.bidirectional, $0.readout) = (.gru, false, .last)
            ($0.optimizer, $0.momentum, $0.schedule, $0.seed) = (.sgd, 0.9, .oneCycle, 7)
            $0.logEvery = 4
        },
        "step schedule, label smoothing": {
            ($0.cell, $0.optimizer, $0.schedule, $0.stepEpochs) = (.rnnTanh, .rmsprop, .step, 1)
            ($0.labelSmoothing, $0.layers, $0.logEvery) = (0.1, 3, 0)
        },
    ]

    private func checkpoints(of run: RunDirectory) throws -> [Int: Checkpoint] {
        let store = CheckpointStore(run)
        return try store.steps().reduce(into: [:]) { $0[$1] = try store.undamaged(atStep: $1) }
    }

    private func expectEqual(
        _ state: ReplayedState, _ own: Checkpoint?, asFile: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let own = try #require(own, sourceLocation: sourceLocation)
        let found = state.checkpoint
        #expect(state.step == own.stepCount, sourceLocation: sourceLocation)
        #expect(
            state.sha256 == ReplayedState.sha256(of: own.parameters), "step \(own.stepCount)",
            sourceLocation: sourceLocation)
        #expect(found.state == own.state && found.average == own.average, sourceLocation: sourceLocation)
        #expect(
            found.optimizerBuffers.map(\.values) == own.optimizerBuffers.map(\.values),
            sourceLocation: sourceLocation)
        guard asFile else { return }
        #expect(
            try found.serialized() == own.serialized(),
            "step \(own.stepCount): \(found.logs), not \(own.logs)", sourceLocation: sourceLocation)
    }

    /// A run of 6 steps an epoch, with 4 epochs.
    @Test(arguments: changes.keys.sorted(), [1, 2])
    func `the state after any step has the run's bytes`(_ name: String, threads: Int) throws {
        var options = try TrainedRun.options(in: directory)
        Self.changes[name]?(&options)
        let run = try TrainedRun.train(ImageTraining(options))
        let own = try checkpoints(of: run)
        let last = try #require(own.keys.max())
        let stepsPerEpoch = last / 4
        #expect(own.count == last)
        try TrainedRun.keep([last], of: run)
        let before = try TrainedRun.contents(of: run)
        let replay = RunReplay<ImageTraining>(run, threads: threads)
        // Forward and back, the end of an epoch, the middle, the first and the last.
        for step in [
            stepsPerEpoch + 2, 2 * stepsPerEpoch, last, last - 1, 1, stepsPerEpoch, stepsPerEpoch + 1,
        ] {
            let state = try replay.state(after: step)
            try expectEqual(state, own[step])
            #expect(state.origin == (step == last ? last : 0))
        }
        let initial = try replay.state(after: 0).checkpoint.parameters
        #expect(initial == own[1]?.model.initialParameters(seed: options.seed).elements)
        #expect(try TrainedRun.contents(of: run) == before)
    }

    @Test func `a step is computed from the nearest earlier checkpoint that is undamaged`() throws {
        let run = try TrainedRun.train(ImageTraining(TrainedRun.options(in: directory)))
        let own = try checkpoints(of: run)
        try TrainedRun.keep([5, 9, 13, 24], of: run)
        try Data("damaged".utf8).write(
            to: URL(filePath: FilePath.join(run.checkpoints, CheckpointStore.name(step: 13))))
        let replay = RunReplay<ImageTraining>(run)
        for (step, origin) in [(4, 0), (5, 5), (7, 5), (9, 9), (12, 9), (13, 9), (20, 9), (6, 5)] {
            let state = try replay.state(after: step)
            #expect(state.origin == origin && state.computedSteps == step - origin, "step \(step)")
            try expectEqual(state, own[step])
        }
    }

    @Test func `a run that was resumed with other options has their states`() throws {
        var options = try TrainedRun.options(in: directory)
        (options.epochs, options.schedule) = (2, .cosine)
        let run = try TrainedRun.train(ImageTraining(options))
        (options.epochs, options.learningRate) = (4, 1e-3)
        try TrainedRun.train(ImageTraining(options), continuing: run)
        let own = try checkpoints(of: run)
        try TrainedRun.keep([5, 12, 24], of: run)
        let replay = RunReplay<ImageTraining>(run)
        for step in [3, 11, 15, 18, 23, 8] { try expectEqual(try replay.state(after: step), own[step]) }
        // Without the checkpoint at which the options changed, no step before the next one can be repeated.
        try TrainedRun.keep([5, 24], of: run)
        for step in [3, 5] {
            try expectEqual(try RunReplay<ImageTraining>(run).state(after: step), own[step])
        }
        for step in [8, 12, 15, 23] {
            let expected = RunError.changedOptions(run: run.path, after: 12, next: 24)
            let found = error(RunError.self) {
                _ = try RunReplay<ImageTraining>(run).state(
                    after: step, isCancelled: { false }, progress: { _ in Issue.record("it trains") })
            }
            #expect(found == expected, "step \(step)")
        }
    }

    @Test func `a run that was resumed with more epochs only has its steps without the checkpoint`() throws {
        var options = try TrainedRun.options(in: directory)
        options.epochs = 2
        let run = try TrainedRun.train(ImageTraining(options))
        options.epochs = 4
        try TrainedRun.train(ImageTraining(options), continuing: run)
        let own = try checkpoints(of: run)
        try TrainedRun.keep([24], of: run)
        let replay = RunReplay<ImageTraining>(run)
        // The file of a repeated step names the number of epochs with which the run was resumed.
        for step in [3, 12, 15] {
            try expectEqual(try replay.state(after: step), own[step], asFile: step > 12)
        }
    }

    @Test func `the steps at which options changed are kept over a resume, and dropped before it`() throws {
        var options = try TrainedRun.options(in: directory)
        options.epochs = 1
        let run = try TrainedRun.train(ImageTraining(options))
        for (epochs, rate) in [(2, 1e-3), (3, 1e-3), (4, 1e-4)] {
            (options.epochs, options.learningRate) = (epochs, rate)
            try TrainedRun.train(ImageTraining(options), continuing: run)
        }
        struct File: Decodable { let changedAfterSteps: [Int] }
        let file: File = try RunFile.read(from: run.configuration)
        #expect(file.changedAfterSteps == [6, 18])
        // Resumed from an earlier checkpoint, the later change is gone.
        try TrainedRun.keep([10], of: run)
        options.learningRate = 1e-3
        #expect(options.changes(from: try CheckpointStore(run).undamaged(atStep: 10), of: run) == [6])
    }

    @Test(arguments: ["0.0.9", "99.0.0"])
    func `a run of another version is refused, except its checkpoints`(version: String) throws {
        let run = try TrainedRun.train(ImageTraining(TrainedRun.options(in: directory)))
        try TrainedRun.keep([5, 24], of: run)
        let text = try String(contentsOfFile: run.configuration, encoding: .utf8)
        let forged = text.replacing(#""\#(PackageVersion.current)""#, with: #""\#(version)""#)
        #expect(forged != text)
        try forged.write(toFile: run.configuration, atomically: true, encoding: .utf8)
        #expect(
            error(RunError.self) { _ = try RunReplay<ImageTraining>(run).state(after: 3) }
                == .otherVersion(run: run.path, expected: PackageVersion.current, found: version))
        #expect(try RunReplay<ImageTraining>(run).state(after: 5).step == 5)
    }

    @Test func `the run's copies of a teacher and of initial weights are used`() throws {
        var options = try TrainedRun.options(in: directory)
        let teacher = try TrainedRun.train(ImageTraining(options))
        (options.teacher, options.initFrom, options.seed) = (teacher.path, teacher.path, 3)
        options.freeze = .fc
        let run = try TrainedRun.train(ImageTraining(options))
        let own = try checkpoints(of: run)
        try TrainedRun.keep([24], of: run)
        try FileManager.default.removeItem(atPath: teacher.path)
        try expectEqual(try RunReplay<ImageTraining>(run).state(after: 9), own[9])
    }

    @Test func `data that are gone or changed are an error`() throws {
        let options = try TrainedRun.options(in: directory)
        let run = try TrainedRun.train(ImageTraining(options))
        try TrainedRun.keep([24], of: run)
        let path = FilePath.join(options.data, "train-images-idx3-ubyte")
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[20] ^= 1
        try bytes.write(to: URL(filePath: path))
        let found = error(RunError.self) { _ = try RunReplay<ImageTraining>(run).state(after: 3) }
        guard case .otherData(run.path, _, _)? = found else {
            Issue.record("\(String(describing: found))")
            return
        }
        try FileManager.default.removeItem(atPath: path)
        #expect(
            error(DatasetError.self) { _ = try RunReplay<ImageTraining>(run).state(after: 3) } != nil)
        // A step with a checkpoint needs no data.
        #expect(try RunReplay<ImageTraining>(run).state(after: 24).step == 24)
    }

    @Test(arguments: [-1, 25, 1 << 39])
    func `a step that the run does not have is an error`(_ step: Int) throws {
        let run = try TrainedRun.train(ImageTraining(TrainedRun.options(in: directory)))
        #expect(
            error(RunError.self) { _ = try RunReplay<ImageTraining>(run).state(after: step) }
                == .noSuchStep(run: run.path, step: step, last: 24))
    }

    @Test func `a run without checkpoints is an error`() throws {
        let run = try TrainedRun.train(ImageTraining(TrainedRun.options(in: directory)))
        try TrainedRun.keep([], of: run)
        guard
            case .noCheckpoint? = error(
                RunError.self, from: { _ = try RunReplay<ImageTraining>(run).state(after: 1) })
        else {
            Issue.record("another error")
            return
        }
    }

    @Test func `a training whose losses differ from the run's is an error`() throws {
        let run = try TrainedRun.train(ImageTraining(TrainedRun.options(in: directory)))
        try TrainedRun.keep([24], of: run)
        let metrics = try RunMetrics.read(from: run.metrics).metrics
        let loss = try #require(metrics.rows.first?.trainLoss)
        let changed = try text(run.metrics).replacing("\(loss)", with: "\(loss.nextUp)")
        try Data(changed.utf8).write(to: URL(filePath: run.metrics))
        let replay = RunReplay<ImageTraining>(run)
        #expect(try replay.state(after: 5).step == 5)
        #expect(error(RunError.self) { _ = try replay.state(after: 8) }?.isNotReproduced == true)
    }

    @Test func `a cancelled computation goes on where it ended`() throws {
        let run = try TrainedRun.train(ImageTraining(TrainedRun.options(in: directory)))
        let own = try checkpoints(of: run)
        try TrainedRun.keep([24], of: run)
        let replay = RunReplay<ImageTraining>(run)
        var steps = 0
        var progress: [Double] = []
        #expect(throws: CancellationError.self) {
            try replay.state(
                after: 20,
                isCancelled: {
                    steps += 1
                    return steps == 8
                }, progress: { progress.append($0) })
        }
        #expect(progress.count == 8 && progress.last == 0.4)
        progress = []
        let state = try replay.state(after: 20, isCancelled: { false }, progress: { progress.append($0) })
        try expectEqual(state, own[20])
        #expect(progress.count == 12 && progress.last == 1)
    }

    @Test func `snapshots stay within their memory and are spread over the steps`() throws {
        let run = try TrainedRun.train(ImageTraining(TrainedRun.options(in: directory)))
        let own = try checkpoints(of: run)
        let bytes = 4 * 3 * (own[1]?.parameters.count ?? 0)
        let snapshots = ReplaySnapshots(capacity: 5 * bytes)
        for step in 1...24 { snapshots.add(try #require(own[step]), origin: 0) }
        #expect(snapshots.steps.count <= 5 && snapshots.steps.first == 1)
        #expect(snapshots.steps == snapshots.steps.sorted() && (snapshots.steps.last ?? 0) >= 16)
        #expect(snapshots.last(before: 24)?.state.stepCount == snapshots.steps.last)
        #expect(snapshots.last(before: 0) == nil)
    }
}

extension RunError {
    fileprivate var isNotReproduced: Bool { if case .notReproduced = self { true } else { false } }
}
