import Pictures

/// The pictures of a run, drawn from its own files: `curves.svg`, `confusion.svg` and `report.html`.
///
/// A run in any state has them, with what there is of it; drawn again they have the same bytes.
public struct RunReport: Sendable {
    public let record: RunRecord

    public init(_ record: RunRecord) { self.record = record }

    public init(run: RunDirectory) { self.init(RunRecord(run)) }

    /// Replaces the files, each as a whole.
    public func write() throws(FileError) {
        try AtomicFile.write(curves.svgFile, to: record.run.curves, .content)
        if let confusion { try AtomicFile.write(confusion.svgFile, to: record.run.confusion, .content) }
        try AtomicFile.write(html, to: record.run.report, .content)
    }

    /// Replaces `curves.svg` alone, while the run trains.
    static func writeCurves(of run: RunDirectory) throws(FileError) {
        let metrics = try RunMetrics.read(from: run.metrics).metrics
        let chart = RunCurves.chart(metrics, title: title(of: FilePath.name(of: run.path)))
        try AtomicFile.write(chart.svgFile, to: run.curves, .content)
    }

    /// `report.html`: one file that needs neither network nor script.
    public var html: String {
        let (mistakes, problem) = pictures()
        return ReportPage(
            record: record, curves: curves, confusion: confusion, mistakes: mistakes,
            problems: record.problems + (problem.map { [$0] } ?? [])
        ).html.htmlDocument
    }

    private static func title(of name: String) -> String { "Loss and accuracy of \(name)" }

    private var curves: LineChartStack { RunCurves.chart(record.metrics, title: Self.title(of: record.name)) }

    private var confusion: ConfusionMatrixChart? {
        record.evaluation.map { evaluation in
            ConfusionMatrixChart(
                "\(TextFormat.grouped(evaluation.count)) \(evaluation.split) images",
                counts: evaluation.confusion, classNames: evaluation.classes)
        }
    }

    /// The images of the mistakes, from the sheet of them; nil without it.
    private func pictures() -> (pictures: [Bitmap]?, problem: String?) {
        let path = record.run.mistakes
        guard let count = record.evaluation?.mistakes.count, count > 0 else { return (nil, nil) }
        do {
            let sheet = try Bitmap(png: RecordFile.content(of: path), path: path)
            if let pictures = MistakeSheet.pictures(on: sheet, count: count) { return (pictures, nil) }
            return (
                nil, "\(path): expected a sheet of \(count) mistakes, as evaluation.json has, found another"
            )
        } catch let error as FileError where error.isMissing {
            return (nil, nil)
        } catch {
            return (nil, "\(error)")
        }
    }
}
