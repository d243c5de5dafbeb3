import Datasets
import NeuralNetworks
import Safetensors
import TestSupport
import Testing
import TrainingSamples

@testable import Training

@Suite("Checkpoints of models made of modules")
struct ModuleCheckpointTests {
    @Test(arguments: ModuleCourse.all)
    func `training stopped after any step continues from the checkpoint's bytes, on more threads`(
        _ course: ModuleCourse
    ) throws {
        let (whole, journal) = (course.trainer(), Journal())
        try course.fit(whole, journal)
        let expected = try ModuleCheckpoint(of: whole).serialized()
        for step in 1...ModuleCourse.stepCount {
            let (first, before) = (course.trainer(), Journal())
            before.stopAfterStep = step
            #expect(try course.fit(first, before) == .interrupted(signal: 2))
            let second = course.trainer(threads: 3)
            let bytes = try ModuleCheckpoint(of: first).serialized()
            let checkpoint = try ModuleCheckpoint(bytes: bytes, path: "x")
            #expect(try checkpoint.serialized() == bytes)
            try second.restore(checkpoint)
            let after = Journal()
            #expect(try course.fit(second, after) == .finished)
            #expect(before.steps + after.steps == journal.steps, "stopped after step \(step)")
            let same = try ModuleCheckpoint(of: second).serialized() == expected
            #expect(same, "stopped after step \(step)")
        }
    }

    @Test
    func `a file has the modules' names, and is read into another model`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("model.safetensors")
        let samples = try unequalSequences(40)
        let trained = HandWritten()
        let trainer = Trainer(model: trained, loss: CrossEntropyLoss(), optimizer: Adam())
        try trainer.fit(samples, epochs: 2, batchSize: 20)
        try ModuleCheckpoint(of: trainer).write(to: path)
        let file = try SafetensorsFile(path: path)
        #expect(file["linear.weight"]?.shape == [2, 10])
        #expect(file["optimizer.exp_avg.gru.weight_hh_l1_reverse"]?.shape == [15, 5])
        #expect(file.tensors.count == 3 * 18)

