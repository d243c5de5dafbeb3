import NeuralNetworks
import Platform
import Runs
import TestSupport
import Testing
import Training

@testable import Sweeps

extension Metric {
    /// Its name has a digit after an underscore, which a conversion between snake case and camel case loses.
    fileprivate static let topFiveError = Metric(
        "top_5_error", title: "Top-5 error", unit: "share", higherIsBetter: false
    ) { 1 - $0.accuracy }
}

@Suite("Metrics of a sweep")
struct SweepMetricTests {
    private static let metrics: [Metric] = [.topFiveError, .crossEntropy, .accuracy]

    private func result(_ metrics: [Metric], error: Double = 0.125, diverged: Bool = false) -> SweepResult {
        var summary = RunSummary()
        (summary.epochs, summary.scoredEpoch, summary.trainingSeconds) = (4, 3, 1.5)
        for (split, value) in [(MetricSplit.train, 0.25), (.validation, 0.5), (.test, 0.75)] {
            (summary["accuracy", split], summary["loss", split]) = (100 * value, value)
            summary["top_5_error", split] = error * value
        }
        return SweepResult(
            summary, run: RunDirectory(path: "runs/a"), diverged: diverged, metrics: metrics)
    }

    private func plan() throws -> SweepPlan {
        try SweepPlan(base: [], axes: [SweepAxis("kind=a,b")], seeds: SweepSeeds("0"))
    }

    private static let former = """
        {
          "epochs" : 4,
          "run" : "a",
          "scored_epoch" : 3,
          "seconds" : 1.5,
          "state" : "finished",
          "train_accuracy" : 25,
          "train_loss" : 0.25,
          "validation_accuracy" : 50,
          "validation_loss" : 0.5
        }
        """

    @Test func `a result with only accuracy and loss has the same bytes as before and is read`() throws {
        let result = result([.crossEntropy, .accuracy])
        #expect(try JSON.text(result) == Self.former)
        let read: SweepResult = try JSON.value(from: Self.former)
        #expect(read == result && read[.topFiveError, .validation] == nil)
        let diverged = self.result(Self.metrics, diverged: true)
        let text = #"{"epochs":4,"run":"a","seconds":1.5,"state":"diverged"}"#
        #expect(try JSON.text(diverged, pretty: false) == text)
        #expect(try JSON.value(from: text) == diverged)
    }

    @Test(arguments: [0.125, 1e300, .infinity, -.infinity]) func `a made-up metric is read back`(
        error: Double
    )
        throws
    {
        let result = result(Self.metrics, error: error)
        let text = try JSON.text(result)
        #expect(text.contains(#""validation_top_5_error" : "#) && !text.contains("test_"), "\(text)")
        let read: SweepResult = try JSON.value(from: text)
        #expect(read == result && read[.topFiveError, .validation] == error * 0.5)
    }

    @Test func `a made-up metric is in results.csv, the table and the page`() throws {
        let former: SweepResult = try JSON.value(from: Self.former)
        let results = try SweepResults(plan(), [result(Self.metrics), former], metrics: Self.metrics)
        #expect(
            results.csv() == """
                entry,kind,seed,state,epochs,scored_epoch,train_accuracy,train_loss,validation_accuracy,\
                validation_loss,train_top_5_error,validation_top_5_error
                0,a,0,finished,4,3,25.0,0.25,50.0,0.5,0.03125,0.0625
                1,b,0,finished,4,3,25.0,0.25,50.0,0.5,,

                """)
        let table = results.table().split(separator: "\n")
        #expect(table[0].hasSuffix("Val loss  Val top-5 error"), "\(table[0])")
        #expect(table[2].hasSuffix("0.5000           0.0625") && table[3].hasSuffix("–"), "\(table)")
        let score = SweepTest.Score(
            entry: 0, seed: 0, accuracy: 75, standardError: 1, loss: 0.75, metrics: ["top_5_error": 0.09375])
        let percent = Metric("top_5_error", title: "Top-5 error", unit: "percent", higherIsBetter: false) {
            _ in 0
        }
        let inPercent = try SweepResults(plan(), [result(Self.metrics), former], metrics: [percent])
        #expect(inPercent.rows().map(\.last) == ["0.06", "–"])
        let test = SweepTest(setting: 0, scores: [score])
        let page = SweepPage(
            name: "kinds", program: "mnist-bilstm", language: .english, results: results, test: test,
            winner: nil
        ).html.htmlDocument
        for title in ["Val top-5 error", "Train top-5 error", "Test top-5 error"] {
            #expect(page.contains(title), "\(title)")
        }
        for value in ["0.0625", "0.0312", "0.0938"] { #expect(page.contains(value), "\(value)") }
    }

    @Test func `test.json contains a made-up metric and is read without it`() throws {
        let former =
            #"{"scores":[{"accuracy":75,"entry":0,"loss":0.75,"seed":0,"standard_error":1}],"setting":0}"#
        let read: SweepTest = try JSON.value(from: former)
        #expect(try JSON.text(read, pretty: false) == former)
        let score = SweepTest.Score(
            entry: 0, seed: 0, accuracy: 75, standardError: 1, loss: 0.75, metrics: ["top_5_error": 0.09375])
        let text = try JSON.text(SweepTest(setting: 0, scores: [score]), pretty: false)
        #expect(text.contains(#""metrics":{"top_5_error":0.09375}"#), "\(text)")
        #expect(try JSON.value(SweepTest.self, from: text).scores == [score])
    }
}
