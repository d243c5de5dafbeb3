import Datasets
import Foundation
import NeuralNetworks
import Runs
import TestSupport
import Testing
import Training

@Suite("Runs of programs that use the library", .timeLimit(.minutes(60))) struct LibraryRunTests {
    /// Trains a model made of modules in `runs/NAME`.
    private func train(_ name: String, hidden: Int, in place: Workplace) throws {
        let values = (0..<40).map { index in
            (0..<4).map { place -> Float in Float((place * 7 + index * 11) % 16) / 8 - 1 }
        }
        let samples = try LabeledSequences(values, channels: 2, labels: values.map { $0[0] < 0 ? 0 : 1 })
        let trainer = Trainer(
            model: Sequential(inputShape: [2, 2], [.gru(hidden), .dense(2)], seed: 1),
            loss: CrossEntropyLoss())
        let run = try TrainingRun(
            creating: "\(place.runs)/\(name)", for: trainer, options: ["hidden": hidden])
        try trainer.fit(samples, epochs: 2, batchSize: 16, validation: samples, callbacks: [run])
    }

    @Test func `the tool lists, shows, compares and reports them`() throws {
        let place = try Workplace(nil)
        func run(_ arguments: String...) throws -> String {
            let outcome = try Tool.run(arguments + ["--runs", place.runs])
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            return outcome.output
        }
        try train("a", hidden: 3, in: place)
        try train("b", hidden: 4, in: place)
        let list = try run("runs")
        #expect(list.contains("a     ") || list.contains("\na "), "\(list)")
        #expect(list.components(separatedBy: "2/2").count == 3 && list.contains("finished"), "\(list)")
        let shown = try run("runs", "show", "b")
        #expect(shown.contains("\n  hidden: 4\n") && shown.contains("\n  optimizer: Adam\n"), "\(shown)")
        let differences = try run("runs", "compare", "a", "b")
        let row = differences.split(separator: "\n").first { $0.hasPrefix("hidden") }
        #expect(row?.split(separator: " ") == ["hidden", "3", "4"], "\(differences)")
        let page = "\(place.runs)/a/report.html"
        let first = try text(page)
        try FileManager.default.removeItem(atPath: page)
        #expect(try run("report", "a") == page + "\n")
        #expect(try text(page) == first)
        _ = try run("report", "a", "--language", "ko")
        #expect(try text(page).contains("<html lang=\"ko\">"))
    }

    @Test(arguments: [
        ["evaluate", "a"], ["predict", "--run", "a", "--index", "0"], ["summary", "a"], ["--resume", "a"],
    ])
    func `a command that needs a run of the tool names the expression that resumes it`(_ words: [String])
        throws
    {
        let place = try Workplace()
        try train("a", hidden: 2, in: place)
        let outcome = try Tool.run(words + ["--runs", place.runs])
        #expect(outcome.exitCode == 64)
        #expect(
            outcome.errors.contains(
                "\(place.runs)/a was made by a program that uses the library; resume it there with "
                    + "TrainingRun(continuing: \"\(place.runs)/a\", for: trainer)"), "\(outcome.errors)")
    }
}
