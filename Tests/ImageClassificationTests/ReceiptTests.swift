import Console
import Foundation
import ImageClassification
import NeuralNetworks
import Platform
import RunSamples
import Runs
import TestSupport
import Testing
import Training

/// A receipt is the same for every training of the same options, and the training of a receipt can be repeated.
@Suite("Receipts") struct ReceiptTests {
    private let directory = try! TemporaryDirectory()

    private typealias Change = @Sendable (inout ImageTraining.Options) -> Void

    private static let changes: [String: Change] = [
        "plain": { _ in },
        "validation, early stopping": {
            ($0.validation, $0.schedule, $0.patience, $0.earlyStopping) = (8, .plateau, 0, 1)
            ($0.learningRate, $0.epochs) = (0.05, 40)
        },
        "average, dropout, augmentation": {
            ($0.ema, $0.dropout, $0.augment, $0.validation) = (0.9, 0.3, .affine, 5)
        },
        "no test set": { $0.test = false },
    ]

    private func options(_ change: Change = { _ in }) throws -> ImageTraining.Options {
        var options = try TrainedRun.options(in: directory)
        change(&options)
        return options
    }

    private func verify(
        _ run: RunDirectory?, _ options: ImageTraining.Options, path: String? = nil, epochs: Int? = nil,
        threads: Int = 1
    ) throws -> VerificationResult {
        var options = options
        options.threads = threads
        let path = path ?? run?.receipt ?? ""
        return try ReceiptVerification<ImageTraining>(
            Receipt.read(from: path), path: path, of: run, options: options
        ).verify(epochs: epochs, console: Console(terminal: .silent))
    }

    @Test(arguments: changes.keys.sorted())
    func `two runs of the same options have the same receipt, which can be reproduced`(name: String) throws {
        var options = try options(try #require(Self.changes[name]))
        let run = try TrainedRun.train(ImageTraining(options))
        let receipt = try Receipt.read(from: run.receipt)
        #expect(options.earlyStopping == nil || (2..<options.epochs).contains(receipt.epochs.count))
        #expect(options.earlyStopping != nil || receipt.epochs.count == 4)
        #expect(receipt.scores.has(.test) == (name != "no test set"))
        #expect(receipt.scores.has(.averagedTest) == (options.ema != nil))

        // Other threads, another name, other logs, and stopped twice: in the first epoch, and at the end of one.
        (options.threads, options.name, options.logEvery) = (2, "other", 3)
        let steps = try CheckpointStore(run).steps().count / receipt.epochs.count
        let other = try TrainedRun.train(ImageTraining(options), stoppingAfter: steps - 1)
        #expect(try Receipt.read(from: other.receipt).epochs.isEmpty)
        try TrainedRun.train(ImageTraining(options), continuing: other, stoppingAfter: steps)
        #expect(try Receipt.read(from: other.receipt).epochs == [receipt.epochs[0]])
        try TrainedRun.train(ImageTraining(options), continuing: other)
        #expect(try text(other.receipt) == text(run.receipt))

        for threads in [1, 2] {
            for verified in [run, nil] {
                let result = try verify(verified, options, path: run.receipt, threads: threads)
                #expect(result.isReproduced, "\(result)")
            }
        }
        #expect(
            try verify(run, options, epochs: 1)
                == .reproduced(epochs: 1, count: receipt.epochs.count, scores: .notCompared))
    }

    @Test func `a stopped run has a receipt of its complete epochs`() throws {
        let options = try options()
        let run = try TrainedRun.train(ImageTraining(options), stoppingAfter: 15)
        let receipt = try Receipt.read(from: run.receipt)
        #expect(receipt.epochs.count == 2 && receipt.scores.keys.isEmpty && receipt.data.count == 2)
        #expect(try verify(run, options) == .reproduced(epochs: 2, count: 2, scores: .absent))
        let digests = try EpochDigests(of: run).epochs
        #expect(digests.map(\.step) == [6, 12] && digests.map(\.sha256) == receipt.epochs)
        let store = CheckpointStore(run)
        for digest in digests {
            let state = try #require(try store.undamaged(atStep: digest.step))
            #expect(ReplayedState.sha256(of: state.parameters) == digest.sha256)
        }
    }

