import ImageClassification
import NeuralNetworks
import Platform
import RunSamples
import TensorBoard
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import Runs

extension Metric {
    /// A metric needs only its definition and its place in a list of metrics.
    fileprivate static let topOneError = Metric(
        "top_1_error", title: "Top-1 error", unit: "share", higherIsBetter: false
    ) { 1 - $0.accuracy }
}

@Suite("Made-up metric")
struct MadeUpMetricTests {
    private static let metrics: [Metric] = [.crossEntropy, .accuracy, .topOneError]
    private static let program = Program(
        name: "mnist-bilstm", options: ImageTraining.Options.self, metrics: metrics)

    /// Runs a training of two epochs, with a score on a test set.
    private func train(_ directory: TemporaryDirectory, name: String) throws -> (
        run: RunDirectory, lines: [String]
    ) {
        let run = RunDirectory(path: directory.file(name))
        try Directory.make(run.checkpoints)
        try directory.add("\(name)/config.json", #"{"program": "mnist-bilstm", "options": {}}"#)
        let trainer = Trainer(model: tinyModel, metrics: Self.metrics, threads: 1)
        let recorder = try RunRecorder(
            RunDirectory.Lock(run), stepsPerRecord: 1, metrics: trainer.metrics, hasValidation: true,
            program: "mnist-bilstm")
        let journal = Journal()
        try trainer.fit(
            noiseImages(40), epochs: 2, batchSize: 16, validation: noiseImages(10),
            callbacks: [recorder, journal])
        let test = trainer.evaluate(noiseImages(20))
        recorder.summary.set(test, .test, trainer.metrics)
        recorder.summary.state = .finished
        recorder.summary.scoredEpoch = 1
        try recorder.append(test: test, epoch: 1, trainer: trainer, mistakes: nil)
        try recorder.finish(trainer)
        return (run, journal.records.map(EpochPrinter.line))
    }

    @Test
    func `a made-up metric is in every log, table, curve and report`() throws {
        let directory = try TemporaryDirectory()
        let (run, lines) = try train(directory, name: "20260131-235959-a")
        #expect(lines[0].contains("train top-1 error: 0.") && lines[0].contains("val top-1 error: 0."))
        let table = try text(run.metrics)
        #expect(
            table.hasPrefix(
                "epoch,train_loss,train_accuracy,train_top_1_error,validation_loss,validation_accuracy,"
                    + "validation_top_1_error,learning_rate,"))
        let records = try text(run.records).split(separator: "\n")
        #expect(records.allSatisfy { $0.contains(#""top_1_error":0."#) })
        for tag in ["top_1_error/train", "epoch/top_1_error/validation", "test/top_1_error"] {
            let events = try POSIX.names(in: run.path).filter { $0.hasPrefix("events.") }
            let content = try RecordFile.content(of: FilePath.join(run.path, events[0]))
            #expect(String(decoding: content, as: UTF8.self).contains(tag), "\(tag)")
        }
        let record = RunRecord(run, of: [Self.program])
        #expect(record.otherMetrics == [.topOneError])
        let last = try #require(record.metrics.rows.last)
        let accuracy = try #require(last.value("accuracy", .validation))
        #expect(abs((last.value("top_1_error", .validation) ?? .nan) - (1 - accuracy / 100)) < 1e-12)
        let chart = RunCurves.chart(record.metrics, known: record.allMetrics, ofRun: "a")
        #expect(chart.charts.map(\.title) == ["Loss", "Accuracy", "Top-1 error"])
        #expect(chart.charts[2].y.label == "share")
        #expect(RunDescription(run, of: [Self.program]).text().contains("Top-1 error"))
        #expect(ImageRunReport(record).html.contains("Test top-1 error"))
        let (other, _) = try train(directory, name: "20260131-235959-b")
        let comparison = RunComparison([run, other], of: [Self.program])
        #expect(
            comparison.text().contains("Top-1 error at best epoch")
                && comparison.text().contains("Test top-1 error"))
        #expect(try text(run.summary).contains(#""test_top_1_error" : 0."#))
        #expect(
            try RunSummary.read(run)["top_1_error", .test] == 1
                - (try RunSummary.read(run)["accuracy", .test] ?? .nan) / 100)
    }
}
