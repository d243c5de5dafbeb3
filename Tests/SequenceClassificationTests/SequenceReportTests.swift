import Console
import Datasets
import NeuralNetworks
import Platform
import TestSupport
import Testing
import Training

@testable import Pictures
@testable import Runs
@testable import SequenceClassification

@Suite("Reports of runs on sequences")
struct SequenceReportTests {
    private static let tables: [any TextKey.Type] = [
        ClassifierText.self, SequenceText.self, SequenceChartText.self, RunText.self, ReasonText.self,
        EnvironmentText.self, MetricText.self, ChartText.self, TimeText.self,
    ]

    private let directory = try! TemporaryDirectory()
    private var run: RunDirectory { RunDirectory(path: directory.path) }

    /// Writes the files of a finished run with two mistakes.
    private func write(channels: Int = 2, names: [String]? = nil) throws {
        let sequences = try LabeledSequences(
            (0..<3).map { [Float](repeating: Float($0), count: channels * 4) }, channels: channels,
            labels: [0, 1, 0], classNames: ["rest", "run"])
        let model = SequenceModel(
            RecurrentStack(.rnnTanh, inputSize: channels, hiddenSize: 1), classCount: 2)
        let parameters = model.initialParameters(seed: 0)
        parameters.assign([Float](repeating: 0, count: parameters.count - 1) + [1])
        let engine = SequenceEngine(model: model, parameters: parameters)
        let evaluation = Evaluation(engine, on: sequences, split: "test")
        try JSON.write(evaluation, to: run.evaluation)
        try RunFile.writeForReport(
            SequenceMistakes(evaluation, of: sequences, names: names), to: SequenceMistakes.path(run))
        var summary = RunSummary()
        summary.state = .finished
        summary["accuracy", .test] = 33.3
        try summary.write(to: run)
    }

    private func page(_ language: Language) throws -> ReadElement {
        try readXML(
            SequenceRunReport.of(RunRecord(run, of: [.sequenceClassifier]), language: language).html)
    }

    @Test func `every text is in both languages`() {
        #expect(ReportTexts.problems(in: SequenceText.self, names: []) == [])
        #expect(ReportTexts.problems(in: SequenceChartText.self, names: []) == [])
        #expect(ReportTexts.problems(in: CharacterText.self, names: []) == [])
        #expect(ImageText.allCases.map(\.rawValue) == SequenceText.allCases.map(\.rawValue))
    }

    @Test func `a page has a chart with a line for each channel of each mistake`() throws {
        try write(names: ["acceleration", "<b>"])
        let page = try page(.english)
        let charts = page.all("svg").filter { $0.all("title").contains { $0.text.contains("predicted as") } }
        #expect(charts.count == 2)
        // A line in the chart and one in the legend.
        #expect(
            charts[0].all("title")[0].text
                == "test sequence 0: rest predicted as run, 73.1\u{A0}%")
        #expect(charts.allSatisfy { $0.all(class: "rn-line").count == 2 * 2 })
        #expect(charts[0].all("text").map(\.text).contains("acceleration"))
        #expect(charts[0].all("text").map(\.text).contains("<b>"))
        #expect(page.all("strong").map(\.text).contains("rest → run"))
        #expect(page.all("dt").map(\.text).contains("Balanced accuracy"))
    }

    @Test func `a page of many channels says how many are drawn`() throws {
        try write(channels: 20)
        let page = try page(.english)
        #expect(page.all.map(\.text).contains("Of the 20 channels, the first 16 are drawn."))
        let chart = try #require(page.all("svg").last)
        #expect(chart.all(class: "rn-line").count == 2 * 16 && chart.all(class: "rn-dashed").count == 2 * 8)
    }

    @Test func `a page is Korean`() throws {
        try write()
        let page = try page(.korean)
        #expect(ReportTexts.untranslated(page, Self.tables) == [])
        #expect(page.all.map(\.text).contains("채널 1") && page.all.map(\.text).contains("균형 정확도"))
    }

    @Test(arguments: [
        "", "[]", #"{"channels": 2}"#, #"{"channels": 2, "sequences": [[[1e400]]]}"#,
    ])
    func `a damaged file of mistakes is a problem of the page, not its end`(text: String) throws {
        try write()
        try AtomicFile.write(text, to: FilePath.join(run.path, "mistakes.json"))
        let problems = try page(.english).all(class: "problems")
        #expect(problems.count == 1 && problems[0].all("li").count { $0.text.contains("mistakes.json") } == 1)
    }

    @Test(arguments: [
        #"{"channels": -1, "sequences": []}"#, #"{"channels": 99, "sequences": [[], [[]], [[1], [2, 3]]]}"#,
        #"{"channels": 2, "names": [], "sequences": [[[1]]]}"#,
    ])
    func `inconsistent mistakes are drawn as they are`(text: String) throws {
        try write()
        try AtomicFile.write(text, to: FilePath.join(run.path, "mistakes.json"))
        #expect(try page(.english).all(class: "problems").isEmpty)
    }
}
