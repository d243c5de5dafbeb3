import Pictures

/// `report.html` as a tree of markup.
struct ReportPage: RunPage {
    let record: RunRecord
    let curves: LineChartStack
    let confusion: ConfusionMatrixChart?
    /// A picture for each of the evaluation's mistakes.
    let mistakes: [Bitmap]?
    let problems: [String]

    var sections: [Markup] {
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

    var header: RunPageHeader {
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
            + [record.reason, record.started.map { "started \(Self.readable($0))" }].compactMap { $0 })
            .joined(separator: " · ")
    }

    private var result: [Markup] {
        guard let accuracy = record.summary?.testAccuracy else {
            return [
                Markup("span", ["class": "quiet"]) {
                    "Not scored on the test images\(record.state == .finished ? "." : " yet.")"
                }
            ]
        }
        let images = record.evaluation.map { ", of \(TextFormat.grouped($0.count)) images" } ?? ""
        return [
            Markup("strong") { "\(record.testAccuracyText ?? Self.percent(accuracy))\u{A0}%" },
            Markup("span") { "test accuracy ± its standard error\(images)" },
        ]
    }

    private var figures: [(name: String, value: String)] {
        let summary = record.summary
        var figures: [(name: String, value: String)] = []
        func add(_ name: String, _ value: String?) {
            if let value { figures.append((name, value)) }
        }
        add("Test loss", summary?.testLoss.map(Self.loss))
        add("Validation accuracy", summary?.validationAccuracy.map { "\(Self.percent($0))\u{A0}%" })
        add("Averaged, test", record.averagedTestAccuracyText.map { "\($0)\u{A0}%" })
        add(
            "Averaged, validation",
            summary?.emaValidationAccuracy.map { "\(Self.percent($0))\u{A0}%" })
        add("Train accuracy", summary?.trainAccuracy.map { "\(Self.percent($0))\u{A0}%" })
        add("Scored weights", summary?.scoredEpoch.map { "after epoch \($0)" })
        add("Best epoch", record.metrics.best.map { "\($0.epoch), loss \(Self.loss($0.monitoredLoss))" })
        if record.epochs > 0 {
            add("Training time", Self.duration(record.trainingSeconds))
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
            " Epoch \($0.epoch) has the lowest \(kind) loss, \(Self.loss($0.monitoredLoss))"
                + ($0.monitoredAccuracy.map { ", with an accuracy of \(Self.percent($0))\u{A0}%" } ?? "")
                + "."
        }
        return
            "Epochs count from 0. Training loss and accuracy are those of each batch before its step, so that early "
            + "epochs look worse than the weights they end with.\(best ?? "")"
            + (record.metrics.hasAverage ? " Averaged: by the average of the weights that --ema keeps." : "")
    }
}

extension ReportPage {
    static func percent(_ value: Double) -> String { TextFormat.fixed(value, decimals: 2) }
    static func loss(_ value: Double) -> String { TextFormat.fixed(value, decimals: 4) }

    /// "3.2 s", "12 min 5 s", "3 h 20 min".
    static func duration(_ seconds: Double) -> String {
        guard seconds >= 60, seconds < 1e9 else { return "\(TextFormat.fixed(seconds, decimals: 1))\u{A0}s" }
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? "\(whole / 60)\u{A0}min \(whole % 60)\u{A0}s"
            : "\(whole / 3600)\u{A0}h \(whole % 3600 / 60)\u{A0}min"
    }

    /// "2026-01-31 23:59:59 UTC" of "2026-01-31T23:59:59Z".
    static func readable(_ time: String) -> String {
        guard time.utf8.count == 20, time.hasSuffix("Z") else { return time }
        return time.dropLast().split(separator: "T").joined(separator: " ") + " UTC"
    }
}
