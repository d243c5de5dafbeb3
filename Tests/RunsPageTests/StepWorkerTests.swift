import Foundation
import Platform
import RunSamples
import ImageClassification
import Runs
import Synchronization
import TestSupport
import Testing
import Training

@testable import RunsPage

/// The thread that computes steps.
@Suite("Computing steps") struct StepWorkerTests {
    private let directory = try! TemporaryDirectory()

    /// Waits for orders at each of 1000 steps.
    private final class SlowReplay: RunReplaying {
        let run: RunDirectory
        let checkpoint: Checkpoint
        let log: Log

        init(_ run: RunDirectory, _ checkpoint: Checkpoint, _ log: Log) {
            (self.run, self.checkpoint, self.log) = (run, checkpoint, log)
        }

        func state(
            after step: Int, isCancelled: @escaping () -> Bool, progress: @escaping (Double) -> Void
        ) throws -> ReplayedState {
            log.add("begin \(step), priority \(POSIX.priorityOfThread)")
            for part in 0..<1000 where !log.isOpen {
                if isCancelled() {
                    log.add("cancelled \(step)")
                    throw CancellationError()
                }
                progress(Double(part) / 1000)
                POSIX.sleep(seconds: 0.005)
            }
            if step == 13 { throw RunError.noSuchStep(run: run.path, step: 13, last: 12) }
            return ReplayedState(checkpoint, origin: 0)
        }
    }

    private final class Log: Sendable {
        private let state = Mutex((lines: [String](), isOpen: false))

        func add(_ line: String) { state.withLock { $0.lines.append(line) } }
        func open() { state.withLock { $0.isOpen = true } }
        var isOpen: Bool { state.withLock(\.isOpen) }
        var lines: [String] { state.withLock(\.lines) }
    }

    private func sample() throws -> (run: RunDirectory, checkpoint: Checkpoint) {
        let run = try TrainedRun.train(ImageTraining(TrainedRun.options(in: directory)))
        return (run, try #require(try CheckpointStore(run).newest()).checkpoint)
    }

    private func wait(_ seconds: Double = 20, until isTrue: () throws -> Bool) throws {
        let end = POSIX.monotonicSeconds() + seconds
        while POSIX.monotonicSeconds() < end {
            if try isTrue() { return }
            POSIX.sleep(seconds: 0.01)
        }
        Issue.record("it did not happen")
    }

    @Test func `a step shows its progress, is computed with the lowest priority, and is then known`() throws {
        let (run, checkpoint) = try sample()
        let log = Log()
        let worker = StepWorker(patience: (0.02, 30, 60))
        func ask() throws -> StepWorker.Answer {
            try worker.weights(after: 7, of: run, isTraining: { true }) { _ in
                SlowReplay(run, checkpoint, log)
            }
        }
        try wait {
            if case .computing(let progress) = try ask() { return progress > 0 }
            return false
        }
        log.open()
        try wait { if case .ready = try ask() { true } else { false } }
        _ = try ask()
        #expect(log.lines == ["begin 7, priority 19"])
    }

    @Test func `a step that nothing waits for is given up, and the next is computed`() throws {
        let (run, checkpoint) = try sample()
        let log = Log()
        let worker = StepWorker(patience: (0.02, 0.3, 60))
        _ = try worker.weights(after: 1, of: run, isTraining: { true }) { _ in
            SlowReplay(run, checkpoint, log)
        }
        try wait {
            _ = try worker.weights(after: 2, of: run, isTraining: { true }) { _ in
                SlowReplay(run, checkpoint, log)
            }
            return log.lines.contains { $0.hasPrefix("begin 2") }
        }
        #expect(log.lines.contains("cancelled 1"))
        log.open()
        try wait {
            let answer = try worker.weights(after: 2, of: run, isTraining: { true }) { _ in
                SlowReplay(run, checkpoint, log)
            }
            return if case .ready = answer { true } else { false }
        }
    }

    @Test func `an error is told, and computed again when asked again`() throws {
        let (run, checkpoint) = try sample()
        let log = Log()
        log.open()
        let worker = StepWorker(patience: (0.02, 30, 60))
        for count in 1...2 {
            try wait {
                do {
                    _ = try worker.weights(after: 13, of: run, isTraining: { true }) { _ in
                        SlowReplay(run, checkpoint, log)
                    }
                    return false
                } catch is RunError {
                    return true
                }
            }
            #expect(log.lines.count == count)
        }
    }

    @Test func `too many waiting steps are refused`() throws {
        let (run, checkpoint) = try sample()
        let log = Log()
        let worker = StepWorker(patience: (0.001, 30, 60))
        for step in 0..<16 {
            _ = try worker.weights(after: step, of: run, isTraining: { true }) { _ in
                SlowReplay(run, checkpoint, log)
            }
        }
        #expect(
            error(PageError.self) {
                _ = try worker.weights(after: 16, of: run, isTraining: { true }) { _ in
                    SlowReplay(run, checkpoint, log)
                }
            }?.status == .busy)
        log.open()
    }

    @Test func `the priority is the lowest only while a run trains`() throws {
        let (run, checkpoint) = try sample()
        let log = Log()
        log.open()
        let worker = StepWorker(patience: (0.02, 30, 60))
        let own = POSIX.priorityOfThread
        for (step, isTraining) in [(1, false), (2, true), (3, true), (4, false)] {
            try wait {
                let answer = try worker.weights(after: step, of: run, isTraining: { isTraining }) {
                    log.add("training \($0)")
                    return SlowReplay(run, checkpoint, log)
                }
                return if case .ready = answer { true } else { false }
            }
        }
        #expect(
            log.lines == [
                "training false", "begin 1, priority \(own)", "training true", "begin 2, priority 19",
                "begin 3, priority 19", "training false", "begin 4, priority \(own)",
            ])
    }
}
