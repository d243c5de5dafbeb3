import Datasets
import Foundation
import NeuralNetworks
import TensorBoard
import Testing

@testable import Training

/// A run of few steps in a directory, with what its files say.
struct RecordedRun {
    let directory: TemporaryDirectory
    let run: RunDirectory
    var policy = CheckpointPolicy()
    var stepsPerRecord = 4
    var hasValidation = true
    /// So that only the first epoch is the best one.
    var learningRate = 0.0
    var momentum = 0.0
    var epochs = 7
    static let stepsPerEpoch = 3

    init() throws {
        directory = try TemporaryDirectory()
        run = RunDirectory(path: directory.path)
        try FileManager.default.createDirectory(
            atPath: run.checkpoints, withIntermediateDirectories: true)
        policy.kept = 1000
    }

    /// Trains, from the newest checkpoint if there is one.
    @discardableResult
    func train(
        before: any Callback = Journal(), after: any Callback = Journal(), console: Console? = nil
    ) throws -> (recorder: RunRecorder, ending: Trainer.Ending) {
        let trainer = Trainer(
            model: CheckpointStoreTests.model,
            optimizer: SGD(learningRate: learningRate, momentum: momentum), seed: 1, threads: 1)
        trainer.gradientNormInterval = stepsPerRecord > 0 ? stepsPerRecord : nil
        let checkpoint = try CheckpointStore(run).newest()?.checkpoint
        let recorder = try RunRecorder(
            RunDirectory.Lock(run), from: checkpoint, policy: policy, stepsPerRecord: stepsPerRecord,
            hasValidation: hasValidation, console: console)
        if let checkpoint { trainer.restore(checkpoint) }
        let ending = try trainer.fit(
            noise(40), epochs: epochs - trainer.state.epoch, batchSize: 16,
            validation: hasValidation ? noise(10) : nil, callbacks: [before, recorder, after])
        return (recorder, ending)
    }

    /// Of all checkpoints, by their names.
    var savedSteps: [Int] {
        get throws {
            try CheckpointStore(run).names().map { Int($0.filter(\.isNumber)) ?? -1 }
        }
    }

    /// Of `metrics.jsonl`.
    var records: [[String: JSONValue]] {
        get throws {
            try text(run.records).split(separator: "\n").map { try JSON.value(from: String($0)) }
        }
    }

    /// Both logs without their times, and how many records TensorBoard finds.
    var logs: [String] {
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
    var whole: Int? { if case .integer(let number) = self { number } else { nil } }
    var word: String? { if case .text(let text) = self { text } else { nil } }
    var real: Double? {
        if case .number(let number) = self { number } else { whole.map(Double.init) }
    }
}

/// Does something once so many steps are done, before or after the recorder's turn; may fail.
final class AtStep: Callback {
    struct Crash: Error {}

    private let actions: [Int: () throws -> Void]

    init(_ actions: [Int: () throws -> Void]) { self.actions = actions }

    func batchEnded(_ record: StepRecord, trainer: Trainer) throws { try actions[record.step]?() }
}

/// Makes a weight or what the optimizer remembers of it infinite once so many steps are done, which no loss shows
/// yet; may stop training there, too.
final class Spoiler: Callback {
    enum Place: CaseIterable { case parameter, moment }

    private let place: Place
    private let step: Int
    private let stops: Bool

    init(_ place: Place, atStep step: Int, stops: Bool = false) {
        (self.place, self.step, self.stops) = (place, step, stops)
    }

    func batchEnded(_ record: StepRecord, trainer: Trainer) {
        guard record.step == step else { return }
        let engine = trainer.engine
        switch place {
        case .parameter: engine.parameters.base[engine.parameters.count - 1] = .infinity
        case .moment: engine.optimizerState.buffers[0].values.base[0] = .infinity
        }
        if stops { trainer.stop(.interrupted(signal: 2)) }
    }
}
