import Console
import Datasets
import Foundation
import ImageClassification
import NeuralNetworks
import Platform
import RunSamples
import Synchronization
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import Runs

/// The first process has a run's files; the others compute. Here they are threads.
@Suite("A run of several processes") struct TrainingProcessesTests {
    /// The result of a process: the run or an error, or the exit status.
    private struct Result: Sendable {
        var run: RunDirectory?
        var error = ""
        var code: Int32 = -1
    }

    /// Trains a run in several processes, and stops it after a step if one is given.
    private static func train(
        _ options: ImageTraining.Options, processes: Int, continuing run: RunDirectory? = nil,
        stoppingAfter end: Int? = nil,
        helperStops: Int? = nil
    ) -> [Result] {
        LocalExchange.run(processes) { connection in
            do {
                let processes = try TrainingProcesses(
                    connection, machine: "node\(connection.process / 2)",
                    threads: connection.process == 0 ? options.threads : nil)
                guard processes.isFirst else {
                    let callbacks: [any Callback] = helperStops.map { [Stop(after: $0)] } ?? []
                    return Result(code: try processes.help(ImageTraining.self, callbacks).code)
                }
                defer { processes.end(.timeLimit) }
                return Result(
                    run: try TrainedRun.train(
                        ImageTraining(options), continuing: run, stoppingAfter: end, with: processes))
            } catch {
                return Result(error: "\(error)")
            }
        }
    }

    private final class Stop: Callback {
        private let end: Int
        init(after end: Int) { self.end = end }

        func batchEnded(_ record: StepRecord, trainer: Trainer) {
            if record.step >= end { trainer.stop(.interrupted(signal: 15)) }
        }
    }

    private static func weights(_ run: RunDirectory) throws -> [UInt8] {
        let newest = try #require(try CheckpointStore(run).newest())
        return newest.checkpoint.parameters.flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    }

    private static func options(in directory: TemporaryDirectory, _ name: String) throws
        -> ImageTraining.Options
    {
        var options = try TrainedRun.options(in: directory, count: 150)
        (options.name, options.batchSize, options.epochs) = (name, 96, 3)
        return options
    }

    private static let settings: [@Sendable (inout ImageTraining.Options) -> Void] = [
        { _ in },
        { ($0.validation, $0.ema, $0.earlyStopping) = (40, 0.9, 1) },
        { ($0.augment, $0.dropout, $0.threads) = (.elastic, 0.2, 2) },
    ]

    @Test(arguments: settings.indices, [2, 4])
    func `a run of several processes has the receipt of one`(setting: Int, processes: Int) throws {
        let directory = try TemporaryDirectory()
        var options = try Self.options(in: directory, "alone")
        Self.settings[setting](&options)
        let alone = try TrainedRun.train(ImageTraining(options))
        options.name = "together"
        let results = Self.train(options, processes: processes)
        #expect(results.map(\.error).joined() == "")
        let together = try #require(results[0].run)
        #expect(try Receipt.read(from: together.receipt) == Receipt.read(from: alone.receipt))
        #expect(try Self.weights(together) == Self.weights(alone))
        #expect(results.dropFirst().allSatisfy { $0.code == 75 })
    }

    @Test(arguments: [nil, 3])
    func `a run is resumed with another number of processes`(helperStops: Int?) throws {
        let directory = try TemporaryDirectory()
        var options = try Self.options(in: directory, "alone")
        options.validation = 20
        let alone = try TrainedRun.train(ImageTraining(options))
        options.name = "together"
        let begun = Self.train(
            options, processes: 3, stoppingAfter: helperStops == nil ? 3 : nil, helperStops: helperStops)
        let run = try #require(begun[0].run)
        #expect(try CheckpointStore(run).newest()?.checkpoint.stepCount == 3)
        let ended = Self.train(options, processes: 2, continuing: run)
        #expect(ended.map(\.error).joined() == "")
        #expect(try Receipt.read(from: run.receipt) == Receipt.read(from: alone.receipt))
    }

    @Test func `a teacher and initial weights reach processes that cannot read them`() throws {
        let directory = try TemporaryDirectory()
        var options = try Self.options(in: directory, "teacher")
        let teacher = try TrainedRun.train(ImageTraining(options))
        func training() throws -> ImageTraining {
            var training = ImageTraining(options)
            training.initial = try options.resolveInitialWeights(given: [])
            return training
        }
        (options.name, options.teacher, options.initFrom) = ("alone", teacher.bestCheckpoint, teacher.path)
        let alone = try TrainedRun.train(training())
        options.name = "together"
        let started = try training()
        let results = LocalExchange.run(2) { connection -> Result in
            do {
                let processes = try TrainingProcesses(connection, machine: "node", threads: 1)
                guard processes.isFirst else {
                    return Result(code: try processes.help(ImageTraining.self, []).code)
                }
                defer { processes.end(.success) }
                let data = try started.data()
                try FileManager.default.moveItem(atPath: teacher.path, toPath: teacher.path + "-moved")
                try processes.prepare(started, data)
                try FileManager.default.moveItem(atPath: teacher.path + "-moved", toPath: teacher.path)
                return Result(run: try TrainedRun.train(started, with: processes))
            } catch {
                return Result(error: "\(error)")
            }
        }
        #expect(results.map(\.error).joined() == "")
        let together = try #require(results[0].run)
        #expect(try Receipt.read(from: together.receipt) == Receipt.read(from: alone.receipt))
    }

    @Test func `the first process names one that cannot train, and no run is made`() throws {
        let directory = try TemporaryDirectory()
        let options = try Self.options(in: directory, "run")
        let other = try TemporaryDirectory()
        _ = try TrainedRun.options(in: other, count: 149)
        // The second process finds other images at the path.
        let path = options.data
        let results = LocalExchange.run(2) { connection -> Result in
            do {
                let processes = try TrainingProcesses(connection, machine: "node\(connection.process)")
                guard processes.isFirst else {
                    return Result(code: try processes.help(ImageTraining.self, []).code)
                }
                defer { processes.end(.badData) }
                let training = ImageTraining(options)
                let data = try training.data()
                try FileManager.default.removeItem(atPath: path)
                try FileManager.default.copyItem(atPath: other.file("data"), toPath: path)
                try processes.prepare(training, data)
                return Result()
            } catch {
                return Result(error: "\(error)")
            }
        }
        let error = results[0].error
        #expect(error.hasPrefix("process 1 on node1: "))
        #expect(error.contains("expected the SHA-256"))
        #expect(error.hasSuffix("copy the same files to every machine"))
        #expect(results[1].code == 65)
    }

    @Test func `last words name the run and its checkpoint`() throws {
        let directory = try TemporaryDirectory()
        let words = LastWords()
        #expect(words.text("gone") == "gone.")
        let run = try TrainedRun.train(ImageTraining(Self.options(in: directory, "run")))
        words.begin(run, program: "mnist-bilstm")
        let text = words.text("gone")
        #expect(
            text.contains(
                "gone. The last checkpoint is \(run.checkpoints)/step-0000006.safetensors. Resume with: "))
        words.end()
        #expect(words.text("gone") == "gone.")
    }
}