        let checkpoint = try ModuleCheckpoint(path: path)
        #expect(checkpoint.stepCount == 4 && checkpoint.state == trainer.state && checkpoint.seed == 0)
        let other = HandWritten()
        try checkpoint.load(into: other)
        let batch = samples.batch(at: Array(0..<40))
        #expect(other.output(batch) == trained.output(batch))
        #expect(HandWritten().output(batch) != trained.output(batch))
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6])
    func `the weights of the best epoch are restored, also after a resume`(_ stop: Int) throws {
        func train(_ trainer: Trainer, _ callbacks: any Callback...) throws -> Trainer.Ending {
            try trainer.fit(
                unequalSequences(40), epochs: 6 - trainer.state.epoch, batchSize: 40,
                validation: unequalSequences(20),
                callbacks: callbacks + [EarlyStopping(patience: 6, restoresBest: true)])
        }
        func make() -> (HandWritten, Trainer) {
            let model = HandWritten()
            // The loss increases from some epoch on.
            return (
                model,
                Trainer(
                    model: model, loss: CrossEntropyLoss(), optimizer: SGD(learningRate: 8, momentum: 0.9))
            )
        }
        let (model, whole) = make()
        let journal = Journal()
        #expect(try train(whole, journal) == .finished)
        let best = try #require(whole.state.best)
        #expect(best.epoch < 5)
        expectClose([whole.evaluate(try unequalSequences(20)).loss], [best.loss], relative: 1e-12)

        let (_, first) = make()
        let before = Journal()
        before.stopAfterStep = stop
        _ = try train(first, before)
        let (resumed, second) = make()
        try second.restore(ModuleCheckpoint(bytes: ModuleCheckpoint(of: first).serialized(), path: "x"))
        #expect(try train(second) == .finished)
        #expect(second.state == whole.state)
        for (found, expected) in zip(resumed.namedModules, model.namedModules) {
            expectEqual(found.module.parameters.elements, expected.module.parameters.elements, found.name)
        }
    }

    @Test func `information about a run is stored if there is some`() throws {
        let trainer = Trainer(model: HandWritten(), loss: CrossEntropyLoss())
        let plain = try ModuleCheckpoint(of: trainer).serialized()
        let file = try SafetensorsFile(bytes: plain, path: "a")
        #expect(Set(file.metadata.keys).isDisjoint(with: ["logs", "options", "data", "preparation"]))
        var logs = LogPositions()
        (logs.rows, logs.records, logs.events) = (3, 14, 15)
        let details = Checkpoint.Details(options: #"{"hidden":8}"#, data: "70 samples", preparation: "[]")
        let bytes = try trainer.checkpoint(logs: logs, details: details).serialized()
        let again = try ModuleCheckpoint(bytes: bytes, path: "a")
        #expect(again.logs == logs && again.details == details)
        #expect(try again.serialized() == bytes && bytes != plain)
        let logsOnly = try trainer.checkpoint(logs: logs).serialized()
        #expect(try ModuleCheckpoint(bytes: logsOnly, path: "a").logs == logs)
        #expect(try ModuleCheckpoint(bytes: plain, path: "a").details == Checkpoint.Details())
    }

    private static func checkpoint(_ optimizer: any Optimizer = Adam()) throws -> ModuleCheckpoint {
        let trainer = Trainer(model: HandWritten(), loss: CrossEntropyLoss(), optimizer: optimizer)
        try trainer.fit(unequalSequences(8), epochs: 1, batchSize: 8)
        return try ModuleCheckpoint(bytes: ModuleCheckpoint(of: trainer).serialized(), path: "a.safetensors")
    }

    @Test
    func `a checkpoint of another model or optimizer is refused, and nothing changes`() throws {
        func problem(_ trainer: Trainer, _ checkpoint: ModuleCheckpoint) throws -> String {
            let before = try ModuleCheckpoint(of: trainer).serialized()
            let error = #expect(throws: CheckpointError.self) { try trainer.restore(checkpoint) }
            let same = try ModuleCheckpoint(of: trainer).serialized() == before
            #expect(same)
            return error?.description ?? ""
        }
        let checkpoint = try Self.checkpoint()
        let smaller = try problem(
            Trainer(model: HandWritten(hiddenSize: 4), loss: CrossEntropyLoss()), checkpoint)
        #expect(
            smaller.hasPrefix(
                "a.safetensors: a checkpoint of another model: of another shape: gru.weight_ih_l0 [15, 2], not [12, 2], "
                    + "gru.weight_hh_l0 [15, 5], not [12, 4], gru.bias_ih_l0 [15], not [12], "),
            "\(smaller)")
        #expect(
            smaller.hasSuffix(
                " and 9 more; use a checkpoint of this model, or create the model and the optimizer as in its training"
            ), "\(smaller)")
        #expect(
            try problem(
                Trainer(model: HandWritten(), loss: CrossEntropyLoss(), optimizer: SGD(momentum: 0.9)),
                checkpoint
            ).contains(
                #"expected an optimizer with "momentum_buffer", found one with "exp_avg", "exp_avg_sq";"#
            ))
        let sequential = Sequential(inputShape: [3, 2], [.gru(2)])
        let text = try problem(Trainer(model: sequential, loss: CrossEntropyLoss()), checkpoint)
        #expect(
            text.contains("missing: 0.weight_ih_l0 [6, 2], ")
                && text.contains("; left over: gru.weight_ih_l0 [15, 2], "), "\(text)")
        #expect(throws: CheckpointError.self) { try checkpoint.load(into: sequential) }
    }

    @Test
    func `files of another kind and damaged files are errors`() throws {
        let bytes = try Self.checkpoint().serialized()
        func problem(_ bytes: [UInt8]) throws -> String {
            let error = #expect(throws: (any Error).self) { try ModuleCheckpoint(bytes: bytes, path: "a") }
            return error.map { "\($0)" } ?? ""
        }
        #expect(
            try problem(SampleCheckpoint.checkpoint().serialized())
                == "a: not a checkpoint of this program: expected \"modules\" in the metadata, found none; use a "
                + "checkpoint that a run has saved")
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(bytes: bytes, path: "a") }
        #expect(
            error?.description
                == "a: a checkpoint of modules: expected one of a SequenceModel; read it with ModuleCheckpoint"
        )
        var damaged = bytes
        damaged[bytes.count - 5] ^= 1
        #expect(try problem(damaged).contains("damaged checkpoint: expected SHA-256"))
        for count in [0, 7, 100, bytes.count / 2, bytes.count - 1] {
            #expect(try !problem(Array(bytes[..<count])).isEmpty)
        }
    }

    /// Metadata with a correct digest, as no training writes them.
    @Test(
        arguments: [
            ("step", "-1"), ("step", "x"), ("step", "0"), ("seed", "-3"), ("modules", "[]"),
            ("modules", "{}"),
            (
                "modules",
                #"[{"name":"linear.weight","shape":[2,10]},{"name":"linear.weight","shape":[2,10]}]"#
            ),
            ("state", "{}"), ("logs", "{}"), ("logs", "[]"),
            ("logs", #"{"rows":-1,"records":0,"events":0,"window":{"correct":0,"count":0,"loss_sum":0}}"#),
        ])
    func `impossible metadata are errors`(_ key: String, _ value: String) throws {
        let file = try SafetensorsFile(bytes: Self.checkpoint().serialized(), path: "a")
        var metadata = file.metadata
        metadata[key] = value
        metadata[FileDigest.key] = FileDigest.placeholder
        var writer = SafetensorsWriter(metadata: metadata)
        for tensor in file.tensors {
            writer.add(
                tensor.name, shape: tensor.shape,
                try file.values(of: tensor.name, shape: tensor.shape, as: Float.self))
        }
        var bytes = writer.serialized()
        FileDigest.insert(into: &bytes)
        #expect(throws: CheckpointError.self) { try ModuleCheckpoint(bytes: bytes, path: "a") }
    }
}
