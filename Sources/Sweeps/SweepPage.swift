import Console
import Pictures
import Runs
import Training

/// The page `report.html` of a sweep.
struct SweepPage: RunPage {
    /// The sweep's name.
    let name: String
    /// The name of the program that trains the entries.
    let program: String
    let language: Language
    let results: SweepResults
    /// The winner's scores on the test set; nil until all entries are complete.
    let test: SweepTest?
    /// The winner; nil if there is none.
    let winner: SweepWinner?

    private var plan: SweepPlan { results.plan }

    private func text(_ key: SweepText, _ values: [String: String] = [:], count: Int? = nil) -> String {
        language.text(key, values, count: count)
    }

    var problems: [String] { [] }

    var header: RunPageHeader {
        RunPageHeader(
            kind: text(.kind), name: name, state: results.isComplete ? .finished : .stopped,
            progress: text(.entriesDone, ["done": "\(results.done)", "count": "\(results.count)"]),
            result: result, verdict: results.verdict(test, in: language), figures: figures)
    }

    private var result: [Markup] {
        func accuracy(_ accuracy: Spread, _ oneSeed: SweepText, _ seeds: SweepText) -> [Markup] {
            [
                Markup("strong") { "\(accuracy.text(decimals: 2))\u{A0}%" },
                Markup("span") {
                    text(results.seedCount == 1 ? oneSeed : seeds, ["seeds": "\(results.seedCount)"])
                },
            ]
        }
        if let test { return accuracy(test.accuracy, .testAccuracyOneSeed, .testAccuracy) }
        // Without a test set.
        if let validation = results.winner.flatMap({ results.settings[$0].accuracy }) {
            return accuracy(validation, .validationAccuracyOneSeed, .validationAccuracy)
        }
        return [Markup("span", ["class": "quiet"]) { text(.noWinner) }]
    }

    private var figures: [(name: String, value: String)] {
        var figures: [(name: String, value: String)] = [
            (text(.settings), TextFormat.grouped(plan.settings.count)),
            (text(.seeds), TextFormat.grouped(results.seedCount)),
            (text(.entries), TextFormat.grouped(results.count)),
        ]
        let diverged = results.settings.reduce(0) { $0 + $1.diverged }
        if diverged > 0 { figures.append((text(.diverged), TextFormat.grouped(diverged))) }
        let seconds = results.results.reduce(0) { $0 + ($1?.seconds ?? 0) }
        figures.append((text(.trainingTime), language.timeSpan(seconds)))
        return figures
    }

    /// The style of tables whose first column names settings.
    private let kind = "numbers settings"

    @MarkupBuilder var sections: [Markup] {
        section(text(.settings)) {
            table(
                text(.settings), columns: results.columns(in: language), rows: results.rows(in: language),
                kind: kind)
            Markup("p", ["class": "quiet"]) { text(.legend) }
            if let origins = results.origins(in: language) { Markup("p", ["class": "quiet"]) { origins } }
        }
        if let chart = SweepSeedChart(results, in: language).chart {
            section(text(.seeds)) { chart.svg }
        }
        if !results.differenceRows(in: language).isEmpty {
            section(text(.gap)) {
                table(
                    text(.gap), columns: results.differenceColumns(in: language),
                    rows: results.differenceRows(in: language), kind: kind)
                Markup("p", ["class": "quiet"]) { results.differenceLegend(in: language) }
            }
        }
        if let test { section(text(SweepText.test)) { scores(of: test) } }
        if let winner {
            section(text(.winner)) {
                Markup("p") { text(.checkpoint, ["run": winner.title(in: language)]) }
                Markup("pre") { winner.run.bestCheckpoint }
                for command in winner.commands {
                    Markup("p") { "\(text(command.purpose)):" }
                    shell([command.words])
                }
            }
        }
        section(text(.entries)) {
            Markup("details") {
                Markup("summary") {
                    text(.allEntries, ["count": TextFormat.grouped(entryRows.count)])
                }
                table(text(.entries), columns: entryColumns, rows: entryRows, kind: kind)
            }
        }
        section(text(.plan)) {
            Markup("p") {
                text(.planned)
            }
            shell([[program, "train"] + plan.base])
        }
    }

    @MarkupBuilder private func scores(of test: SweepTest) -> [Markup] {
        Markup("p") {
            text(.testLegend)
        }
        Markup("details", ["open": test.scores.count > 10 ? nil : ""]) {
            Markup("summary") {
                text(test.scores.count == 1 ? .oneSeed : .allSeeds, ["count": "\(test.scores.count)"])
            }
            table(
                text(SweepText.test),
                columns: [text(.seedColumn), text(.testAccuracyColumn), text(.testLossColumn)]
                    + results.otherMetrics.map { text(.testMetric, ["metric": $0.title.lowercased()]) },
                rows: test.scores.map { score in
                    [
                        "\(score.seed)",
                        "\(TextFormat.percent(score.accuracy)) ± \(TextFormat.percent(score.standardError))",
                        TextFormat.loss(score.loss),
                    ]
                        + results.otherMetrics.map { metric in
                            score.metrics?[metric.name].map(metric.text) ?? "–"
                        }
                }, kind: "numbers")
        }
    }

    private var entryColumns: [String] {
        [
            text(.settingColumn), text(.seedColumn), text(.entryColumn), text(.validationAccuracyColumn),
            text(.validationLossColumn), text(.trainAccuracyColumn), text(.evaluatedEpochColumn),
        ]
            + results.otherMetrics.flatMap { metric in
                [SweepText.validationMetric, .trainMetric].map { key in
                    text(key, ["metric": metric.title.lowercased()])
                }
            }
    }

    /// The entries with their results; with `--until` only those that count.
    private var shownEntries: [(entry: SweepPlan.Entry, result: SweepResult?)] {
        zip(plan.entries, results.results).compactMap { entry, result in
            results.race != nil && result == nil ? nil : (entry, result)
        }
    }

    private var entryRows: [[String]] {
        shownEntries.map { entry, result in
            let missing = result.map { $0.outcome == .diverged ? text(.divergedCell) : "–" } ?? "–"
            func score(_ metric: Metric, _ split: MetricSplit) -> String {
                result?[metric, split].map(metric.text) ?? missing
            }
            return [
                language.translated(plan.title(of: entry.setting), from: SweepTitle.self), "\(entry.seed)",
                "\(entry.index)",
                score(.accuracy, .validation), score(.crossEntropy, .validation),
                score(.accuracy, .train), result?.scoredEpoch.map(String.init) ?? "–",
            ] + results.otherMetrics.flatMap { [score($0, .validation), score($0, .train)] }
        }
    }
}
