import Datasets
import Foundation
import ImageClassification
import Platform
import Runs
import TestSupport
import Training

/// A run's directory with files written by the test.
package struct SampleRun {
    package let directory: TemporaryDirectory
    package let run: RunDirectory

    package static let name = "20260131-235959-sample"

    /// Creates an empty directory, as left by a run that was killed at once.
    package init(_ name: String = Self.name, in directory: TemporaryDirectory? = nil) throws {
        self.directory = try directory ?? TemporaryDirectory()
        run = RunDirectory(path: self.directory.file(name))
        try FileManager.default.createDirectory(atPath: run.checkpoints, withIntermediateDirectories: true)
    }

    /// Returns a run of five epochs with all files.
    package static func finished(_ name: String = Self.name, in directory: TemporaryDirectory? = nil) throws
        -> SampleRun
    {
        let sample = try SampleRun(name, in: directory)
        try sample.configure { $0.epochs = 5 }
        try sample.addMetrics()
        var summary = Self.summary(.finished)
        summary.scoredEpoch = 3
        summary["accuracy", .test] = 87.5
        summary["standard_error", .test] = 8.27
        summary["loss", .test] = 0.4321
        summary["accuracy", .train] = 93.25
        summary["loss", .train] = 0.1234
        summary.samplesPerSecond = 12_345.6
        try summary.write(to: sample.run)
        let evaluation = try sample.addEvaluation()
        try AtomicFile.write(
            MistakeSheet.draw(evaluation, from: Self.images).png(), to: sample.run.mistakes)
        return sample
    }

    package static func summary(_ state: RunState) -> RunSummary {
        var summary = RunSummary()
        summary.state = state
        summary.started = "2026-01-31T23:59:59Z"
        summary.epochs = 5
        return summary
    }

    package func configure(_ change: (inout ImageTraining.Options) -> Void) throws {
        var options = ImageTraining.Options()
        options.threads = 1
        change(&options)
        try write(
            [
                "options": JSONSerialization.jsonObject(with: Data(JSON.text(options).utf8)),
                "command_line": ["mnist-bilstm", "--epochs", "5"],
                "environment": ["git_commit": "0123456789abcdef", "processor": "A processor", "cores": 2],
                "instruction_set": "portable",
                "model": JSONSerialization.jsonObject(
                    with: Data(JSON.text(options.model(for: Self.images)).utf8)),
            ], to: run.configuration)
    }

    package func write(_ object: Any, to path: String) throws {
        try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: path))
    }

    package static let metrics = """
        epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate,seconds,images_per_second
        0,0.5,81.5,0.4,84.25,0.005,1.5,1000
        1,0.25,90.5,0.3,92.5,0.005,1.25,1000
        2,0.125,95.5,0.35,91.75,0.005,1.25,1000
        3,0.0625,97.5,0.2,94.125,0.005,1.0,1000
        4,0.03125,98.5,0.21,95.5,0.005,1.0,1000

        """

    package func addMetrics(_ text: String = Self.metrics) throws {
        try Data(text.utf8).write(to: URL(filePath: run.metrics))
    }

    /// Sixteen different images of 5 × 4 pixels in three classes.
    package static let images = LabeledImages(
        pixels: (0..<320).map { UInt8($0 * 37 % 251) }, labels: (0..<16).map { UInt8($0 % 3) }, rows: 5,
        columns: 4,
        classCount: 3)

    @discardableResult
    package func addEvaluation(classes: [String] = ["zero", "one", "8"]) throws -> Evaluation {
        try write(
            [
                "split": "test", "classes": classes, "loss": 0.4321,
                "confusion": [[5, 1, 0], [0, 5, 0], [1, 0, 4]],
                "mistakes": [
                    [
                        "index": 14, "label": 2, "predicted": 0, "probability": 0.987,
                        "probability_of_label": 0.001,
                    ],
                    [
                        "index": 3, "label": 0, "predicted": 1, "probability": 0.5,
                        "probability_of_label": 0.25,
                    ],
                ],
            ], to: run.evaluation)
        return try JSON.read(from: run.evaluation)
    }
}
