import Foundation
import NeuralNetworks
import Testing

@testable import Training

@Suite struct TrainerRecordTests {
    static func record(epoch: Int, loss: Double, validation: Score? = nil, step: Int = 1) -> EpochRecord {
        EpochRecord(
            epoch: epoch, loss: loss, accuracy: 0.12345, validation: validation, learningRate: 5e-3,
            seconds: 0.5, samples: 60_000,
            step: step)
    }

    @Test func aLineAnEpoch() throws {
        let pipe = TestPipe()
        let console = try Console(terminal: Terminal(descriptor: pipe.descriptor, isInteractive: false))
        let printer = EpochPrinter(console)
        printer.epochBegan(0, of: 2, samples: 60_000, trainer: trainer())
        printer.epochEnded(Self.record(epoch: 0, loss: 0.27125), trainer: trainer())
        var score = Score()
        (score.lossSum, score.correct, score.count) = (1, 3, 8)
        printer.epochEnded(Self.record(epoch: 1, loss: 0.2, validation: score), trainer: trainer())
        printer.trainingEnded(.finished, trainer: trainer())
        #expect(
            try pipe.content()
                == "[0] train acc: 12.35  loss: 0.2712  lr: 0.005  0.50 s  120,000 images/s\n"
                + "[1] train acc: 12.35  loss: 0.2000  val acc: 37.50  val loss: 0.1250  lr: 0.005  0.50 s  "
                + "120,000 images/s\n")
    }

    @Test func aTimeOfNothingIsNoRate() {
        let record = EpochRecord(
            epoch: 0, loss: 1, accuracy: 1, validation: nil, learningRate: 1, seconds: 0, samples: 5, step: 1)
        #expect(EpochPrinter.line(record).hasSuffix("  0.00 s  0 images/s"))
    }
}
