import Console
import Foundation
import Platform
import RunSamples
import Synchronization
import TestSupport
import Testing
import TrainingSamples

@testable import Runs
@testable import Training

/// The file `stop`, by which another program asks a training to stop.
@Suite("Requests to stop a training")
struct StopRequestTests {
    /// A clock that the steps of a training advance.
    private final class StepClock: Callback, Sendable {
        private let now = Mutex(0.0)
        private let secondsPerStep: Double
        /// The actions after a step, before the run's recorder looks.
        private let actions: [Int: @Sendable () throws -> Void]

        init(secondsPerStep: Double, _ actions: [Int: @Sendable () throws -> Void]) {
            (self.secondsPerStep, self.actions) = (secondsPerStep, actions)
        }

        var seconds: Double { now.withLock { $0 } }

        func batchEnded(_ record: StepRecord, trainer: Trainer) throws {
            now.withLock { $0 += secondsPerStep }
            try actions[record.step]?()
        }
    }

    /// Trains a run of 21 steps.
    private func train(
        _ recorded: RecordedRun, secondsPerStep: Double, _ actions: [Int: @Sendable () throws -> Void]
    ) throws -> Trainer.Ending {
        let clock = StepClock(secondsPerStep: secondsPerStep, actions)
        var recorded = recorded
        recorded.clock = { clock.seconds }
        return try recorded.train(before: clock).ending
    }

    /// It looks after the first step, and again when a second has passed.
    @Test(arguments: [(0.4, 5, 7), (0.4, 7, 7), (0.4, 8, 10), (0.1, 2, 12), (5, 5, 5)])
    func `training stops at the next look, once a second`(secondsPerStep: Double, asked: Int, stopped: Int)
        throws
    {
        let recorded = try RecordedRun()
        let run = recorded.run
        #expect(
            try train(recorded, secondsPerStep: secondsPerStep, [asked: { try run.askToStop() }])
                == .requested)
        #expect(try recorded.savedSteps.last == stopped)
        #expect(run.isAskedToStop)
        // The next process removes the request.
        #expect(try recorded.train().ending == .finished)
        #expect(!POSIX.exists(run.stopRequest))
        #expect(try recorded.savedSteps.last == 21)
    }

    @Test func `a request that was left by a killed process stops nothing`() throws {
        let recorded = try RecordedRun()
        try recorded.run.askToStop()
        #expect(try train(recorded, secondsPerStep: 2, [:]) == .finished)
        #expect(!POSIX.exists(recorded.run.stopRequest))
    }

    @Test(arguments: ["link", "dangling link", "directory", "full directory", "FIFO"])
    func `something else with the name of the request is no request, and stays`(kind: String) throws {
        let recorded = try RecordedRun()
        let path = recorded.run.stopRequest
        switch kind {
        case "link": try POSIX.makeSymbolicLink(path, to: recorded.run.summary)
        case "dangling link": try POSIX.makeSymbolicLink(path, to: "nowhere")
        case "FIFO": #expect(mkfifo(path, 0o600) == 0)
        default:
            try POSIX.makeDirectory(path)
            if kind == "full directory" { try Data().write(to: URL(filePath: path + "/file")) }
        }
        let found = try POSIX.kind(at: path)
        #expect(throws: FileError.self) { try recorded.run.askToStop() }
        #expect(try train(recorded, secondsPerStep: 2, [:]) == .finished)
        #expect(try recorded.savedSteps.last == 21)
        #expect(try POSIX.kind(at: path) == found && found != .regular)
        if kind == "link" { #expect(try RunSummary.read(recorded.run).epochs == 7) }
    }

    @Test func `two requests are one`() throws {
        let recorded = try RecordedRun()
        let run = recorded.run
        try run.askToStop()
        try run.askToStop()
        #expect(run.isAskedToStop)
        try run.discardStopRequest()
        try run.discardStopRequest()
        #expect(!run.isAskedToStop)
    }

    @Test(arguments: KeptCourse.all)
    func `a run of the library that was asked to stop is resumed to the same checkpoints and logs`(
        _ course: KeptCourse
    ) throws {
        let directory = try TemporaryDirectory()
        func train(_ path: String, _ callbacks: [any Callback], continuing: Bool = false) throws
            -> Trainer.Ending
        {
            let trainer = course.trainer(1)
            let run =
                try continuing
                ? TrainingRun(continuing: path, for: trainer)
                : TrainingRun(
                    creating: path, for: trainer, logEvery: 2, checkpointEvery: 2, keepCheckpoints: 100)
            // Each reading of the clock is an hour later, so that the run looks after each step.
            let hours = Mutex(0.0)
            trainer.clock = {
                hours.withLock {
                    $0 += 3600
                    return $0
                }
            }
            return try course.fit(trainer, callbacks + [run])
        }
        let (whole, stopped) = (directory.file("whole"), directory.file("stopped"))
        #expect(try train(whole, []) == .finished)
        let request = AtStep([5: { try RunDirectory(path: stopped).askToStop() }])
        #expect(try train(stopped, [request]) == .requested)
        let summary = try RunSummary.read(RunDirectory(path: stopped))
        #expect(summary.state == .stopped && summary.steps == 5)
        #expect(summary.reason == "request from another program")
        #expect(
            Language.korean.translated(summary.reason ?? "", from: ReasonText.self) == "다른 프로그램의 요청")
        #expect(!POSIX.exists(RunDirectory(path: stopped).stopRequest))
        #expect(try train(stopped, [], continuing: true) == .finished)
        // The stop saved one more checkpoint, after step 5.
        var found = try KeptFiles(stopped)
        #expect(found.checkpoints.removeValue(forKey: "step-0000005.safetensors") != nil)
        let same = try found == KeptFiles(whole)
        #expect(same)
    }
}
