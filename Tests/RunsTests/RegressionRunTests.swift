import Datasets
import Foundation
import ImageClassification
import NeuralNetworks
import Platform
import RunSamples
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import Runs

@Suite("Runs of a regressor")
struct RegressionRunTests {
    /// Returns windows of two waves, whose target is one of them.
    private func windows(_ count: Int) -> SequenceWindows {
        let rows = count + 4
        let wave = (0..<rows).map { sin(Double($0) / 3) }
        return SequenceWindows(
            features: [wave, wave.map { $0 * $0 }], target: wave,
            dates: (0..<rows).map { CalendarDate(daysSinceEpoch: $0) }, length: 4)
    }

    /// Trains for seven epochs of three steps; if the training is to be interrupted, for at most two steps at a time.
    @discardableResult
    private func train(
        _ recorded: RecordedRun, hasValidation: Bool = true, stopAfterStep: Int? = nil
    ) throws -> Journal {
        let trainer = Trainer(
            model: SequenceModel(
                RecurrentStack(.gru, inputSize: 2, hiddenSize: 3), sequenceLength: 4, valueCount: 1),
            optimizer: Adam(learningRate: 0.01), threads: 1)
        let checkpoint = try CheckpointStore(recorded.run).newest()?.checkpoint
        let recorder = try RunRecorder(
            RunDirectory.Lock(recorded.run), from: checkpoint, stepsPerRecord: 2, metrics: [.squaredError],
            hasValidation: hasValidation, program: Program.mnistBiLSTM.name,
            drawReport: RecordedRun.drawReport)
        if let checkpoint { trainer.restore(checkpoint) }
        let journal = Journal()
        journal.stopAfterStep = stopAfterStep
        try trainer.fit(
            windows(40), epochs: 4 - trainer.state.epoch, batchSize: 16,
            validation: hasValidation ? windows(10) : nil, callbacks: [journal, recorder])
        return journal
    }

    @Test(arguments: [false, true])
    func `the logs have losses and no accuracy`(hasValidation: Bool) throws {
        let recorded = try RecordedRun()
        let journal = try train(recorded, hasValidation: hasValidation)
        let rows = try text(recorded.run.metrics).split(separator: "\n").map { $0.split(separator: ",") }
        #expect(
            rows[0]
                == ["epoch", "train_loss"] + (hasValidation ? ["validation_loss"] : []) + [
                    "learning_rate", "seconds", "sequences_per_second",
                ])
        #expect(rows.count == 5)
        for (row, record) in zip(rows.dropFirst(), journal.records) {
            #expect(row.count == rows[0].count)
            #expect(Double(row[1]) == record.loss)
            if hasValidation { #expect(Double(row[2]) == record.validation?.loss) }
        }
        let records = try recorded.records
        #expect(records.count == 6 + 4 * (hasValidation ? 2 : 1))
        #expect(records.allSatisfy { $0["accuracy"] == nil && $0["images_per_second"] == nil })
        #expect(records.allSatisfy { $0["loss"]?.real != nil })
        #expect(
            records.filter { $0["split"]?.word == "train" }.allSatisfy {
                $0["sequences_per_second"]?.real != nil
            })
        let name = try #require(try recorded.directory.names.first { $0.hasPrefix("events.") })
        let events = String(
            decoding: try Data(contentsOf: URL(filePath: recorded.directory.file(name))), as: UTF8.self)
        #expect(events.contains("epoch/loss/train") && events.contains("sequences_per_second"))
        #expect(events.contains("epoch/loss/validation") == hasValidation)
        #expect(!events.contains("accuracy") && !events.contains("images"))
    }

    @Test(arguments: 1...11)
    func `a stopped and resumed run equals one that was never stopped`(step: Int) throws {
        let (whole, stopped) = (try RecordedRun(), try RecordedRun())
        try train(whole)
        try train(stopped, stopAfterStep: step)
        try train(stopped)
        // `logs` removes only the speed in images.
        func logs(_ run: RecordedRun) throws -> [String] {
            try run.logs.map { $0.replacing(/"sequences_per_second":[^,}]+/, with: "") }
        }
        #expect(try logs(stopped) == logs(whole))
        #expect(
            try RecordFile.content(of: stopped.run.lastCheckpoint, .readingInput)
                == RecordFile.content(of: whole.run.lastCheckpoint, .readingInput))
    }

    @Test
    func `resuming a regressor as a classifier, or the reverse, is rejected`() throws {
        let recorded = try RecordedRun()
        try train(recorded)
        let checkpoint = try CheckpointStore(recorded.run).newest()?.checkpoint
        let failure = error(RunError.self) {
            _ = try RunRecorder(
                RunDirectory.Lock(recorded.run), from: checkpoint, metrics: [.crossEntropy, .accuracy],
                hasValidation: true, program: Program.mnistBiLSTM.name)
        }
        guard case .otherColumns(recorded.run.metrics, _)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test
    func `the metrics have no accuracy and are drawn as one chart`() throws {
        let recorded = try RecordedRun()
        let journal = try train(recorded)
        let (metrics, problem) = try RunMetrics.read(from: recorded.run.metrics)
        #expect(problem == nil)
        #expect(!metrics.hasAccuracy && metrics.hasValidation)
        #expect(metrics.rows.map(\.trainLoss) == journal.records.map(\.loss))
        #expect(
            metrics.rows.map { $0.value("loss", .validation) } == journal.records.map { $0.validation?.loss })
        #expect(
            metrics.rows.allSatisfy { $0.value("accuracy", .train) == nil && $0.monitoredAccuracy == nil })
        #expect(metrics.bestAccuracy == nil)
        let lowest = journal.records.map(\.monitoredLoss).min()
        #expect(metrics.best?.monitoredLoss == lowest)
        let chart = RunCurves.chart(metrics, ofRun: "run")
        #expect(chart.charts.map(\.title) == ["Loss"])
        #expect(chart.charts[0].y.label == "mean squared error")
        #expect(chart.charts[0].series.map(\.name) == ["train", "validation"])
        let comparison = RunCurves.comparison([("a", metrics), ("b", metrics)])
        #expect(comparison.charts.map(\.title) == ["Loss (validation)"])
        // The comparison with a classifier has no accuracy to draw either.
        let classifier = RunMetrics.parse(SampleRun.metrics, path: "metrics.csv").metrics
        #expect(
            RunCurves.comparison([("a", metrics), ("b", classifier)]).charts.map(\.title)
                == ["Loss (validation)", "Accuracy (validation)"])
        try recorded.directory.add("config.json", "{}")
        #expect(ImageRunReport(run: recorded.run).html.contains("Curves"))
    }
}
