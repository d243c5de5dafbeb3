import Console
import Foundation
import NeuralNetworks
import TestSupport
import Testing
import TrainingSamples

@testable import Training

@Suite struct TrainerRecordTests {
    static func record(epoch: Int, loss: Double, validation: Score? = nil, step: Int = 1) -> EpochRecord {
        EpochRecord(
            epoch: epoch, loss: loss, accuracy: 0.12345, validation: validation, learningRate: 5e-3,
            seconds: 0.5, samples: 60_000, step: step,
            metrics: [
                MetricValue(metric: .crossEntropy, split: .train, value: loss),
                MetricValue(metric: .accuracy, split: .train, value: 12.345),
            ] + values(of: validation, .validation))
    }

    private static func values(
        of score: Score?, _ split: MetricSplit, _ metrics: [Metric] = [.crossEntropy, .accuracy]
    ) -> [MetricValue] {
        score.map { MetricValue.values(of: $0, split, metrics) } ?? []
    }

    @Test func `each epoch prints a line`() throws {
        let pipe = TestPipe()
        let console = try Console(terminal: Terminal(descriptor: pipe.descriptor, isInteractive: false))
        let printer = EpochPrinter(console)
        printer.epochBegan(0, of: 2, samples: 60_000, trainer: trainer())
        printer.epochEnded(Self.record(epoch: 0, loss: 0.27125), trainer: trainer())
        var score = Score()
        (score.lossSum, score.correct, score.count) = (1, 3, 8)
        printer.epochEnded(Self.record(epoch: 1, loss: 0.2, validation: score), trainer: trainer())
        var averaged = Self.record(epoch: 2, loss: 0.2, validation: score)
        averaged.averagedValidation = score
        averaged.metrics += Self.values(of: score, .averagedValidation)
        printer.epochEnded(averaged, trainer: trainer())
        printer.trainingEnded(.finished, trainer: trainer())
        #expect(
            try pipe.content()
                == "[0] train acc: 12.35  loss: 0.2712  lr: 0.005  0.50 s  120,000 images/s\n"
                + "[1] train acc: 12.35  loss: 0.2000  val acc: 37.50  val loss: 0.1250  lr: 0.005  0.50 s  "
                + "120,000 images/s\n"
                + "[2] train acc: 12.35  loss: 0.2000  val acc: 37.50  val loss: 0.1250  ema val acc: 37.50  "
                + "ema val loss: 0.1250  lr: 0.005  0.50 s  120,000 images/s\n")
    }

    /// A bar in a file was requested explicitly.
    @Test(arguments: [
        (EpochPrinter.Progress.auto, false, false, true), (.auto, true, true, true),
        (.bar, false, true, true),
        (.line, true, false, true), (.none, true, false, false),
    ])
    func `the requested progress is shown`(
        progress: EpochPrinter.Progress, isInteractive: Bool, hasBar: Bool, hasLine: Bool
    ) throws {
        let directory = try TemporaryDirectory()
        let pipe = TestPipe()
        let console = try Console(
            terminal: Terminal(descriptor: pipe.descriptor, isInteractive: isInteractive),
            log: directory.file("log"))
        let printer = EpochPrinter(console, progress: progress)
        let trainer = trainer()
        let clock = TestClock()
        trainer.clock = clock.now
        printer.epochBegan(0, of: 1, samples: 10, trainer: trainer)
        clock.advance(0.11)
        var score = Score()
        score.count = 5
        printer.batchEnded(
            StepRecord(
                epoch: 0, step: 1, stepInEpoch: 1, stepsPerEpoch: 2, batch: score, running: score,
                learningRate: 1, gradientNorm: nil), trainer: trainer)
        printer.epochEnded(Self.record(epoch: 0, loss: 1), trainer: trainer)
        let shown = try pipe.content()
        #expect(shown.contains("ETA") == hasBar)
        #expect(shown.contains("[0] train acc") == hasLine)
        let log = try text(directory.file("log"))
        #expect(log.contains("[0] train acc") && !log.contains("ETA") && !log.contains("\r"))
    }

    @Test func `a duration of zero has no rate`() {
        let record = EpochRecord(
            epoch: 0, loss: 1, accuracy: 1, validation: nil, learningRate: 1, seconds: 0, samples: 5, step: 1)
        #expect(EpochPrinter.line(record).hasSuffix("  0.00 s  0 images/s"))
    }

    @Test
    func `a line of a regressor has no accuracy, and its samples are sequences`() {
        func record(_ validation: Score?) -> EpochRecord {
            EpochRecord(
                epoch: 3, loss: 0.25, accuracy: nil, validation: validation, learningRate: 0.001,
                seconds: 0.5, samples: 1000, step: 9,
                metrics: [MetricValue(metric: .squaredError, split: .train, value: 0.25)]
                    + Self.values(of: validation, .validation, [.squaredError]))
        }
        #expect(
            EpochPrinter.line(record(nil)) == "[3] loss: 0.2500  lr: 0.001  0.50 s  2,000 sequences/s")
        var score = Score()
        (score.lossSum, score.count) = (5, 10)
        #expect(
            EpochPrinter.line(record(score))
                == "[3] loss: 0.2500  val loss: 0.5000  lr: 0.001  0.50 s  2,000 sequences/s")
    }
}
