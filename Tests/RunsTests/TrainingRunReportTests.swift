import Console
import Foundation
import NeuralNetworks
import Platform
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import Runs

@Suite("Reports of runs of the library")
struct TrainingRunReportTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static func score(_ lossSum: Double, correct: Int, of count: Int) -> Score {
        var score = Score()
        (score.lossSum, score.correct, score.count) = (lossSum, correct, count)
        return score
    }

    private struct Shape: Encodable { let layers = [3, 4] }

    @discardableResult
    private func train(_ course: KeptCourse, _ name: String, stop: Int? = nil) throws -> TrainingRun {
        let trainer = course.trainer(1)
        let run = try TrainingRun(
            creating: directory.file(name), for: trainer,
            options: ["hidden": 8, "cell": "gru", "share": 0.25, "shape": Shape()], logEvery: 2)
        var actions: [Int: () throws -> Void] = [:]
        if let stop { actions[stop] = { trainer.stop(.interrupted(signal: 2)) } }
        _ = try course.fit(trainer, [AtStep(actions), run])
        return run
    }

    @Test func `the configuration has the user's options and the trainer's`() throws {
        let run = RunDirectory(path: try train(.sequential, "a").path)
        let configuration = try RunConfiguration(run, of: [])
        #expect(configuration.isOfLibrary && configuration.epochs == 3)
        let listed = Dictionary(uniqueKeysWithValues: configuration.listed.map { ($0.name, $0.value) })
        #expect(
            listed == [
                "hidden": "8", "cell": "gru", "share": "0.25", "shape": "layers: 3, 4", "optimizer": "SGD",
                "learning_rate": "0.1", "momentum": "0.9", "nesterov": "false", "weight_decay": "0",
                "schedule": "reduceOnPlateau(factor: 0.5, patience: 0, threshold: 0.0001)",
                "clipping": "none",
                "average_decay": "0.8",
                "loss": "CrossEntropyLoss", "label_smoothing": "0", "seed": "3", "batch_size": "33",
                "epochs": "3",
            ])
        #expect(configuration.parameterCount == 3 * 3 * (2 + 3 + 2) + 2 * 4)
        #expect(configuration.layers?.layers.count == 3 && configuration.layers?.inputShape == "(N, 12, 2)")
        #expect(configuration.environment.contains { $0.name == "Processor" })
        #expect(configuration.commandLine == CommandLine.arguments)
    }

    @Test(arguments: [Language.english, .korean])
    func `a page has curves, scores, options, layers and the environment`(_ language: Language) throws {
        for (index, course) in KeptCourse.all.enumerated() {
            let run = try train(course, "a\(index)")
            let record = RunRecord(RunDirectory(path: run.path), of: [])
            #expect(record.problems.isEmpty)
            let html = TrainingRunReport(record, language: language).html
            let page = try readXML(html.replacing("<!DOCTYPE html>", with: ""))
            #expect(
                ReportTexts.untranslated(
                    page,
                    language == .korean ? [RunText.self, ClassifierText.self, TrainingRunText.self] : []
                ).isEmpty)
            #expect(html.contains("<svg") && html.contains("rn-chart"))
            #expect(html.contains(language.text(TrainingRunText.scores)))
            #expect(html.contains(">hidden</th>") && !html.contains("--hidden"))
            #expect(html.contains(language.text(ClassifierText.model)))
            #expect(html.contains(language.text(RunText.environment)))
            if language == .english {
                #expect(try text(run.path + "/report.html") == html)
                #expect(try text(run.path + "/curves.svg").contains("<svg"))
            }
        }
    }

    @Test func `the large figure is the best epoch's, or the test set's`() throws {
        func result(_ run: TrainingRun) throws -> String {
            let html = try text(run.path + "/report.html")
            let parts = html.split(separator: #"<p class="result">"#)
            return try String(#require(parts.last?.split(separator: "</p>").first))
        }
        let values = try train(.stepValues, "a")
        #expect(try result(values).contains("validation loss of the best epoch, "))
        try values.record(test: Self.score(3, correct: 0, of: 2))
        #expect(try result(values).contains(">1.5000<") && result(values).contains(">Test loss<"))
        #expect(try result(train(.encoderDecoder, "b")).contains("training accuracy of the best epoch, "))
        let classes = try train(.classifier, "c")
        #expect(try result(classes).contains("validation accuracy of the best epoch, "))
        try classes.record(test: Self.score(3, correct: 3, of: 4))
        #expect(try result(classes).contains("75.00 ± 21.65"))
    }

    @Test func `runs of the library are listed, shown and compared`() throws {
        try train(.sequential, "a")
        try train(.stepValues, "b", stop: 5)
        let list = try RunList(root: directory.path, of: []).text()
        #expect(list.contains("3/3") && list.contains("1/3") && list.contains("stopped"), "\(list)")
        let shown = RunDescription(RunDirectory(path: directory.file("b")), of: []).text()
        #expect(shown.contains("\nOptions:\n"), "\(shown)")
        #expect(shown.contains("\n  hidden: 8\n") && shown.contains("\n  optimizer: Adam\n"))
        #expect(
            shown.contains("Resume with: TrainingRun(continuing: \"\(directory.file("b"))\", for: trainer)"))
        let comparison = RunComparison(["a", "b"].map { RunDirectory(path: directory.file($0)) }, of: [])
        let differences = comparison.differences()
        #expect(differences.first { $0.name == "optimizer" }?.values == ["SGD", "Adam"])
        #expect(!differences.contains { $0.name == "hidden" || $0.name.hasPrefix("--") })
        #expect(comparison.text().contains("Parameters"))
    }

    @Test func `a tool that evaluates or resumes says how to resume a run of the library`() throws {
        let run = try train(.classifier, "20260101-000000-a")
        let program = Program(name: "made-up", options: MadeUpLibraryOptions.self, metrics: [.crossEntropy])
        for name in [run.path, run.path + "/checkpoints/last.safetensors", "a"] {
            let thrown = error(RunError.self) {
                _ = try RunDirectory.findTrained(name, root: directory.path, of: program)
            }
            #expect(
                thrown
                    == .madeByLibrary(
                        run: run.path, resume: "TrainingRun(continuing: \"\(run.path)\", for: trainer)"))
        }
    }
}

private struct MadeUpLibraryOptions: TrainingOptions {
    var epochs = 1
    static let program = Program(name: "made-up", options: MadeUpLibraryOptions.self, metrics: [])
    static let fields: [OptionField<MadeUpLibraryOptions>] = [.init("epochs", \.epochs)]
}
