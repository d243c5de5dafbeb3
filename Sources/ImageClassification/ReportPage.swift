import Console
import Datasets
import Pictures
import Runs

/// The page `report.html` of a run, as a tree of markup.
package struct ReportPage: RunPage {
    package let record: RunRecord
    package let curves: LineChartStack
    package let confusion: ConfusionMatrixChart?
    /// A picture for each of the evaluation's mistakes.
    package let mistakes: [Bitmap]?
    package let problems: [String]

    package var sections: [Markup] {
        section("Curves") {
            if record.metrics.rows.isEmpty {
                Markup("p", ["class": "quiet"]) {
                    record.state == .running
                        ? "The first epoch is not done yet." : "No epoch was finished."
                }
            } else {
                curves.svg
                Markup("p", ["class": "quiet"]) { curvesCaption }
            }
        }
        if let evaluation = record.evaluation { scores(of: evaluation) }
        configuration
        model
        environment
        commands
    }

    package var header: RunPageHeader {
        RunPageHeader(
            kind: "Training run", name: record.name, state: record.state, progress: progress, result: result,
            figures: figures)
    }

    private var progress: String {
        let epochs =
            record.wantedEpochs.map { "\(record.epochs) of \($0) epoch\($0 == 1 ? "" : "s")" }
            ?? "\(record.epochs) epochs"
        return
            ([epochs]
            + [record.reason, record.started.map { "started \(TextFormat.readableTime($0))" }].compactMap {
                $0
            })
            .joined(separator: " · ")
    }

    private var result: [Markup] {
        guard let accuracy = record.summary?["accuracy", .test] else {
            return [
                Markup("span", ["class": "quiet"]) {
                    "Not scored on the test images\(record.state == .finished ? "." : " yet.")"
                }
            ]
        }
        let images = record.evaluation.map { ", of \(TextFormat.grouped($0.count)) images" } ?? ""
        return [
            Markup("strong") { "\(record.testAccuracyText ?? TextFormat.percent(accuracy))\u{A0}%" },
            Markup("span") { "test accuracy ± its standard error\(images)" },
        ]
    }

    private var figures: [(name: String, value: String)] {
        let summary = record.summary
        var figures: [(name: String, value: String)] = []
        func add(_ name: String, _ value: String?) {
            if let value { figures.append((name, value)) }
        }
        add("Test loss", summary?["loss", .test].map(TextFormat.loss))
        add(
            "Validation accuracy",
            summary?["accuracy", .validation].map { "\(TextFormat.percent($0))\u{A0}%" })
        add("Averaged, test", record.averagedTestAccuracyText.map { "\($0)\u{A0}%" })
        add(
            "Averaged, validation",
            summary?["accuracy", .averagedValidation].map { "\(TextFormat.percent($0))\u{A0}%" })
        add("Train accuracy", summary?["accuracy", .train].map { "\(TextFormat.percent($0))\u{A0}%" })
        for metric in record.otherMetrics {
            let title = metric.title.lowercased()
            add("Test \(title)", summary?[metric.name, .test].map(metric.text))
            add("Validation \(title)", summary?[metric.name, .validation].map(metric.text))
            add("Train \(title)", summary?[metric.name, .train].map(metric.text))
        }
        add("Scored weights", summary?.scoredEpoch.map { "after epoch \($0)" })
        add(
            "Best epoch", record.metrics.best.map { "\($0.epoch), loss \(TextFormat.loss($0.monitoredLoss))" }
        )
        if record.epochs > 0 {
            add("Training time", TextFormat.timeSpan(record.trainingSeconds))
        }
        if let speed = summary?.imagesPerSecond, speed > 0, speed < 1e15 {
            add("Images/s", TextFormat.grouped(Int(speed.rounded())))
        }
        add("Parameters", record.configuration?.model.map { TextFormat.grouped($0.layout.count) })
        return figures
    }

    private var curvesCaption: String {
        let kind = record.hasValidation ? "validation" : "training"
        let best = record.metrics.best.map {
            " Epoch \($0.epoch) has the lowest \(kind) loss, \(TextFormat.loss($0.monitoredLoss))"
                + ($0.monitoredAccuracy.map { ", with an accuracy of \(TextFormat.percent($0))\u{A0}%" } ?? "")
                + "."
        }
        return
            "Epochs count from 0. Training loss and accuracy are those of each batch before its step, so that early "
            + "epochs look worse than the weights they end with.\(best ?? "")"
            + (record.metrics.hasAverage ? " Averaged: by the average of the weights that --ema keeps." : "")
    }
}
