import Console
import Pictures
import Platform
import Runs

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The pictures and the report of a run, drawn from its files: `curves.svg`, `confusion.svg` and `report.html`, which shows
/// the pictures of the mistakes.
package struct ImageRunReport: Sendable {
    package let record: RunRecord
    private let language: Language?

    /// - Parameters:
    ///   - record: The run to report.
    ///   - language: The language of the report; the run's if nil.
    package init(_ record: RunRecord, language: Language? = nil) {
        self.record = record
        self.language = language
    }

    package init(run: RunDirectory, language: Language? = nil) {
        self.init(RunRecord(run, of: [.mnistBiLSTM]), language: language)
    }

    /// Replaces the files, each atomically.
    package func write() throws(FileError) { try report.write() }

    /// The content of `report.html`: a single file that works offline and without scripts.
    package var html: String { report.html }

    private var report: ClassifierReport {
        let (mistakes, problem) = mistakePictures()
        return ClassifierReport(
            record, sample: .image, language: language, problem: problem,
            gallery: { captions, _ in [Self.gallery(captions, mistakes)] })
    }

    private static func gallery(_ captions: [MistakeCaption], _ pictures: [Bitmap]?) -> Markup {
        Markup("ul", ["class": "mistakes"]) {
            for (place, caption) in captions.enumerated() {
                Markup("li") {
                    if let pictures, pictures.indices.contains(place) {
                        Markup(
                            "img",
                            [
                                "src":
                                    "data:image/png;base64,\(Data(pictures[place].png()).base64EncodedString())",
                                "alt": caption.description, "width": "84", "height": "84",
                            ])
                    }
                    Markup("strong") { caption.classes }
                    Markup("span") { caption.share }
                    Markup("span", ["class": "quiet"]) { caption.sample }
                }
            }
        }
    }

    /// Returns the pictures of the mistakes, cut from `mistakes.png`; nil if it does not exist or is damaged.
    package func mistakePictures() -> (pictures: [Bitmap]?, problem: String?) {
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
