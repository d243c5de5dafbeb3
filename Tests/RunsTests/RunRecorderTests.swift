import Console
import Foundation
import NeuralNetworks
import Platform
import RunSamples
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import Runs

@Suite("Recording a run during training")
struct RunRecorderTests {
    /// The checkpoint of the first epoch is the best one, and the checkpoint of the last step is saved at the end.
    @Test(
        arguments: [
            (.epochs(1), [3, 6, 9, 12, 15, 18, 21]), (.epochs(2), [3, 6, 12, 18, 21]),
            (.epochs(99), [3, 21]),
            (.steps(1), Array(1...21)), (.steps(5), [3, 5, 10, 15, 20, 21]),
            (.steps(3), [3, 6, 9, 12, 15, 18, 21]),
            (.steps(8), [3, 8, 16, 21]), (.steps(99), [3, 21]), (.seconds(1e8), [3, 21]),
            (.seconds(1e-9), Array(1...21)),
        ] as [(CheckpointPolicy.Interval, [Int])])
    func `checkpoints are saved at their intervals`(interval: CheckpointPolicy.Interval, steps: [Int]) throws
    {
        var recorded = try RecordedRun()
        recorded.policy.every = interval
        let (recorder, ending) = try recorded.train()
        #expect(ending == .finished && recorder.failureCount == 0)
        #expect(try recorded.savedSteps == steps)
        #expect(try Checkpoint(path: recorded.run.bestCheckpoint).stepCount == 3)
        #expect(try Checkpoint(path: recorded.run.lastCheckpoint).stepCount == 21)
        #expect(recorder.lastCheckpoint == recorded.run.checkpoints + "/step-0000021.safetensors")
        let summary = try RunSummary.read(recorded.run)
        #expect(summary.epochs == 7 && summary.steps == 21 && summary.best?.epoch == 0)
        #expect(summary.state == .running)
    }

    @Test(arguments: [1, 4, 5])
    func `a stop saves a checkpoint and divergence saves none`(step: Int) throws {
        var recorded = try RecordedRun()
        recorded.policy.every = .epochs(99)
        let stop = Journal()
        stop.stopAfterStep = step
        try recorded.train(before: stop)
        #expect(try recorded.savedSteps.last == step)

        var other = try RecordedRun()
        other.policy.every = .epochs(99)
        other.learningRate = 1e38
        let (_, ending) = try other.train()
        guard case .diverged(let epoch, _) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(try other.savedSteps.allSatisfy { $0 <= 3 * epoch })
    }

    /// The first epoch ends with step 3.
    @Test
    func `the best checkpoint waits in memory for the next one or the end`() throws {
        for (interval, savedAfter) in [(CheckpointPolicy.Interval.steps(8), 8), (.epochs(99), nil)] {
            var recorded = try RecordedRun()
            recorded.policy.every = interval
            final class Watch: Callback {
                let recorded: RecordedRun
                var steps: [[Int]] = []
                init(_ recorded: RecordedRun) { self.recorded = recorded }
                func batchEnded(_ record: StepRecord, trainer: Trainer) throws {
                    steps.append(try recorded.savedSteps)
                }
            }
            let watch = Watch(recorded)
            let (recorder, ending) = try recorded.train(after: watch)
            #expect(ending == .finished)
            for (index, steps) in watch.steps.enumerated() {
                let isSaved = savedAfter.map { index + 1 >= $0 } ?? false
                #expect(steps.contains(3) == isSaved, "after step \(index + 1)")
            }
            #expect(try recorded.savedSteps.first == 3)
            #expect(try Checkpoint(path: recorded.run.bestCheckpoint).state.best?.epoch == 0)
            #expect(try recorder.bestCheckpoint()?.stepCount == 3)
            #expect(recorder.lastCheckpoint == recorded.run.checkpoints + "/step-0000021.safetensors")
        }
    }

