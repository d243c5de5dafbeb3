import Console
import Pictures
import Training

/// The caption of a misclassified sample.
package struct MistakeCaption {
    /// The true class and the predicted class: "8 → zero".
    package let classes: String
    /// The probability of the predicted class: "98.7 %".
    package let share: String
    /// The name of the sample: "image 14".
    package let sample: String
    /// All of it in a sentence, for those who cannot see the picture.
    package let description: String
}

extension ClassifierPage {
    @MarkupBuilder func scores(of evaluation: Evaluation) -> [Markup] {
        if let confusion {
            section(text(.confusionMatrix)) { confusion.svg }
        }
        section(text(.classes)) { classes(evaluation) }
        section(text(.worstErrors)) { mistakes(of: evaluation) }
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
                text(.classColumn), words(.samplesColumn), text(.precision), text(.recall), text(.f1),
            ],
            rows: scores.map { score in
                [score.name, TextFormat.grouped(score.count)]
                    + [score.precision, score.recall, score.f1].map {
                        $0.map { TextFormat.percent(100 * $0) } ?? "–"
                    }
            },
            footer: [text(.mean), TextFormat.grouped(evaluation.count)] + mean, kind: "numbers")
        Markup("p", ["class": "quiet"]) {
            words(.classLegend)
        }
    }

    @MarkupBuilder private func mistakes(of evaluation: Evaluation) -> [Markup] {
        let count = evaluation.count - evaluation.correct
        let shown = evaluation.mistakes
        Markup("p") {
            if shown.isEmpty {
                words(.noErrors, ["count": TextFormat.grouped(evaluation.count)])
            } else {
                text(
                    .errors, ["shown": TextFormat.grouped(shown.count), "count": TextFormat.grouped(count)])
            }
        }
        gallery(shown.map { caption($0, evaluation) }, language)
    }

    private func caption(_ mistake: Evaluation.Mistake, _ evaluation: Evaluation) -> MistakeCaption {
        let label = evaluation.classes[mistake.label]
        let predicted = evaluation.classes[mistake.predicted]
        let share = "\(TextFormat.fixed(100 * mistake.probability, decimals: 1))\u{A0}%"
        return MistakeCaption(
            classes: "\(label) → \(predicted)", share: share,
            sample: words(.sample, ["index": "\(mistake.index)"]),
            description: words(
                .error,
                [
                    "split": language.translated(evaluation.split, from: RunText.self),
                    "index": "\(mistake.index)", "label": sample.inSentence(label, language),
                    "predicted": sample.inSentence(predicted, language), "share": share,
                ]))
    }

    @MarkupBuilder var commands: [Markup] {
        if let configuration = record.configuration {
            let build = ["swift", "run", "-c", "release"]
            commands(
                reproduce: (configuration.gitCommit.map { [["git", "checkout", $0]] } ?? []) + [
                    build + configuration.reproduceCommand
                ],
                resume: record.canResume
                    ? shell([build + record.run.command("--resume", of: record.program)]) : nil,
                given: configuration.commandLine)
        }
    }
}