    @Test func `options that a resume changes are a segment from their step on`() throws {
        var options = try options { $0.epochs = 2 }
        let run = try TrainedRun.train(ImageTraining(options), stoppingAfter: 9)
        (options.epochs, options.learningRate, options.schedule) = (4, 1e-3, .cosine)
        try TrainedRun.train(ImageTraining(options), continuing: run)
        // A change that the weights do not depend on is no segment.
        let receipt = try Receipt.read(from: run.receipt)
        #expect(receipt.segments.map(\.firstStep) == [0, 9] && receipt.epochs.count == 4)
        #expect(receipt.segments.map { $0.options["learning_rate"] } == [.number(5e-3), .number(1e-3)])
        #expect(try verify(run, options).isReproduced)
        #expect(try verify(nil, options, path: run.receipt).isReproduced)

        var forged = receipt
        forged.segments[1].firstStep = 10
        #expect(!(try verify(nil, options, path: write(forged)).isReproduced))
    }

    @Test func `a run without a receipt gets none from a resume after its first step`() throws {
        let options = try options()
        let run = try TrainedRun.train(ImageTraining(options), stoppingAfter: 9)
        try FileManager.default.removeItem(atPath: run.receipt)
        try TrainedRun.train(ImageTraining(options), continuing: run)
        #expect(!FileManager.default.fileExists(atPath: run.receipt))
    }