    /// Training can be resumed from no other checkpoint.
    @Test(arguments: Spoiler.Place.allCases)
    func `divergence and a stop save the best checkpoint, too`(place: Spoiler.Place) throws {
        var recorded = try RecordedRun()
        recorded.policy.every = .epochs(99)
        recorded.momentum = 0.9
        let (recorder, ending) = try recorded.train(before: Spoiler(place, atStep: 8))
        #expect(ending == .diverged(epoch: 2, step: 2))
        #expect(try recorded.savedSteps == [3])
        #expect(try Checkpoint(path: recorded.run.bestCheckpoint).stepCount == 3)
        #expect(recorder.lastCheckpoint == recorded.run.checkpoints + "/step-0000003.safetensors")

        var stopped = try RecordedRun()
        stopped.policy.every = .epochs(99)
        let stop = Journal()
        stop.stopAfterStep = 8
        try stopped.train(before: stop)
        #expect(try stopped.savedSteps == [3, 8])
        #expect(try Checkpoint(path: stopped.run.bestCheckpoint).stepCount == 3)
    }

    /// This also holds at the end of an epoch, and for the checkpoint of a stop.
    @Test(
        arguments: Spoiler.Place.allCases, [4, 5, 6])
    func `weights or moments that are not finite are never saved and end training`(
        place: Spoiler.Place, step: Int
    ) throws {
        for (interval, isStopped, saved) in [
            (CheckpointPolicy.Interval.steps(1), false, Array(1..<step)), (.epochs(1), true, [3]),
            (.steps(2), true, [2, 3, 4].filter { $0 < step }),
        ] {
            var recorded = try RecordedRun()
            recorded.policy.every = interval
            recorded.momentum = 0.9
            let (recorder, ending) = try recorded.train(
                before: Spoiler(place, atStep: step, stops: isStopped))
            #expect(ending == .diverged(epoch: 1, step: step - 4))
            #expect(try recorded.savedSteps == saved)
            #expect(recorder.lastCheckpoint?.hasSuffix("/step-000000\(saved.last ?? 0).safetensors") == true)
        }
    }

    @Test(arguments: [0, 1, 2, 4, 5, 22])
    func `records at the interval cover all steps since the previous one`(every: Int) throws {
        var recorded = try RecordedRun()
        recorded.stepsPerRecord = every
        recorded.learningRate = 0.1
        let journal = Journal()
        try recorded.train(after: journal)
        let steps = try recorded.records.filter { $0["kind"]?.word == "step" }
        let expected = every == 0 ? [] : (1...21).filter { $0.isMultiple(of: every) }
        #expect(steps.map { $0["step"]?.whole } == expected)
        for record in steps {
            let step = record["step"]?.whole ?? 0
            var window = Score()
            for record in journal.steps[(step - every)..<step] { window += record.batch }
            #expect(record["loss"]?.real == window.loss)
            #expect(record["accuracy"]?.real == 100 * window.accuracy)
            #expect(record["epoch"]?.whole == (step - 1) / 3)
            #expect(record["gradient_norm"]?.real == journal.steps[step - 1].gradientNorm)
            let rate = Double(window.count) / (record["seconds"]?.real ?? .nan)
            #expect(abs((record["images_per_second"]?.real ?? .nan) / rate - 1) < 1e-9)
        }
        let epochs = try recorded.records.filter { $0["kind"]?.word == "epoch" }
        #expect(epochs.map { $0["split"]?.word } == (0..<14).map { $0 % 2 == 0 ? "train" : "validation" })
        #expect(epochs.map { $0["epoch"]?.whole } == (0..<14).map { $0 / 2 })
        #expect(epochs.map { $0["step"]?.whole } == (0..<14).map { 3 + $0 / 2 * 3 })
        for (index, record) in journal.records.enumerated() {
            #expect(epochs[2 * index]["loss"]?.real == record.loss)
            #expect(epochs[2 * index + 1]["loss"]?.real == record.validation?.loss)
        }
        let rows = try text(recorded.run.metrics).split(separator: "\n").dropFirst()
        #expect(rows.map { Int($0.split(separator: ",")[0]) } == Array(0..<7))
    }

    /// The time between two epochs, without training, does not count; the time before it does.
    @Test
    func `a record across the end of an epoch has the time of all its steps`() throws {
        var recorded = try RecordedRun()
        recorded.stepsPerRecord = 4
        recorded.epochs = 2
        let clock = TestClock()
        recorded.clock = clock.now
        final class BetweenEpochs: Callback {
            let clock: TestClock
            init(_ clock: TestClock) { self.clock = clock }
            func epochEnded(_ record: EpochRecord, trainer: Trainer) { clock.advance(64) }
        }
        try recorded.train(
            before: AtStep([2: { clock.advance(0.5) }, 4: { clock.advance(0.25) }]),
            after: BetweenEpochs(clock))
        let first = try #require(try recorded.records.first { $0["step"]?.whole == 4 })
        #expect(first["seconds"]?.real == 0.75)
        // Two batches of 16, one of 8, and one of 16 after the end of the epoch.
        #expect(first["images_per_second"]?.real == 56 / 0.75)
    }

