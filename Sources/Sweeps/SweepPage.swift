import Console
import Pictures
import Runs
import Training

/// The page `report.html` of a sweep.
struct SweepPage: RunPage {
    /// The sweep's name.
    let name: String
    let results: SweepResults
    /// The winner's scores on the test set; nil until all entries are complete.
    let test: SweepTest?
    /// The winner; nil if there is none.
    let winner: SweepWinner?

    private var plan: SweepPlan { results.plan }

    var problems: [String] { [] }

    var header: RunPageHeader {
        RunPageHeader(
            kind: "Sweep", name: name, state: results.isComplete ? .finished : .stopped,
            progress: "\(results.done) of \(plan.entries.count) entries done", result: result,
            verdict: results.verdict(test), figures: figures)
    }

    private var result: [Markup] {
        guard let test else {
            return [Markup("span", ["class": "quiet"]) { "No winner yet." }]
        }
        let seeds = test.scores.count
        return [
            Markup("strong") { "\(test.accuracy.text(decimals: 2))\u{A0}%" },
            Markup("span") {
                seeds == 1
                    ? "test accuracy of the winner, one seed"
                    : "test accuracy of the winner, mean ± standard deviation over \(seeds) seeds"
            },
        ]
    }

    private var figures: [(name: String, value: String)] {
        var figures: [(name: String, value: String)] = [
            ("Settings", TextFormat.grouped(plan.settings.count)),
            ("Seeds", TextFormat.grouped(plan.seeds.count)),
            ("Entries", TextFormat.grouped(plan.entries.count)),
        ]
        let diverged = results.settings.reduce(0) { $0 + $1.diverged }
        if diverged > 0 { figures.append(("Diverged", TextFormat.grouped(diverged))) }
        let seconds = results.results.reduce(0) { $0 + ($1?.seconds ?? 0) }
        figures.append(("Total training time", TextFormat.timeSpan(seconds)))
        return figures
    }

    /// The style of tables whose first column names settings.
    private let kind = "numbers settings"

    @MarkupBuilder var sections: [Markup] {
        section("Settings") {
            table("Settings", columns: results.columns, rows: results.rows(), kind: kind)
            Markup("p", ["class": "quiet"]) { SweepResults.legend }
        }
        if let chart = SweepSeedChart(results).chart {
            section("Seeds") { chart.svg }
        }
        if !results.differenceRows().isEmpty {
            section("Gap to best") {
                table(
                    "Gap to best", columns: SweepResults.differenceColumns,
                    rows: results.differenceRows(), kind: kind)
                Markup("p", ["class": "quiet"]) { results.differenceLegend }
            }
        }
        if let test { section("Test") { scores(of: test) } }
        if let winner {
            section("Winner") {
                Markup("p") { "\(winner.title). Its checkpoint:" }
                Markup("pre") { winner.run.bestCheckpoint }
                for command in winner.commands {
                    Markup("p") { "\(command.purpose):" }
                    shell([command.words])
                }
            }
        }
        section("Entries") {
            Markup("details") {
                Markup("summary") { "All \(TextFormat.grouped(plan.entries.count)) entries" }
                table("Entries", columns: entryColumns, rows: entryRows, kind: kind)
            }
        }
        section("Plan") {
            Markup("p") {
                "Each entry is trained on one thread with these options, the options of its setting, and its seed:"
            }
            shell([[Program.mnistBiLSTM.name, "train"] + plan.base])
        }
    }

    @MarkupBuilder private func scores(of test: SweepTest) -> [Markup] {
        Markup("p") {
            "The weights of each seed's best epoch, evaluated on the test set. The test set was read after all entries "
                + "were done, and only for the winner: it was not used for model selection."
        }
        Markup("details", ["open": test.scores.count > 10 ? nil : ""]) {
            Markup("summary") { test.scores.count == 1 ? "One seed" : "All \(test.scores.count) seeds" }
            table(
                "Test",
                columns: ["Seed", "Test acc % ± std. error", "Test loss"]
                    + results.otherMetrics.map { "Test \($0.title.lowercased())" },
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
        ["Setting", "Seed", "Entry", "Val acc %", "Val loss", "Train acc %", "Evaluated epoch"]
            + results.otherMetrics.flatMap { metric in
                ["Val", "Train"].map { "\($0) \(metric.title.lowercased())" }
            }
    }

    private var entryRows: [[String]] {
        zip(plan.entries, results.results).map { entry, result in
            let missing = result.map { $0.state == .diverged ? "diverged" : "–" } ?? "–"
            func score(_ metric: Metric, _ split: MetricSplit) -> String {
                result?[metric, split].map(metric.text) ?? missing
            }
            return [
                plan.title(of: entry.setting), "\(entry.seed)", "\(entry.index)",
                score(.accuracy, .validation), score(.crossEntropy, .validation),
                score(.accuracy, .train), result?.scoredEpoch.map(String.init) ?? "–",
            ] + results.otherMetrics.flatMap { [score($0, .validation), score($0, .train)] }
        }
    }
}
