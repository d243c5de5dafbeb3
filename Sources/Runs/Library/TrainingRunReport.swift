import Console
import Pictures
import Platform
import Training

/// The charts and the report of a run made by the library, drawn from its files: `curves.svg` and `report.html`.
///
/// They can be drawn for a run in any state, from the files it has. Drawing them again gives the same bytes.
package struct TrainingRunReport {
    package let record: RunRecord
    private let language: Language

    /// - Parameters:
    ///   - record: The run to report.
    ///   - language: The language of the report; English if nil.
    package init(_ record: RunRecord, language: Language? = nil) {
        self.record = record
        self.language = language ?? record.configuration?.language ?? .english
    }

    /// Replaces the files, each atomically.
    package func write() throws(FileError) {
        try AtomicFile.write(curves.svgFile, to: record.run.curves, .content)
        try AtomicFile.write(html, to: record.run.report, .content)
    }

    /// The content of `report.html`: a single file that works offline and without scripts.
    package var html: String {
        TrainingRunPage(language: language, record: record, curves: curves).html.htmlDocument
    }

    private var curves: LineChartStack {
        RunCurves.chart(record.metrics, known: record.allMetrics, ofRun: record.name, language: language)
    }
}

/// The page `report.html` of a run made by the library.
struct TrainingRunPage: RecordPage {
    let language: Language
    let record: RunRecord
    let curves: LineChartStack

    var sample: SampleName { record.summary?.sample ?? .sequence }

    var problems: [String] { record.problems }

    var sections: [Markup] {
        curvesSection
        scores
        configuration
        model
        environment
        commands
    }

    private func text(_ key: TrainingRunText, _ values: [String: String] = [:]) -> String {
        language.text(key, values)
    }

    /// The accuracy or the loss: of the test set, or else of the best epoch.
    var result: [Markup] {
        func result(_ value: String, _ caption: String) -> [Markup] {
            [Markup("strong") { value }, Markup("span") { caption }]
        }
        func percent(_ text: String) -> String { "\(text)\u{A0}%" }
        if let accuracy = record.testAccuracyText { return result(percent(accuracy), text(.testAccuracy)) }
        if let loss = record.summary?["loss", .test] { return result(TextFormat.loss(loss), text(.testLoss)) }
        guard let best = record.metrics.best else {
            return [Markup("span", ["class": "quiet"]) { text(RunText.noEpoch) }]
        }
        let epoch = ["epoch": "\(best.epoch)"]
        if let accuracy = best.monitoredAccuracy {
            return result(
                percent(TextFormat.percent(accuracy)),
                text(record.hasValidation ? .bestValidationAccuracy : .bestTrainingAccuracy, epoch))
        }
        return result(
            TextFormat.loss(best.monitoredLoss),
            text(record.hasValidation ? .bestValidationLoss : .bestTrainingLoss, epoch))
    }

    /// The metrics of the best and the last epoch.
    @MarkupBuilder private var scores: [Markup] {
        if let best = record.metrics.best, let last = record.metrics.rows.last {
            section(text(.scores)) {
                for row in best.epoch == last.epoch ? [best] : [best, last] {
                    table(
                        of: row,
                        text(row.epoch == best.epoch ? .bestEpoch : .lastEpoch, ["epoch": "\(row.epoch)"]))
                }
            }
        }
    }

    private func table(of row: RunMetrics.Row, _ title: String) -> Markup {
        var splits: [(MetricSplit, RunText)] = [(.train, .train)]
        if record.hasValidation { splits.append((.validation, .validation)) }
        if record.metrics.hasAverage { splits.append((.averagedValidation, .averagedValidation)) }
        return table(
            title, columns: [title] + splits.map { text($0.1) },
            rows: record.allMetrics.map { metric in
                [metric.title(in: language)]
                    + splits.map { row.value(metric.name, $0.0).map(metric.text) ?? "–" }
            }, kind: "numbers")
    }

    @MarkupBuilder private var commands: [Markup] {
        if let configuration = record.configuration {
            commands(
                reproduce: [],
                resume: record.canResume ? Markup("pre") { record.run.continuation } : nil,
                given: configuration.commandLine)
        }
    }
}

/// The texts of the page of a run made by the library.
package enum TrainingRunText: TextKey {
    case scores, bestEpoch, lastEpoch
    case bestValidationAccuracy, bestTrainingAccuracy, bestValidationLoss, bestTrainingLoss

    package var text: Text {
        switch self {
        case .scores: Text("Scores", ko: "점수")
        case .bestEpoch: Text("Best epoch, {epoch}", ko: "가장 좋은 에포크({epoch})")
        case .lastEpoch: Text("Last epoch, {epoch}", ko: "마지막 에포크({epoch})")
        case .bestValidationAccuracy:
            Text("validation accuracy of the best epoch, {epoch}", ko: "가장 좋은 에포크({epoch})의 검증 정확도")
        case .bestTrainingAccuracy:
            Text("training accuracy of the best epoch, {epoch}", ko: "가장 좋은 에포크({epoch})의 훈련 정확도")
        case .bestValidationLoss:
            Text("validation loss of the best epoch, {epoch}", ko: "가장 좋은 에포크({epoch})의 검증 손실")
        case .bestTrainingLoss:
            Text("training loss of the best epoch, {epoch}", ko: "가장 좋은 에포크({epoch})의 훈련 손실")
        }
    }
}
