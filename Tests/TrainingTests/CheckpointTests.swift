import Foundation
import NeuralNetworks
import Platform
import Safetensors
import TestSupport
import Testing
import TrainingSamples

@testable import Training

@Suite("Checkpoints")
struct CheckpointTests {
    @Test
    func `a written checkpoint is read back`() throws {
        let written = try SampleCheckpoint.checkpoint()
        let directory = try TemporaryDirectory()
        try written.write(to: directory.file("c"))
        let read = try Checkpoint(path: directory.file("c"))
        #expect(read.model == written.model)
        #expect(read.seed == written.seed && read.stepCount == 5)
        #expect(read.state == written.state && read.state.best != nil && read.state.running.count == 32)
        #expect(read.logs == written.logs)
        #expect(read.details == written.details)
        #expect((read.parameters == written.parameters) == true)
        #expect(read.optimizerBuffers.map(\.name) == ["exp_avg", "exp_avg_sq"])
        let buffers = (read.optimizerBuffers.map(\.values), written.optimizerBuffers.map(\.values))
        #expect((buffers.0 == buffers.1) == true)
        #expect((try read.serialized() == written.serialized()) == true)
        #expect(try directory.names == ["c"])
    }

    @Test
    func `averaged weights are read back for resuming and for evaluation`() throws {
        let trainer = try #require(Course.all.last).trainer()
        try Course.all[Course.all.count - 1].fit(trainer)
        let average = try #require(trainer.engine.average).values.elements
        let bytes = try Checkpoint(of: trainer).serialized()
        let checkpoint = try Checkpoint(bytes: bytes, path: "x")
        #expect((checkpoint.average == average) == true)
        #expect((average != checkpoint.parameters) == true)
        #expect((try checkpoint.serialized() == bytes) == true)
        let parameter = try #require(trainer.engine.model.layout.parameters.last)
        #expect(
            try SafetensorsFile(bytes: bytes, path: "x").values(
                of: "ema." + parameter.name, shape: parameter.shape, as: Float.self)
                == Array(average[parameter.range]))
        let (images, engine) = (noiseImages(70), checkpoint.engine(threads: 2))
        #expect(
            engine.withAverage { engine.evaluate(images) }
                == trainer.engine.withAverage { trainer.evaluate(images) })
        #expect(engine.evaluate(images) == trainer.evaluate(images))
        #expect((checkpoint.engine(averaged: true).parameters.elements == average) == true)
        #expect(try SampleCheckpoint.checkpoint().engine().withAverage { 1 } == nil)
    }

    @Test
    func `every number is read back at its limits`() throws {
        let trainer = Trainer(
            model: SequenceModel(
                RecurrentStack(.gru, inputSize: 1, hiddenSize: 1, bias: .none, dropout: 0.5.nextDown),
                sequenceLength: 65_536, classCount: 1, readout: .last, dropout: .leastNonzeroMagnitude),
            seed: .max, threads: 1)
        trainer.engine.optimizerState.stepCount = 1 << 40 - 1
        trainer.engine.parameters.base[0] = .nan
        trainer.engine.parameters.base[1] = -.infinity
        var logs = LogPositions()
        (logs.rows, logs.records, logs.events) = (1 << 40 - 1, 1 << 40 - 1, 1 << 40 - 1)
        (logs.window.lossSum, logs.window.correct, logs.window.count) = (.infinity, 1 << 40 - 1, 1 << 40 - 1)
        let written = Checkpoint(of: trainer, logs: logs)
        let read = try Checkpoint(bytes: written.serialized(), path: "x")
        #expect(read.seed == .max && read.stepCount == 1 << 40 - 1)
        #expect(read.model == written.model)
        #expect(read.logs == logs)
        #expect(read.parameters.map(\.bitPattern) == written.parameters.map(\.bitPattern))
    }

    @Test(
        arguments: [Double.nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude])
    func `losses that are not finite are read back`(loss: Double) throws {
        var forgery = try Forgery(SampleCheckpoint.checkpoint())
        var state = try SampleCheckpoint.trainer().state
        state.running.lossSum = loss
        state.plateau.lowest = loss
        state.best?.loss = loss
        forgery.metadata["state"] = try JSON.text(state, pretty: false)
        let read = try Checkpoint(bytes: forgery.bytes(), path: "x").state
        for found in [read.running.lossSum, try #require(read.plateau.lowest), try #require(read.best?.loss)]
        {
            #expect(found.bitPattern == loss.bitPattern || found.isNaN && loss.isNaN)
        }
    }

    @Test
    func `the digest covers the file with zeros in its place`() throws {
        let checkpoint = try SampleCheckpoint.checkpoint()
        let bytes = try checkpoint.serialized()
        let (place, hex) = Forgery.digest(bytes)
        #expect(String(decoding: bytes[place], as: UTF8.self) == hex)
        #expect(try SafetensorsFile(bytes: bytes, path: "x").metadata["sha256"] == hex)
        #expect((try Forgery(checkpoint).bytes() == bytes) == true)
    }

    @Test
    func `every flipped bit is detected`() throws {
        let whole = try Checkpoint(of: Trainer(model: tinyModel, threads: 1)).serialized()
        for position in stride(from: 0, to: whole.count, by: 5) {
            var bytes = whole
            bytes[position] ^= 1 << UInt8(position % 8)
            do {
                _ = try Checkpoint(bytes: bytes, path: "x")
                Issue.record("byte \(position) changed, and nothing was said")
            } catch is CheckpointError {
            } catch is SafetensorsError {}
        }
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(throws: SafetensorsError.self) {
                try Checkpoint(bytes: Array(whole.prefix(length)), path: "x")
            }
        }
    }

    /// The size exceeds any memory; the header is enough to reject it.
    @Test
    func `a huge file is rejected without reading it`() throws {
        let directory = try TemporaryDirectory()
        for (start, reason) in [
            ([], SafetensorsError.Reason.headerStart),
            ([2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8), .dataLength),
        ] {
            let path = try directory.write(start)
            try FileHandle(forUpdating: URL(filePath: path)).truncate(atOffset: 1 << 40)
            #expect(error(SafetensorsError.self) { _ = try Checkpoint(path: path) }?.reason == reason)
        }
    }

    @Test
    func `a wrong digest is an error`() throws {
        var forgery = try Forgery(SampleCheckpoint.checkpoint())
        let former = try #require(forgery.metadata["sha256"])
        forgery.metadata["step"] = "6"
        let problem = error(CheckpointError.self) {
            _ = try Checkpoint(bytes: forgery.bytes(hasRightDigest: false), path: "x")
        }?.problem
        guard case .digest(former, let found)? = problem else {
            Issue.record("\(String(describing: problem))")
            return
        }
        #expect(found == Forgery.digest(forgery.bytes(hasRightDigest: false)).hex)
    }

    @Test
    func `the weights can be evaluated`() throws {
        let trainer = try SampleCheckpoint.trainer()
        let checkpoint = try Checkpoint(bytes: Checkpoint(of: trainer).serialized(), path: "x")
        let images = noiseImages(70)
        let score = withExtendedLifetime(images) {
            checkpoint.engine(threads: 2).evaluate(SequenceSamples(images))
        }
        #expect(score == trainer.evaluate(images))
    }
}