    @Test
    func `a record across a resume has the rate of the steps after it`() throws {
        var recorded = try RecordedRun()
        recorded.stepsPerRecord = 4
        let stop = Journal()
        stop.stopAfterStep = 2
        try recorded.train(before: stop)
        let clock = TestClock()
        recorded.clock = clock.now
        try recorded.train(before: AtStep([3: { clock.advance(0.5) }]))
        let first = try #require(try recorded.records.first { $0["step"]?.whole == 4 })
        // Two batches, of 8 and 16.
        #expect(first["images_per_second"]?.real == 24 / 0.5)
        #expect(first["loss"] != nil)
    }

    @Test(
        arguments: [0, 2])
    func `a run stopped or killed after any step and resumed has the same logs`(every: Int)
        throws
    {
        func make() throws -> RecordedRun {
            var recorded = try RecordedRun()
            recorded.stepsPerRecord = every
            recorded.epochs = 3
            recorded.learningRate = 0.1
            recorded.policy.every = .steps(4)
            return recorded
        }
        let whole = try make()
        try whole.train()
        let expected = try whole.logs
        let file = try RecordFile.content(of: whole.run.lastCheckpoint, .readingInput)
        for step in 1...8 {
            for isKilled in [false, true] {
                let recorded = try make()
                if isKilled {
                    #expect(throws: AtStep.Crash.self) {
                        try recorded.train(after: AtStep([step: { throw AtStep.Crash() }]))
                    }
                } else {
                    let stop = Journal()
                    stop.stopAfterStep = step
                    try recorded.train(before: stop)
                }
                try recorded.train()
                #expect(try recorded.logs == expected, "step \(step), killed: \(isKilled)")
                #expect(
                    try (RecordFile.content(of: recorded.run.lastCheckpoint, .readingInput) == file) == true)
            }
        }
    }

    @Test
    func `a failed save ends training, or is counted and reported once until one succeeds`() throws {
        for action in CheckpointPolicy.SaveErrorAction.allCases {
            var recorded = try RecordedRun()
            recorded.policy.every = .steps(1)
            recorded.policy.onSaveError = action
            let (checkpoints, aside) = (recorded.run.checkpoints, recorded.directory.file("aside"))
            func spoil() throws {
                try FileManager.default.moveItem(atPath: checkpoints, toPath: aside)
                try AtomicFile.write("", to: checkpoints)
            }
            func repair() throws {
                try FileManager.default.removeItem(atPath: checkpoints)
                try FileManager.default.moveItem(atPath: aside, toPath: checkpoints)
            }
            let sabotage = AtStep([4: spoil, 10: repair, 14: spoil, 15: repair])
            let pipe = TestPipe()
            let console = try Console(terminal: Terminal(descriptor: pipe.descriptor, isInteractive: false))
            guard action == .continue else {
                let failure = error(FileError.self) { try recorded.train(before: sabotage, console: console) }
                #expect(failure?.path == checkpoints)
                #expect(failure?.code == ENOTDIR)
                #expect(try pipe.content() == "")
                continue
            }
            let (recorder, ending) = try recorded.train(before: sabotage, console: console)
            #expect(ending == .finished)
            #expect(recorder.failureCount == 7)
            #expect(try recorded.savedSteps == [1, 2, 3] + Array(10...13) + Array(15...21))
            let lines = try pipe.content().split(separator: "\n")
            #expect(lines.count == 2)
            #expect(
                lines.first
                    == "Warning: \(checkpoints): cannot open: expected a directory, found a regular file; move it to another place. Training goes on; the last checkpoint, \(checkpoints)/step-0000003.safetensors, is gone or damaged, and there is no other."
            )
        }
    }

    @Test
    func `a failed first save is reported`() throws {
        var recorded = try RecordedRun()
        recorded.policy.every = .steps(1)
        recorded.policy.onSaveError = .continue
        let checkpoints = recorded.run.checkpoints
        let spoil = AtStep([
            1: {
                try FileManager.default.removeItem(atPath: checkpoints)
                try AtomicFile.write("", to: checkpoints)
            }
        ])
        let pipe = TestPipe()
        let console = try Console(terminal: Terminal(descriptor: pipe.descriptor, isInteractive: false))
        let (recorder, _) = try recorded.train(before: spoil, console: console)
        // Once at each of 21 steps, and once at the end.
        #expect(recorder.failureCount == 22)
        let lines = try pipe.content().split(separator: "\n")
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("Warning: \(checkpoints): cannot open: ") == true, "\(lines)")
    }

    @Test
    func `a picture that cannot be drawn is reported once with the command that draws it`() throws {
        let recorded = try RecordedRun()
        let pipe = TestPipe()
        let console = try Console(terminal: Terminal(descriptor: pipe.descriptor, isInteractive: false))
        let (recorder, _) = try recorded.train(console: console)
        let failure = FileError(path: "curves.svg", operation: .write, code: ENOSPC)
        for path in ["curves.svg", "report.html"] {
            recorder.draw { _ throws(FileError) in
                throw FileError(path: path, operation: .write, code: ENOSPC)
            }
        }
        #expect(recorder.failureCount == 2)
        #expect(
            try pipe.content()
                == "Warning: \(failure). To draw it later: "
                + "\(recorded.run.commandLine("report", of: Program.mnistBiLSTM.name))\n")
    }

    @Test
    func `a failed save waits for the next one`() throws {
        var recorded = try RecordedRun()
        recorded.policy.every = .steps(8)
        recorded.policy.onSaveError = .continue
        let (checkpoints, aside) = (recorded.run.checkpoints, recorded.directory.file("aside"))
        let sabotage = AtStep([
            8: {
                try FileManager.default.moveItem(atPath: checkpoints, toPath: aside)
                try AtomicFile.write("", to: checkpoints)
            },
            12: {
                try FileManager.default.removeItem(atPath: checkpoints)
                try FileManager.default.moveItem(atPath: aside, toPath: checkpoints)
            },
        ])
        let (recorder, _) = try recorded.train(before: sabotage)
        #expect(recorder.failureCount == 1)
        #expect(try recorded.savedSteps == [3, 16, 21])
    }

    #if canImport(Glibc)
        /// Afterwards no log lacks a record, and until then no checkpoint is saved.
        @Test
        func `logs are complete after a disk was full for some steps`() async {
            await #expect(processExitsWith: .success) {
                func make() throws -> RecordedRun {
                    var recorded = try RecordedRun()
                    recorded.policy.every = .steps(1)
                    recorded.policy.onSaveError = .continue
                    recorded.stepsPerRecord = 2
                    recorded.learningRate = 0.1
                    return recorded
                }
                let (whole, full) = (try make(), try make())
                try whole.train()
                let (recorder, ending) = try full.train(
                    before: AtStep([4: { FullDisk.begin() }, 11: { FullDisk.end() }]))
                #expect(ending == .finished)
                #expect(recorder.failureCount > 6)
                // Step 6 ended the best epoch; its checkpoint was kept in memory and saved with step 11.
                #expect(try full.savedSteps == [1, 2, 3, 6] + Array(11...21))
                #expect(try full.logs == whole.logs)
            }
        }
    #endif

    @Test
    func `a resumed run has no trace of its former end and is locked`() throws {
        let recorded = try RecordedRun()
        try recorded.directory.add("evaluation.json", "{}")
        let (recorder, _) = try recorded.train()
        #expect(try !recorded.directory.names.contains("evaluation.json"))
        #expect(throws: RunError.inUse(run: recorded.run.path)) { try recorded.train() }
        #expect(recorder.run == recorded.run)
    }

    @Test
    func `test scores come last and are removed by a resume`() throws {
        let recorded = try RecordedRun()
        do {
            let (recorder, _) = try recorded.train()
            var score = Score()
            (score.lossSum, score.correct, score.count) = (5, 3, 10)
            let trainer = Trainer(model: tinyModel, threads: 1)
            try recorder.append(test: score, epoch: 6, trainer: trainer, mistakes: nil)
            let last = try #require(try recorded.records.last)
            #expect(last["kind"]?.word == "test" && last["split"]?.word == "test")
            #expect(last["loss"]?.real == 0.5 && last["accuracy"]?.real == 30)
        }
        try recorded.train()
        #expect(try recorded.records.allSatisfy { $0["kind"]?.word != "test" })
    }
}
