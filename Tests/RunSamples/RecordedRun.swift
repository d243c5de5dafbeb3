import Console
import Foundation
import ImageClassification
import NeuralNetworks
import Platform
import Runs
import TensorBoard
import TestSupport
import Testing
import Training
import TrainingSamples

/// A run of a few steps in a temporary directory, with the content of its files.
package struct RecordedRun {
    package let directory: TemporaryDirectory
    package let run: RunDirectory
    package var policy = CheckpointPolicy()
    package var stepsPerRecord = 4
    package var hasValidation = true
    /// The learning rate. With 0, the first epoch stays the best one.
    package var learningRate = 0.0
    package var momentum = 0.0
    package var epochs = 7
    /// The clock that measures steps; the system's, unless a test replaces it.
    package var clock: MonotonicClock = POSIX.monotonicSeconds
    package static let stepsPerEpoch = 3

    package init() throws {
        directory = try TemporaryDirectory()
        run = RunDirectory(path: directory.path)
        try FileManager.default.createDirectory(
            atPath: run.checkpoints, withIntermediateDirectories: true)
        policy.kept = 1000
    }

    /// Trains, from the newest checkpoint if there is one.
    @discardableResult
    package func train(
        before: any Callback = Journal(), after: any Callback = Journal(), console: Console? = nil
    ) throws -> (recorder: RunRecorder, ending: Trainer.Ending) {
        let trainer = Trainer(
            model: tinyModel,
            optimizer: SGD(learningRate: learningRate, momentum: momentum), seed: 1, threads: 1)
        trainer.clock = clock
        trainer.gradientNormInterval = stepsPerRecord > 0 ? stepsPerRecord : nil
        let checkpoint = try CheckpointStore(run).newest()?.checkpoint
        let recorder = try RunRecorder(
            RunDirectory.Lock(run), from: checkpoint, policy: policy, stepsPerRecord: stepsPerRecord,
            metrics: trainer.metrics, hasValidation: hasValidation, program: Program.mnistBiLSTM.name,
            drawReport: Self.drawReport,
            console: console)
        if let checkpoint { trainer.restore(checkpoint) }
        let ending = try trainer.fit(
            noiseImages(40), epochs: epochs - trainer.state.epoch, batchSize: 16,
            validation: hasValidation ? noiseImages(10) : nil, callbacks: [before, recorder, after])
        return (recorder, ending)
    }

    /// Draws the report of a run of the main job, as its recorder does at the end.
    package static func drawReport(of run: RunDirectory, ending: RunSummary) throws(FileError) {
        try ImageRunReport(RunRecord(run, of: [.mnistBiLSTM], ending: ending)).write()
    }

    /// The step counts in the names of all checkpoints.
    package var savedSteps: [Int] {
        get throws {
            try CheckpointStore(run).names().map { Int($0.filter(\.isNumber)) ?? -1 }
        }
    }

    /// The records of `metrics.jsonl`.
    package var records: [[String: JSONValue]] {
        get throws {
            try text(run.records).split(separator: "\n").map { try JSON.value(from: String($0)) }
        }
    }

    /// Both logs without their times, and the number of records that TensorBoard finds.
    package var logs: [String] {
        get throws {
            let rows = try text(run.metrics).split(separator: "\n").map {
                $0.split(separator: ",").dropLast(2).joined(separator: ",")
            }
            let lines = try text(run.records).split(separator: "\n").map {
                String($0).replacing(try Regex(#""(seconds|images_per_second)":[^,}]+"#), with: "")
            }
            var events = 0
            for name in try directory.names where name.hasPrefix("events.") {
                var scanner = RecordScanner(try RecordFile.content(of: directory.file(name)))
                while try scanner.next() != nil {}
                events += scanner.count - 1
            }
            return rows + lines + ["\(events) events"]
        }
    }
}

extension JSONValue {
    package var whole: Int? { if case .integer(let number) = self { number } else { nil } }
    package var word: String? { if case .text(let text) = self { text } else { nil } }
    package var real: Double? {
        if case .number(let number) = self { number } else { whole.map(Double.init) }
    }
}
