import Console
import Pictures
import Platform
import Runs

/// The pictures and the report of a run, drawn from its files: `curves.svg`, `confusion.svg` and `report.html`.
///
/// They can be drawn for a run in any state, from the files it has. Drawing them again gives the same bytes.
package struct ImageRunReport: Sendable {
    package let record: RunRecord
    private let language: Language

    /// - Parameters:
    ///   - record: The run to report.
    ///   - language: The language of the report; the run's if nil.
    package init(_ record: RunRecord, language: Language? = nil) {
        self.record = record
        self.language = language ?? record.configuration?.language ?? .english
    }

    package init(run: RunDirectory, language: Language? = nil) {
        self.init(RunRecord(run, of: [.mnistBiLSTM]), language: language)
    }

    /// Replaces the files, each atomically.
    package func write() throws(FileError) {
        try AtomicFile.write(curves.svgFile, to: record.run.curves, .content)
        if let confusion { try AtomicFile.write(confusion.svgFile, to: record.run.confusion, .content) }
        try AtomicFile.write(html, to: record.run.report, .content)
    }

    /// The content of `report.html`: a single file that works offline and without scripts.
    package var html: String {
        let (mistakes, problem) = pictures()
        return ImageRunPage(
            language: language, record: record, curves: curves, confusion: confusion, mistakes: mistakes,
            problems: record.problems + (problem.map { [$0] } ?? [])
        ).html.htmlDocument
    }

    private var curves: LineChartStack {
        RunCurves.chart(record.metrics, known: record.allMetrics, ofRun: record.name, language: language)
    }

    private var confusion: ConfusionMatrixChart? {
        record.evaluation.map { evaluation in
            ConfusionMatrixChart(
                language.text(
                    ImageReportText.images,
                    [
                        "count": TextFormat.grouped(evaluation.count),
                        "split": language.translated(evaluation.split, from: RunText.self),
                    ]),
                counts: evaluation.confusion, classNames: evaluation.classes, language: language)
        }
    }

    /// Returns the pictures of the mistakes, cut from `mistakes.png`; nil if it does not exist.
    private func pictures() -> (pictures: [Bitmap]?, problem: String?) {
        let path = record.run.mistakes
        guard let count = record.evaluation?.mistakes.count, count > 0 else { return (nil, nil) }
        do {
            let sheet = try Bitmap(
                png: RecordFile.content(of: path), path: path, pixelLimit: MistakeSheet.pixelLimit)
            if let pictures = MistakeSheet.pictures(on: sheet, count: count) { return (pictures, nil) }
            return (
                nil,
                "\(path): expected images of \(count) errors, the number in evaluation.json, found another number"
            )
        } catch let error as FileError where error.isMissing {
            return (nil, nil)
        } catch {
            return (nil, "\(error)")
        }
    }
}
