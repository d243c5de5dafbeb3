import Console
import Pictures
import Runs
import Training

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ImageRunPage {
    @MarkupBuilder package func scores(of evaluation: Evaluation) -> [Markup] {
        if let confusion {
            section(text(.confusionMatrix)) { confusion.svg }
        }
        section(text(.classes)) { classes(evaluation) }
        section(text(.worstErrors)) { gallery(evaluation) }
    }

    @MarkupBuilder private func classes(_ evaluation: Evaluation) -> [Markup] {
        let scores = evaluation.classScores
        let mean = [\Evaluation.ClassScore.precision, \.recall, \.f1].map { path -> String in
            let values = scores.compactMap { $0[keyPath: path] }
            return values.isEmpty ? "–" : TextFormat.percent(100 * values.reduce(0, +) / Double(values.count))
        }
        table(
            text(.classes),
            columns: [
                text(.classColumn), text(.imagesColumn), text(.precision), text(.recall), text(.f1),
            ],
            rows: scores.map { score in
                [score.name, TextFormat.grouped(score.count)]
                    + [score.precision, score.recall, score.f1].map {
                        $0.map { TextFormat.percent(100 * $0) } ?? "–"
                    }
            },
            footer: [text(.mean), TextFormat.grouped(evaluation.count)] + mean, kind: "numbers")
        Markup("p", ["class": "quiet"]) {
            text(.classLegend)
        }
    }

    @MarkupBuilder private func gallery(_ evaluation: Evaluation) -> [Markup] {
        let count = evaluation.count - evaluation.correct
        let shown = evaluation.mistakes
        Markup("p") {
            if shown.isEmpty {
                text(.noErrors, ["count": TextFormat.grouped(evaluation.count)])
            } else {
                text(
                    .errors, ["shown": TextFormat.grouped(shown.count), "count": TextFormat.grouped(count)])
            }
        }
        Markup("ul", ["class": "mistakes"]) {
            for (place, mistake) in shown.enumerated() {
                let label = evaluation.classes[mistake.label]
                let predicted = evaluation.classes[mistake.predicted]
                let share = "\(TextFormat.fixed(100 * mistake.probability, decimals: 1))\u{A0}%"
                Markup("li") {
                    if let mistakes, mistakes.indices.contains(place) {
                        Markup(
                            "img",
                            [
                                "src":
                                    "data:image/png;base64,\(Data(mistakes[place].png()).base64EncodedString())",
                                "alt": text(
                                    .error,
                                    [
                                        "split": language.translated(evaluation.split, from: RunText.self),
                                        "index": "\(mistake.index)", "label": inSentence(label),
                                        "predicted": inSentence(predicted), "share": share,
                                    ]),
                                "width": "84",
                                "height": "84",
                            ])
                    }
                    Markup("strong") { "\(label) → \(predicted)" }
                    Markup("span") { share }
                    Markup("span", ["class": "quiet"]) { text(.image, ["index": "\(mistake.index)"]) }
                }
            }
        }
    }

    /// Returns the name of a class in a sentence, in English with its article: "an 8", "a 4".
    private func inSentence(_ name: String) -> String {
        guard language == .english else { return name }
        let soundsOpen = name.first.map { "8aeiouAEIOU".contains($0) } ?? false
        return "\(soundsOpen || name == "11" || name == "18" ? "an" : "a")\u{A0}\(name)"
    }

    @MarkupBuilder package var configuration: [Markup] {
        if let configuration = record.configuration {
            self.configuration(configuration.listed)
        }
    }

    @MarkupBuilder package var model: [Markup] {
        if let model = record.configuration?.model { layers(text(.model), model) }
    }

    @MarkupBuilder package var environment: [Markup] {
        if let rows = record.configuration?.environment, !rows.isEmpty { environment(rows) }
    }

    @MarkupBuilder package var commands: [Markup] {
        if let configuration = record.configuration {
            let build = ["swift", "run", "-c", "release"]
            commands(
                reproduce: (configuration.gitCommit.map { [["git", "checkout", $0]] } ?? []) + [
                    build + configuration.reproduceCommand
                ],
                resume: record.canResume
                    ? build + record.run.command("--resume", of: record.program) : nil,
                given: configuration.commandLine)
        }
    }
}
