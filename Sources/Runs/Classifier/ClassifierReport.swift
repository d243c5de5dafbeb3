import Console
import Pictures
import Platform

/// The charts and the report of a run of a classifier, drawn from its files: `curves.svg`, `confusion.svg` and
/// `report.html`.
///
/// They can be drawn for a run in any state, from the files it has. Drawing them again gives the same bytes.
package struct ClassifierReport {
    package let record: RunRecord
    private let sample: SampleName
    private let language: Language
    private let problem: String?
    private let gallery: ([MistakeCaption], Language) -> [Markup]

    /// - Parameters:
    ///   - record: The run to report.
    ///   - sample: The name of a sample.
    ///   - language: The language of the report; the run's if nil.
    ///   - problem: The problem of the file of the mistakes, a line that names the file; nil without one.
    ///   - gallery: Draws the mistakes with their captions in a language.
    package init(
        _ record: RunRecord, sample: SampleName, language: Language?, problem: String?,
        gallery: @escaping ([MistakeCaption], Language) -> [Markup]
    ) {
        self.record = record
        self.sample = sample
        self.language = language ?? record.configuration?.language ?? .english
        self.problem = problem
        self.gallery = gallery
    }

    /// Replaces the files, each atomically.
    package func write() throws(FileError) {
        try AtomicFile.write(curves.svgFile, to: record.run.curves, .content)
        if let confusion { try AtomicFile.write(confusion.svgFile, to: record.run.confusion, .content) }
        try AtomicFile.write(html, to: record.run.report, .content)
    }

    /// The content of `report.html`: a single file that works offline and without scripts.
    package var html: String {
        ClassifierPage(
            sample: sample, language: language, record: record, curves: curves, confusion: confusion,
            gallery: gallery,
            problems: record.problems + [problem].compactMap(\.self)
        ).html.htmlDocument
    }

    private var curves: LineChartStack {
        RunCurves.chart(record.metrics, known: record.allMetrics, ofRun: record.name, language: language)
    }

    private var confusion: ConfusionMatrixChart? {
        record.evaluation.map { evaluation in
            ConfusionMatrixChart(
                sample.text(
                    .samples,
                    [
                        "count": TextFormat.grouped(evaluation.count),
                        "split": language.translated(evaluation.split, from: RunText.self),
                    ], in: language),
                counts: evaluation.confusion, classNames: evaluation.classes, language: language)
        }
    }
}
