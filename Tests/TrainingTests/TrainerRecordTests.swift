import Foundation
import NeuralNetworks
import Testing

@testable import Training

@Suite struct TrainerRecordTests {
    static func record(epoch: Int, loss: Double, step: Int = 1) -> EpochRecord {
        EpochRecord(
            epoch: epoch, loss: loss, accuracy: 0.12345, learningRate: 5e-3, seconds: 0.5, samples: 60_000,
            step: step)
    }

    @Test func theBestCheckpointIsThatOfTheLowestLoss() throws {
        let root = try TemporaryDirectory()
        let directory = try RunDirectory.create(root: root.path, name: "a")
        let recorder = try RunRecorder(directory)
        let trainer = trainer()
        var best: [String?] = []
        for (epoch, loss) in [3.0, 2, 2, 5, 1, 4].enumerated() {
            try recorder.epochEnded(Self.record(epoch: epoch, loss: loss), trainer: trainer)
            best.append(try SafetensorsFile(path: directory.bestCheckpoint).metadata["epoch"])
            #expect(try SafetensorsFile(path: directory.lastCheckpoint).metadata["epoch"] == "\(epoch)")
        }
        #expect(best == ["0", "1", "1", "1", "4", "4"])
        #expect(try text(directory.metrics).split(separator: "\n").count == 7)
        #expect(
            try text(directory.metrics).hasPrefix(
                "epoch,train_loss,train_accuracy,learning_rate,seconds,images_per_second\n"
                    + "0,3.0,12.345,0.005,0.5,120000.0\n"))
    }

    /// Written again only where it would be another: after a signal in mid-epoch.
    @Test(arguments: [
        (Trainer.Ending.interrupted(signal: 2), 7, true), (.interrupted(signal: 15), 6, false),
        (.finished, 7, false),
        (.diverged(epoch: 1, step: 3), 7, false),
    ])
    func theLastCheckpointIsThatOfTheEnd(ending: Trainer.Ending, steps: Int, isWritten: Bool) throws {
        let root = try TemporaryDirectory()
        let directory = try RunDirectory.create(root: root.path, name: "a")
        let recorder = try RunRecorder(directory)
        let trainer = trainer()
        try trainer.fit(noise(12), epochs: 1, batchSize: 2)
        try recorder.epochEnded(Self.record(epoch: 0, loss: 1, step: 6), trainer: trainer)
        if steps > 6 {
            let journal = Journal()
            journal.stopAfterStep = 7
            try trainer.fit(noise(12), epochs: 1, batchSize: 2, callbacks: [journal])
        }
        try FileManager.default.removeItem(atPath: directory.lastCheckpoint)
        try recorder.trainingEnded(ending, trainer: trainer)
        #expect(FileManager.default.fileExists(atPath: directory.lastCheckpoint) == isWritten)
        if isWritten {
            let file = try SafetensorsFile(path: directory.lastCheckpoint)
            #expect(file.metadata["step"] == "7")
            let kept: [Float] = try trainer.engine.model.layout.parameters.flatMap {
                try file.values(of: $0.name, shape: $0.shape)
            }
            #expect(kept == Array(values(of: trainer.engine).prefix(kept.count)))
        }
    }

    @Test func aLineAnEpoch() throws {
        let pipe = TestPipe()
        let console = try Console(terminal: Terminal(descriptor: pipe.descriptor, isInteractive: false))
        let printer = EpochPrinter(console)
        printer.epochBegan(0, of: 2, samples: 60_000)
        printer.epochEnded(Self.record(epoch: 0, loss: 0.27125), trainer: trainer())
        printer.trainingEnded(.finished, trainer: trainer())
        #expect(
            try pipe.content()
                == "[0] train acc: 12.35  loss: 0.2712  lr: 0.005  0.50 s  120,000 images/s\n")
    }

    @Test func aTimeOfNothingIsNoRate() {
        let record = EpochRecord(
            epoch: 0, loss: 1, accuracy: 1, learningRate: 1, seconds: 0, samples: 5, step: 1)
        #expect(EpochPrinter.line(record).hasSuffix("  0.00 s  0 images/s"))
    }
}