    @Test func `a log without a digest, of an older version, leads to no receipt`() throws {
        let options = try options()
        let run = try TrainedRun.train(ImageTraining(options), stoppingAfter: 12)
        let lines = try text(run.records).split(separator: "\n").map { line in
            line.contains("\"epoch\":0,") ? line.prefix { $0 != "w" }.dropLast(2) + "}" : line
        }
        #expect(lines[0].hasSuffix("}") && !lines[0].contains("sha256"))
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: run.records))
        try TrainedRun.train(ImageTraining(options), continuing: run)
        #expect(!FileManager.default.fileExists(atPath: run.receipt))
        #expect(try RunMetrics.read(from: run.metrics).metrics.rows.count == 4)
    }

    @Test func `a teacher and initial weights are named by their digests, not by their paths`() throws {
        let teacher = try TrainedRun.train(ImageTraining(options()))
        var options = try options {
            ($0.teacher, $0.initFrom, $0.seed) = (teacher.path, teacher.path, 3)
            $0.teacherWeight = 0.25
        }
        let run = try TrainedRun.train(ImageTraining(options))
        let content = try text(run.receipt)
        #expect(!content.contains(directory.path))
        let receipt = try Receipt.read(from: run.receipt)
        let last = try #require(try Receipt.read(from: teacher.receipt).epochs.last)
        #expect(receipt.segments.map { $0.models.map(\.role) } == [["initial_weights", "teacher"]])
        #expect(receipt.segments[0].models.allSatisfy { $0.sha256 == last })
        #expect(try verify(nil, options, path: run.receipt).isReproduced)
        let other = try TrainedRun.train(ImageTraining(self.options { $0.seed = 9 }))
        options.teacher = other.path
        guard
            case .otherContent(_, "teacher", last, _, "--teacher")? = error(
                ReceiptError.self, from: { _ = try verify(nil, options, path: run.receipt) })
        else {
            Issue.record("another teacher is taken")
            return
        }
        options.teacher = nil
        #expect(
            error(ReceiptError.self) { _ = try verify(nil, options, path: run.receipt) }
                == .missingModel(path: run.receipt, role: "teacher", sha256: last, option: "--teacher"))
        // The run has copies of both.
        try FileManager.default.removeItem(atPath: teacher.path)
        options.teacher = teacher.path
        #expect(try verify(run, options).isReproduced)
    }

    // MARK: Forgeries

    private func write(_ receipt: Receipt) throws -> String {
        let path = directory.file("forged.json")
        try JSON.write(receipt.sealed, to: path)
        return path
    }

    /// Another value of an option.
    private static func other(_ value: JSONValue) -> JSONValue {
        switch value {
        case .integer(let number): .integer(number + 1)
        case .number(let number): .number(number * 0.5)
        case .bool(let bool): .bool(!bool)
        case .text(let text):
            .text(["lstm": "gru", "adam": "sgd", "all": "mean", "none": "shift"][text] ?? "?")
        default: .null
        }
    }

    @Test func `a forged receipt is not reproduced`() throws {
        let options = try options { ($0.schedule, $0.stepEpochs, $0.validation) = (.step, 1, 4) }
        let run = try TrainedRun.train(ImageTraining(options))
        let receipt = try Receipt.read(from: run.receipt)
        var forgeries: [String: Receipt] = [:]
        for key in receipt.segments[0].options.keys {
            var forged = receipt
            forged.segments[0].options[key] = Self.other(receipt.segments[0].options[key] ?? .null)
            forgeries[key] = forged
            forged.segments[0].options[key] = nil
            forgeries["without \(key)"] = forged
        }
        for index in receipt.epochs.indices {
            var forged = receipt
            forged.epochs[index] = String(receipt.epochs[index].reversed())
            forgeries["epoch \(index)"] = forged
        }
        for index in receipt.data.indices {
            var forged = receipt
            forged.data[index].sha256 = String(receipt.data[index].sha256.reversed())
            forgeries["data \(index)"] = forged
            forged.data.remove(at: index)
            forgeries["without data \(index)"] = forged
        }
        for key in receipt.scores.keys {
            let split = try #require(
                MetricSplit.allCases.first { key.hasPrefix("\($0.rawValue)_") })
            let name = String(key.dropFirst(split.rawValue.count + 1))
            var forged = receipt
            forged.scores[name, split] = receipt.scores[name, split]?.nextUp
            forgeries[key] = forged
            forged.scores[name, split] = nil
            forgeries["without \(key)"] = forged
        }
        var forged = receipt
        forged.epochs.removeLast()
        forgeries["an epoch less"] = forged
        forged.epochs = receipt.epochs + [receipt.epochs[3]]
        forgeries["an epoch more"] = forged
        forged = receipt
        forged.segments[0].options["sparkle"] = .integer(1)
        forgeries["an unknown option"] = forged
        forged = receipt
        forged.data.append(.init("more", sha256: receipt.epochs[0]))
        forgeries["more data"] = forged
        forged = receipt
        forged.scoredEpoch = (receipt.scoredEpoch ?? 0) ^ 1
        forgeries["another evaluated epoch"] = forged
        #expect(forgeries.count > 50)
        for (name, forged) in forgeries {
            let path = try write(forged)
            do {
                let result = try verify(run, options, path: path)
                #expect(!result.isReproduced, "\(name): \(result)")
            } catch let error as any ReportedError {
                #expect(error.description.contains(path), "\(name): \(error)")
            }
        }
    }

    @Test func `a receipt that was edited without its own digest is refused`() throws {
        let run = try TrainedRun.train(ImageTraining(options()))
        let content = try text(run.receipt)
        let path = directory.file("edited.json")
        // Spaces and line ends are free.
        try Data(content.filter { $0 != "\n" }.utf8).write(to: URL(filePath: path))
        _ = try Receipt.read(from: path)
        for (old, new) in [("0.005", "0.006"), ("\"0.1.0\"", "\"0.1.1\""), ("\"seed\" : 0", "\"seed\" : 1")] {
            #expect(content.contains(old))
            try Data(content.replacing(old, with: new).utf8).write(to: URL(filePath: path))
            guard
                case .changed(path, _, _)? = error(
                    ReceiptError.self, from: { _ = try Receipt.read(from: path) })
            else {
                Issue.record("\(new) is taken")
                continue
            }
        }
    }

    // MARK: Differences

    @Test func `the first different step and number of a run are found`() throws {
        let options = try options()
        let run = try TrainedRun.train(ImageTraining(options), stoppingAfter: 15)
        // The checkpoint of step 15 gets another number, and the run is resumed from it.
        let store = CheckpointStore(run, kept: 1000)
        let own = try #require(try store.undamaged(atStep: 15))
        let parameter = own.model.layout.parameters[2]
        let trainer = try ImageTraining(options).trainer(ImageTraining(options).data())
        trainer.restore(own)
        var values = own.parameters
        values[parameter.range.lowerBound + 3] *= 1.5
        trainer.engine.begin(with: values)
        let changed = Checkpoint(of: trainer, logs: own.logs, details: own.details)
        try store.save(changed, isBest: false)
        try TrainedRun.train(ImageTraining(options), continuing: run)

        guard case .otherWeights(2, _, _, let checkpoints?) = try verify(run, options) else {
            Issue.record("the epoch is not found")
            return
        }
        let different = try #require(checkpoints.different)
        #expect(checkpoints.equal == 14 && different.step == 15)
        #expect(different.difference.tensor == parameter.name)
        #expect(different.difference.index == [3])
        #expect(
            different.difference.values == [
                values[parameter.range.lowerBound + 3], own.parameters[parameter.range.lowerBound + 3],
            ])
        // A receipt alone knows the epoch only.
        guard case .otherWeights(2, _, _, nil) = try verify(nil, options, path: run.receipt) else {
            Issue.record("the epoch is not found without the run")
            return
        }
        try TrainedRun.keep([9, 24], of: run)
        guard case .otherWeights(2, _, _, let left?) = try verify(run, options) else { return }
        #expect(left.equal == 9 && left.different == nil, "\(left)")
    }

    @Test func `a checkpoint that was changed after training is found`() throws {
        let options = try options()
        let run = try TrainedRun.train(ImageTraining(options))
        let store = CheckpointStore(run)
        let (own, other) = (try store.undamaged(atStep: 11), try store.undamaged(atStep: 12))
        let trainer = try ImageTraining(options).trainer(ImageTraining(options).data())
        trainer.restore(try #require(own))
        trainer.engine.begin(with: try #require(other).parameters)
        try Checkpoint(of: trainer).write(to: FilePath.join(run.checkpoints, CheckpointStore.name(step: 11)))
        guard case .otherCheckpoint(let found) = try verify(run, options) else {
            Issue.record("it is not found")
            return
        }
        #expect(found.equal == 10 && found.different?.step == 11)
    }

    @Test(arguments: ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"])
    func `other data are an error that names them`(file: String) throws {
        let options = try options()
        let run = try TrainedRun.train(ImageTraining(options))
        let path = FilePath.join(options.data, file)
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[20] ^= 1
        try bytes.write(to: URL(filePath: path))
        let role =
            file.hasPrefix("t10k") ? "test_images" : file.contains("images") ? "train_images" : "train_labels"
        guard
            case .otherContent(_, role, _, _, "--data")? = error(
                ReceiptError.self, from: { _ = try verify(run, options) })
        else {
            Issue.record("they are taken")
            return
        }
        // The beginning does not need the test set.
        if role == "test_images" { #expect(try verify(run, options, epochs: 2).isReproduced) }
    }

    @Test func `another format, program or trajectory is an error`() throws {
        let options = try options()
        let run = try TrainedRun.train(ImageTraining(options))
        let receipt = try Receipt.read(from: run.receipt)
        func found(_ change: (inout Receipt) -> Void) throws -> ReceiptError? {
            var forged = receipt
            change(&forged)
            let path = try write(forged)
            return error(ReceiptError.self) { _ = try verify(run, options, path: path) }
        }
        let path = directory.file("forged.json")
        #expect(try found { $0.format = 2 } == .otherFormat(path: path, expected: 1, found: 2))
        #expect(
            try found { $0.program = "other" }
                == .otherProgram(path: path, expected: "mnist-bilstm", found: "other"))
        #expect(
            try found { $0.trajectory += 1 }
                == .otherTrajectory(
                    path: path, version: receipt.version, expected: Trajectory.version,
                    found: Trajectory.version + 1))
        #expect(try found { ($0.epochs, $0.scores) = ([], .init()) }?.exitStatus == .missingInput)
        #expect(
            error(ReceiptError.self) { _ = try verify(run, options, epochs: 5) }
                == .tooFewEpochs(path: run.receipt, asked: 5, found: 4))
    }

    @Test(arguments: [
        (#"{"format":1,"#, "line 1"), ("", "expected"), (#"{"format":"a"}"#, "line 1"),
        (#"{"format":1,"program":"a"}"#, "is missing"),
    ])
    func `a damaged file is an error with its place`(content: String, reason: String) throws {
        let path = try directory.add("damaged.json", content)
        guard
            case .invalidFile(path, let found)? = error(
                RunError.self, from: { _ = try Receipt.read(from: path) })
        else {
            Issue.record("it is taken")
            return
        }
        #expect(found.contains(reason), "\(found)")
    }
}
