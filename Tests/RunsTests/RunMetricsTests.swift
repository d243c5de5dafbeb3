import RunSamples
import Testing

@testable import Runs

@Suite struct RunMetricsTests {
    private func parse(_ text: String) -> (metrics: RunMetrics, problem: String?) {
        RunMetrics.parse(text, path: "metrics.csv")
    }

    @Test func `rows are the file's rows`() {
        let (metrics, problem) = parse(SampleRun.metrics)
        #expect(problem == nil)
        #expect(metrics.hasValidation)
        #expect(metrics.rows.map(\.epoch) == [0, 1, 2, 3, 4])
        #expect(
            metrics.rows[3]
                == .init(
                    epoch: 3,
                    values: [
                        "train_loss": 0.0625, "train_accuracy": 97.5, "validation_loss": 0.2,
                        "validation_accuracy": 94.125, "learning_rate": 0.005, "images_per_second": 1000,
                    ], seconds: 1))
        // The epoch with the lowest loss does not have the highest accuracy.
        #expect(metrics.best?.epoch == 3)
        #expect(metrics.bestAccuracy == 95.5)
        #expect(metrics.seconds == 6)
    }

    @Test func `without a validation set the training loss determines the best epoch`() {
        let (metrics, _) = parse(
            "epoch,train_loss,train_accuracy,seconds\n0,0.5,80,1\n1,nan,10,1\n2,0.5,81,1\n")
        #expect(!metrics.hasValidation)
        #expect(metrics.best?.epoch == 0)
        #expect(metrics.bestAccuracy == 81)
        #expect(metrics.rows[1].trainLoss.isNaN)
    }

    @Test func `averaged weights have separate columns`() {
        let (metrics, problem) = parse(
            "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,ema_validation_loss,"
                + "ema_validation_accuracy,seconds\n0,0.5,80,0.4,81,0.3,82,1\n")
        #expect(problem == nil && metrics.hasAverage)
        #expect(
            metrics.rows[0].value("loss", .averagedValidation) == 0.3
                && metrics.rows[0].value("accuracy", .averagedValidation) == 82)
        // The best epoch is still determined without the averaged weights.
        #expect(metrics.rows[0].monitoredLoss == 0.4)
        let names = { (metrics: RunMetrics) in
            RunCurves.chart(metrics, ofRun: "").charts.map { $0.series.map(\.name) }
        }
        let all = ["train", "validation", "validation, averaged"]
        #expect(names(metrics) == [all, all])
        let points = RunCurves.chart(metrics, ofRun: "").charts.map { $0.series[2].points.map(\.y) }
        #expect(points == [[0.3], [82]])
        let plain = parse(SampleRun.metrics).metrics
        #expect(!plain.hasAverage && names(plain) == [["train", "validation"], ["train", "validation"]])
    }

    /// A file is read at any moment while it is written.
    @Test func `every prefix of a file has its complete rows`() {
        let text = Array(SampleRun.metrics.utf8)
        for count in 0...text.count {
            let begun = text[..<count]
            let (metrics, problem) = parse(String(decoding: begun, as: UTF8.self))
            let ends = begun.count { $0 == UInt8(ascii: "\n") }
            #expect(metrics.rows.count == max(0, ends - 1), "after \(count) bytes")
            #expect(problem == nil, "after \(count) bytes")
        }
    }

    @Test(
        arguments: [
            ("epoch,loss\n0,1\n", 1, "train_loss", 0),
            ("epoch,train_loss,train_Top 5\n0,1,1\n", 1, "train_Top 5", 0),
            ("epoch,train_loss,,seconds\n0,1,1,1\n", 1, "", 0),
            ("epoch,train_loss,train_accuracy\n0,1\n1,2,3\n", 2, "0,1", 1),
            ("epoch,train_loss,train_accuracy\n0,1,x\n", 2, "0,1,x", 0),
            ("epoch,train_loss,train_accuracy\n-1,1,1\n0,1,1\n", 2, "-1,1,1", 1),
            ("epoch,train_loss,train_accuracy\n99999999999999999999,1,1\n", 2, "99999999999999999999,1,1", 0),
            ("epoch,train_loss,train_accuracy\n0,1,1\n\n1,1,1\n", 3, "", 2),
        ])
    func `damaged lines are named and skipped`(text: String, line: Int, found: String, rows: Int) throws {
        let (metrics, problem) = parse(text)
        #expect(metrics.rows.count == rows)
        let message = try #require(problem)
        #expect(message.hasPrefix("metrics.csv: line \(line): expected "))
        #expect(message.contains("\"\(found)\""))
    }

    /// Such a name took a minute, and the message contained all of it.
    @Test func `a column whose name is one long character is quickly rejected`() throws {
        let name = "e" + String(repeating: "\u{301}\u{323}", count: 20_000)
        let (metrics, problem) = parse("epoch,train_loss,\(name)\n0,1,1\n")
        #expect(metrics.rows.isEmpty)
        let message = try #require(problem)
        #expect(message.hasPrefix("metrics.csv: line 1: expected names of ") && message.utf8.count < 400)
    }

    @Test func `a training column without a metric's name belongs to no metric`() {
        let (metrics, problem) = parse("epoch,train_loss,train_\n0,0.5,1\n")
        #expect(problem == nil)
        #expect(metrics.described(by: []).map(\.name) == ["loss"])
    }
}
