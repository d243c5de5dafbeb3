import Console
import Pictures
import Training

/// The page `report.html` of a run, as a tree of markup.
struct ClassifierPage: RecordPage {
    let sample: SampleName
    let language: Language
    let record: RunRecord
    let curves: LineChartStack
    let confusion: ConfusionMatrixChart?
    /// Draws the mistakes with their captions.
    let gallery: ([MistakeCaption], Language) -> [Markup]
    let problems: [String]

    var sections: [Markup] {
        curvesSection
        if let evaluation = record.evaluation { scores(of: evaluation) }
        configuration
        model
        environment
        commands
    }

    var result: [Markup] {
        guard let accuracy = record.summary?["accuracy", .test] else {
            return [
                Markup("span", ["class": "quiet"]) {
                    text(record.state == .finished ? ClassifierText.notEvaluated : .notEvaluatedYet)
                }
            ]
        }
        return [
            Markup("strong") { "\(record.testAccuracyText ?? TextFormat.percent(accuracy))\u{A0}%" },
            Markup("span") {
                record.evaluation.map { words(.testAccuracyOn, ["count": TextFormat.grouped($0.count)]) }
                    ?? text(.testAccuracy)
            },
        ]
    }
}
