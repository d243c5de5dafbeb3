import Foundation
import NeuralNetworks
import Platform
import RunSamples
import TestSupport
import Testing

@testable import Runs

@Suite struct RunComparisonTests {
    private func lines(_ text: String) -> [[String]] {
        text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    @Test func `only differences are shown`() throws {
        let directory = try TemporaryDirectory()
        let first = try SampleRun.finished("20260131-235959-a", in: directory)
        let second = try SampleRun.finished("20260131-235959-b", in: directory)
        try second.configure {
            $0.epochs = 5
            $0.cell = .gru
            $0.clipNorm = 2
            $0.name = "b"
        }
        let comparison = RunComparison([first.run, second.run], of: [.mnistBiLSTM])
        let differences = comparison.differences()
        #expect(differences.map(\.name) == ["--clip-norm", "--cell"])
        #expect(differences.map(\.values) == [["none", "2"], ["lstm", "gru"]])
        let text = lines(comparison.text())
        #expect(text[0] == ["a", "b"])
        #expect(text.contains(["Test", "acc", "%", "87.50", "±", "8.27", "87.50", "±", "8.27"]))
        // 95.50 is the highest accuracy, but it belongs to another epoch.
        #expect(text.contains(["Best", "epoch", "3", "3"]))
        #expect(text.contains(["Loss", "at", "best", "epoch", "0.2000", "0.2000"]))
        #expect(text.contains(["Acc", "%", "at", "best", "epoch", "94.12", "94.12"]))
        #expect(text.contains(["Split", "validation", "validation"]))
        #expect(!text.joined().contains("portable") && !text.joined().contains("EMA"))
        var summary = try RunSummary.read(second.run)
        (summary["accuracy", .averagedTest], summary["standard_error", .averagedTest]) = (88.5, 1.5)
        try summary.write(to: second.run)
        #expect(
            lines(RunComparison([first.run, second.run], of: [.mnistBiLSTM]).text()).contains([
                "EMA", "test", "acc", "%", "–", "88.50", "±", "1.50",
            ]))
        #expect(
            lines(comparison.text(environment: true)).contains(["Instruction", "set", "portable", "portable"])
        )
    }

    @Test func `options without an effect are left out`() throws {
        let directory = try TemporaryDirectory()
        let first = try SampleRun.finished("20260131-235959-a", in: directory)
        let second = try SampleRun.finished("20260131-235959-b", in: directory)
        try first.configure {
            $0.schedule = .constant
            // Without an effect: the schedule is constant, and there is no teacher.
            $0.patience = 9
            $0.temperature = 3
            $0.warmUpEpochs = 0.5
        }
        try second.configure {
            $0.schedule = .cosine
            $0.warmUpEpochs = 1
        }
        let differences = RunComparison([first.run, second.run], of: [.mnistBiLSTM]).differences()
        #expect(differences.map(\.name) == ["--schedule", "--warm-up-epochs"])
        #expect(differences.map(\.values) == [["constant", "cosine"], ["–", "1"]])
    }

    @Test func `missing options have their defaults`() throws {
        let directory = try TemporaryDirectory()
        let old = try SampleRun("20260131-235959-mnist-bilstm", in: directory)
        try old.write(
            ["options": ["epochs": 50, "hidden_size": 12, "threads": 1]], to: old.run.configuration)
        let new = try SampleRun("20260201-000000-mnist-bilstm", in: directory)
        try new.configure { _ in }
        let same = RunComparison([old.run, new.run], of: [.mnistBiLSTM])
        #expect(same.differences().isEmpty)
        #expect(same.text().hasPrefix("All runs have the same options.\n"))
        // Equal names do not distinguish runs.
        #expect(same.text().contains("20260131-235959-mnist-bilstm"))
        let unknown = try SampleRun("20260201-000001-mnist-bilstm", in: directory)
        #expect(RunComparison([new.run, unknown.run], of: [.mnistBiLSTM]).differences().isEmpty)
        #expect(
            RunComparison([new.run, unknown.run], of: [.mnistBiLSTM]).text().hasPrefix(
                "The options of 20260201-000001-mnist-bilstm are unknown.\n"))
        try new.configure { $0.epochs = 7 }
        let other = RunComparison([old.run, unknown.run, new.run], of: [.mnistBiLSTM])
        #expect(other.differences().map(\.name) == ["--epochs"])
        #expect(other.differences().map(\.values) == [["50", "?", "7"]])
    }

    @Test func `long names are shortened while they remain unique`() throws {
        let directory = try TemporaryDirectory()
        let long = String(repeating: "long-name.", count: 9)
        let one = try SampleRun.finished("20260131-235959-\(long)", in: directory)
        let two = try SampleRun.finished("20260131-235959-wider", in: directory)
        let text = RunComparison([one.run, two.run], of: [.mnistBiLSTM]).text()
        #expect(text.contains(" long-name.long-name.long-na… ") && !text.contains(long))
        let three = try SampleRun.finished("20260131-235959-\(long)3", in: directory)
        #expect(
            RunComparison([one.run, three.run], of: [.mnistBiLSTM]).text().contains(" \(long)  \(long)3"))
    }

    @Test func `options of checkpoints have their names on the command line`() throws {
        let directory = try TemporaryDirectory()
        let one = try SampleRun("20260131-235959-one", in: directory)
        try one.configure { _ in }
        let two = try SampleRun("20260131-235959-two", in: directory)
        try two.configure { $0.checkpoints.kept = 5 }
        let comparison = RunComparison([one.run, two.run], of: [.mnistBiLSTM])
        #expect(comparison.differences().map(\.name) == ["--keep-checkpoints"])
        #expect(comparison.differences().map(\.values) == [["2", "5"]])
    }

    @Test(arguments: [2, 8, 11])
    func `the curves of all runs are in one picture`(count: Int) throws {
        let directory = try TemporaryDirectory()
        let runs = try (0..<count).map {
            try SampleRun.finished("20260131-235959-run\($0)", in: directory).run
        }
        let path = directory.file("compare.svg")
        try RunComparison(runs, of: [.mnistBiLSTM]).writeChart(to: path)
        let svg = try readXML(text(path))
        #expect(svg.all(class: "rn-line").filter { $0.name == "path" }.count >= 2 * count)
        let texts = svg.all("text").map(\.text)
        for number in 0..<count { #expect(texts.contains("run\(number)")) }
        #expect(texts.contains("Loss (validation)"))
    }

    @Test func `a picture of other runs is not replaced`() throws {
        let directory = try TemporaryDirectory()
        let runs = try ["a", "b", "c"].map {
            try SampleRun.finished("20260131-235959-\($0)", in: directory).run
        }
        func write(_ runs: [RunDirectory]) throws -> String {
            FilePath.name(of: try RunComparison(runs, of: [.mnistBiLSTM]).writeChart(in: directory.path))
        }
        #expect(try write([runs[0], runs[1]]) == "compare.svg")
        let first = try text(directory.file("compare.svg"))
        #expect(try write([runs[0], runs[2]]) == "compare-2.svg")
        #expect(try write([runs[1], runs[2]]) == "compare-3.svg")
        #expect(try write([runs[0], runs[1]]) == "compare.svg")
        #expect(try write([runs[0], runs[2]]) == "compare-2.svg")
        #expect(try text(directory.file("compare.svg")) == first)
    }

    @Test func `runs with and without a validation set are distinguished`() throws {
        let directory = try TemporaryDirectory()
        let first = try SampleRun.finished("20260131-235959-a", in: directory)
        let second = try SampleRun.finished("20260131-235959-b", in: directory)
        try second.addMetrics("epoch,train_loss,train_accuracy,seconds\n0,0.5,80,1\n")
        let path = directory.file("compare.svg")
        try RunComparison([first.run, second.run], of: [.mnistBiLSTM]).writeChart(to: path)
        let texts = try readXML(text(path)).all("text").map(\.text)
        #expect(texts.contains("a (validation)") && texts.contains("b (train)") && texts.contains("Loss"))
    }
}
