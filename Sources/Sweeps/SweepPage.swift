import Console
import Pictures
import Runs

/// `report.html` of a sweep.
struct SweepPage: RunPage {
    let report: SweepReport

    private var results: SweepResults { report.results }
    private var plan: SweepPlan { report.results.plan }

    var problems: [String] { [] }

    var header: RunPageHeader {
        RunPageHeader(
            kind: "Sweep", name: report.sweep.name, state: results.isComplete ? .finished : .stopped,
            progress: "\(results.done) of \(plan.entries.count) entries done", result: result,
            verdict: results.verdict(report.test), figures: figures)
    }

    private var result: [Markup] {
        guard let test = report.test else {
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
        figures.append(("Training time, summed", TextFormat.timeSpan(seconds)))
        return figures
    }

    /// Of tables whose rows are named by settings.
    private let kind = "numbers settings"

    @MarkupBuilder var sections: [Markup] {
        section("Settings") {
            table("Settings", columns: SweepResults.columns, rows: results.rows(), kind: kind)
            Markup("p", ["class": "quiet"]) { SweepResults.legend }
        }
        if !results.differenceRows().isEmpty {
            section("Behind the best") {
                table(
                    "Behind the best", columns: SweepResults.differenceColumns,
                    rows: results.differenceRows(), kind: kind)
                Markup("p", ["class": "quiet"]) { results.differenceLegend }
            }
        }
        if let test = report.test { section("Test") { scores(of: test) } }
        section("Entries") {
            Markup("details") {
                Markup("summary") { "All \(TextFormat.grouped(plan.entries.count)) entries" }
                table("Entries", columns: entryColumns, rows: entryRows, kind: kind)
            }
        }
        section("Plan") {
            Markup("p") {
                "Each entry is a training of one thread with these options, those of its setting, and its seed:"
            }
            shell([[Program.mnistBiLSTM.name, "train"] + plan.base])
        }
    }

    @MarkupBuilder private func scores(of test: SweepTest) -> [Markup] {
        Markup("p") {
            "The weights of each seed's best epoch, scored on the test images. These were read when all entries were "
                + "done, for the winner alone: they have chosen nothing."
        }
        Markup("details", ["open": test.scores.count > 10 ? nil : ""]) {
            Markup("summary") { test.scores.count == 1 ? "One seed" : "All \(test.scores.count) seeds" }
            table(
                "Test", columns: ["Seed", "Test acc % ± its SE", "Test loss"],
                rows: test.scores.map {
                    [
                        "\($0.seed)",
                        "\(TextFormat.percent($0.accuracy)) ± \(TextFormat.percent($0.standardError))",
                        TextFormat.loss($0.loss),
                    ]
                }, kind: "numbers")
        }
    }

    private var entryColumns: [String] {
        ["Setting", "Seed", "Entry", "Val acc %", "Val loss", "Train acc %", "Scored epoch"]
    }

    private var entryRows: [[String]] {
        zip(plan.entries, results.results).map { entry, result in
            let missing = result == nil ? "–" : "diverged"
            return [
                plan.title(of: entry.setting), "\(entry.seed)", "\(entry.index)",
                result?.validationAccuracy.map(TextFormat.percent) ?? missing,
                result?.validationLoss.map(TextFormat.loss) ?? missing,
                result?.trainAccuracy.map(TextFormat.percent) ?? missing,
                result?.scoredEpoch.map(String.init) ?? "–",
            ]
        }
    }
}
