import Foundation
import ImageClassification
import Platform
import RunSamples
import TestSupport
import Testing

@testable import Runs

@Suite struct RunListTests {
    @Test func `runs of every state are listed in chronological order`() throws {
        let directory = try TemporaryDirectory()
        // This is not the order of names.
        let stopped = try SampleRun("20250101-000000-stopped", in: directory)
        try stopped.configure { _ in }
        var summary = SampleRun.summary(.stopped)
        summary.started = "2026-02-01T00:00:00Z"
        try summary.write(to: stopped.run)
        _ = try SampleRun.finished("20260131-235959-finished", in: directory)
        let killed = try SampleRun("20260131-235958-killed", in: directory)
        try killed.configure { _ in }
        try killed.addMetrics()
        let damaged = try SampleRun("20260131-235957-damaged", in: directory)
        try Data("{".utf8).write(to: URL(filePath: damaged.run.summary))
        let running = try SampleRun("20260131-235956-running", in: directory)
        // Neither of them is a run.
        try directory.add("README.md", "text")
        try directory.add("notes/text", "text")
        try FileManager.default.createDirectory(
            atPath: directory.file("empty"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("latest"), withDestinationPath: "20260131-235959-finished")

        let list = try withExtendedLifetime(RunDirectory.Lock(running.run)) {
            try RunList(root: directory.path, of: [.mnistBiLSTM])
        }
        #expect(
            list.runs.map(\.name) == [
                "20260131-235956-running", "20260131-235957-damaged", "20260131-235958-killed",
                "20260131-235959-finished", "20250101-000000-stopped",
            ])
        #expect(list.runs.map(\.state) == [.running, .damaged, .failed, .finished, .stopped])

        let rows = list.text().split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            rows[4] == [
                "20260131-235958-killed", "2026-01-31", "23:59", "5/50", "95.50", "validation", "–", "6.0",
                "failed",
            ])
        #expect(
            rows[5] == [
                "20260131-235959-finished", "2026-01-31", "23:59", "5/5", "95.50", "validation", "87.50", "±",
                "8.27",
                "6.0", "finished",
            ])
        #expect(rows.last?.first == "\(damaged.run.summary):")

        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(list.json().utf8)) as? [[String: Any]])
        #expect(
            json.map { $0["state"] as? String } == ["running", "damaged", "failed", "finished", "stopped"])
        #expect(json[3]["test_accuracy"] as? Double == 87.5)
        #expect(json[3]["best_accuracy"] as? Double == 95.5)
        #expect(json[3]["wanted_epochs"] as? Int == 5)
        #expect(json[2]["test_accuracy"] is NSNull)
        #expect((json[1]["problems"] as? [String])?.count == 1)
        #expect(Set(json.map { Set($0.keys) }).count == 1, "every object has every key")
    }

    /// The options of an imported run have the default 50 epochs, which nobody asked for.
    @Test func `an imported run has no epochs and no options of a training`() throws {
        let directory = try TemporaryDirectory()
        let trained = try SampleRun.finished("20260131-235958-trained", in: directory)
        let imported = try SampleRun("20260131-235959-imported", in: directory)
        try imported.configure { options in
            options.common.hiddenSize = 7
            options.common.learningRate = 0.125
        }
        var configuration: [String: JSONValue] = try JSON.read(from: imported.run.configuration)
        configuration["imported"] = .object(["path": .text("model.pt"), "sha256": .text("00")])
        try JSON.write(configuration, to: imported.run.configuration)
        var summary = RunSummary()
        (summary.state, summary.reason) = (.finished, "imported from model.pt")
        summary.started = "2026-01-31T23:59:59Z"
        try summary.write(to: imported.run)

        let list = try RunList(root: directory.path, of: [.mnistBiLSTM])
        let rows = list.text().split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            rows[3] == ["20260131-235959-imported", "2026-01-31", "23:59", "–", "–", "–", "0.0", "finished"])
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(list.json().utf8)) as? [[String: Any]])
        #expect(json.map { $0["wanted_epochs"] is NSNull } == [false, true])
        let shown = RunDescription(imported.run, of: [.mnistBiLSTM]).text()
        #expect(!shown.contains("Epochs:") && shown.contains("finished (imported from model.pt)"), "\(shown)")
        let compared = RunComparison([trained.run, imported.run], of: [.mnistBiLSTM]).text()
        #expect(
            compared.split(separator: "\n").contains {
                $0.split(separator: " ") == ["Epochs", "5/5", "–"]
            }, "\(compared)")
        let page = ImageRunReport(RunRecord(imported.run, of: [.mnistBiLSTM])).html
        #expect(!page.contains("of 50 epochs") && page.contains("imported from model.pt"))
        for text in [shown, page, compared] {
            #expect(!text.contains("learning-rate 0.125") && !text.contains("0.125"), "\(text)")
        }
        #expect(
            shown.contains("\nModel and data that differ from the defaults:\n  --hidden-size 7\n"), "\(shown)"
        )
        for name in ["--epochs", "--learning-rate", "--optimizer", "--seed"] {
            #expect(!page.contains("\"row\">\(name)<"), "\(name)")
        }
        #expect(page.contains("\"row\">--hidden-size<") && page.contains("\"row\">--dataset<"))
    }

    @Test func `a missing directory contains no runs`() throws {
        let directory = try TemporaryDirectory()
        let list = try RunList(root: directory.file("runs"), of: [.mnistBiLSTM])
        #expect(list.runs.isEmpty && list.text().hasPrefix("No runs in "))
        #expect(try list.json() == "[\n\n]")
        try directory.add("file", "")
        #expect(
            error(FileError.self) { _ = try RunList(root: directory.file("file"), of: [.mnistBiLSTM]) }?
                .misfit?
                .found == .regular)
    }

    @Test func `a run is described`() throws {
        let sample = try SampleRun.finished()
        let text = RunDescription(sample.run, of: [.mnistBiLSTM]).text()
        for expected in [
            "State:     finished", "Epochs:    5 of 5", "Best:      epoch 3, validation loss 0.2000",
            "  --epochs 5",
            "87.50 ± 8.27", "0.4321", "metrics.csv", "mistakes.png",
        ] {
            #expect(text.contains(expected), "\(expected) in \(text)")
        }
        #expect(!text.contains("Resume with") && !text.contains("averaged"))
        var summary = try RunSummary.read(sample.run)
        (
            summary["accuracy", .averagedTest], summary["standard_error", .averagedTest],
            summary["loss", .averagedTest]
        ) = (88.5, 1.5, 0.125)
        (summary["accuracy", .averagedValidation], summary["loss", .averagedValidation]) = (89.5, 0.25)
        try summary.write(to: sample.run)
        let averaged = RunDescription(sample.run, of: [.mnistBiLSTM]).text().split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(averaged.contains("test 88.50 ± 1.50 0.1250 EMA, after epoch 3"))
        #expect(averaged.contains("validation 89.50 0.2500 EMA, after epoch 3"))
        try SampleRun.summary(.stopped).write(to: sample.run)
        #expect(
            RunDescription(sample.run, of: [.mnistBiLSTM]).text().hasSuffix(
                "--resume \(SampleRun.name) --runs \(sample.directory.path)"))
        let empty = try SampleRun()
        #expect(
            RunDescription(empty.run, of: [.mnistBiLSTM]).text().contains("ended before it started training"))
    }
}
