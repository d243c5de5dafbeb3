import Foundation
import ImageClassification
import NeuralNetworks
import Platform
import RunSamples
import Runs
import TestSupport
import Testing
import Training

/// The first step and the first number in which two runs part are found.
@Suite("Divergence of two runs") struct RunDivergenceTests {
    private let directory = try! TemporaryDirectory()

    private func train(
        _ change: (inout ImageTraining.Options) -> Void = { _ in }, continuing run: RunDirectory? = nil,
        stoppingAfter end: Int? = nil
    ) throws -> RunDirectory {
        var options = try TrainedRun.options(in: directory)
        change(&options)
        return try TrainedRun.train(ImageTraining(options), continuing: run, stoppingAfter: end)
    }

    private func find(_ first: RunDirectory, _ second: RunDirectory) throws -> RunDivergence.Result {
        try RunDivergence(RunReplay<ImageTraining>(first), RunReplay<ImageTraining>(second, threads: 2))
            .find()
    }

    /// Removes the digests from a run's log, as in a run of an older version.
    private func removeDigests(of run: RunDirectory) throws {
        let lines = try text(run.records).split(separator: "\n").map { line in
            line.contains("weights_sha256") ? line.prefix { $0 != "w" }.dropLast(2) + "}" : line
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: run.records))
        #expect(try EpochDigests(of: run).epochs.isEmpty)
    }

    @Test(arguments: [true, false])
    func `runs of the same options never part`(hasDigests: Bool) throws {
        let first = try train()
        let second = try train(stoppingAfter: 9)
        _ = try train({ $0.epochs = 4 }, continuing: second)
        let short = try train { $0.epochs = 2 }
        for run in [first, second, short] {
            try TrainedRun.keep([try #require(CheckpointStore(run).steps().last)], of: run)
            if !hasDigests { try removeDigests(of: run) }
        }
        #expect(try find(first, second) == .never(steps: 24))
        #expect(try find(short, first) == .never(steps: 12))
    }

    @Test(arguments: [(9, true), (9, false), (12, true), (12, false), (1, true)])
    func `the step of another option is found`(step: Int, hasDigests: Bool) throws {
        let first = try train()
        let second = try train(stoppingAfter: step)
        _ = try train({ $0.learningRate = 1e-4 }, continuing: second)
        try TrainedRun.keep([24], of: first)
        try TrainedRun.keep([step, 24], of: second)
        if !hasDigests { try removeDigests(of: second) }
        guard case .parted(step + 1, let difference) = try find(first, second) else {
            Issue.record("another result")
            return
        }
        #expect(difference.tensor == "lstm.weight_ih_l0" && difference.values[0] != difference.values[1])
    }

    @Test func `another seed differs before the first step`() throws {
        let (first, second) = (try train(), try train { $0.seed = 1 })
        guard case .parted(0, let difference) = try find(first, second) else {
            Issue.record("another result")
            return
        }
        let own = try RunReplay<ImageTraining>(first).state(after: 0).checkpoint.parameters
        #expect(difference.index == [0, 0] && difference.values[0] == own[0])
    }

    @Test func `another model has no parameter to compare`() throws {
        let (first, second) = (try train(), try train { $0.cell = .gru })
        guard case .otherModels(let own, let other) = try find(first, second) else {
            Issue.record("another result")
            return
        }
        #expect(own.contains("lstm") && other.contains("gru"))
    }

    /// A run whose checkpoint of step 15 got another number, and that was resumed from it.
    @Test func `a run that was changed parts where it was`() throws {
        let first = try train()
        let second = try train(stoppingAfter: 15)
        let store = CheckpointStore(second, kept: 1000)
        let own = try #require(try store.undamaged(atStep: 15))
        let training = ImageTraining(try TrainedRun.options(in: directory))
        let trainer = try training.trainer(training.data())
        trainer.restore(own)
        let parameter = try #require(own.model.layout["fc.bias"])
        var values = own.parameters
        values[parameter.range.lowerBound + 2] += 1
        trainer.engine.begin(with: values)
        try store.save(Checkpoint(of: trainer, logs: own.logs, details: own.details), isBest: false)
        _ = try train(continuing: second)

        let expected = [own.parameters, values].map { $0[parameter.range.lowerBound + 2] }
        guard case .parted(15, let difference) = try find(first, second) else {
            Issue.record("another result")
            return
        }
        #expect(difference.place == "fc.bias[2]" && difference.values == expected)
        // Without the changed checkpoint, the run cannot be repeated from an earlier one.
        try TrainedRun.keep([9, 24], of: second)
        let result = try find(first, second)
        guard case .between(17, 18, let reason) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(reason.contains("training loss"))
    }

    @Test func `a run without checkpoints is an error`() throws {
        let (first, second) = (try train(), try train())
        try TrainedRun.keep([], of: second)
        guard case .noCheckpoint? = error(RunError.self, from: { _ = try find(first, second) }) else {
            Issue.record("another error")
            return
        }
    }

    @Test func `options that decide the weights are named`() throws {
        var (own, other) = (ImageTraining.Options(), ImageTraining.Options())
        (own.threads, own.logEvery, own.name, own.ema) = (7, 3, "x", 0.5)
        #expect(own.divergences(from: other, names: ["a", "b"]) == [])
        (other.seed, other.teacher) = (4, "t")
        #expect(
            own.divergences(from: other, names: ["a", "b"]) == [
                "--seed: a has 0, b has 4", "--teacher: a has none, b has t",
            ])
    }
}
