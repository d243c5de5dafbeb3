import Console
import Pictures

extension ForecastPage {
    @MarkupBuilder package var sections: [Markup] {
        section("Actual and forecast") { forecasts }
        if let scores, scores.train ?? scores.test != nil { section("Scores") { tables(of: scores) } }
        if let record, !record.futureDates.isEmpty { section("Days ahead") { daysAhead(record) } }
        section("Training") { losses }
        if !content.data.isEmpty || record?.dates.isEmpty == false { section("Data") { data } }
        for (model, summary) in content.models { layers("\(model.title): layers", summary) }
        if !content.options.isEmpty { configuration(content.options) }
        if !content.environment.isEmpty { environment(content.environment) }
        if !content.reproduce.isEmpty {
            commands(reproduce: content.reproduce, resume: content.resume, given: content.commandLine)
        }
    }

    @MarkupBuilder private var forecasts: [Markup] {
        if let record, !record.dates.isEmpty {
            ForecastCharts.forecastChart(record).svg
            Markup("p", ["class": "quiet"]) {
                "Each day is forecast from what came on the days before it, so that a line that only repeats the "
                    + "last value runs close to the actual one, a day late."
                    + (hasSeveralSeeds
                        ? " A line is the mean of the seeds, in a band from the lowest to the highest." : "")
                    + (record.futureDates.isEmpty ? "" : " Days ahead are forecast from forecasts.")
            }
        } else {
            Markup("p", ["class": "quiet"]) {
                content.state == .running
                    ? "Nothing is forecast before the networks are trained." : "Nothing was forecast."
            }
        }
    }

    private var hasSeveralSeeds: Bool {
        record?.models.contains { $0.members.count > 1 } ?? false
    }

    @MarkupBuilder private func tables(of scores: ForecastScores) -> [Markup] {
        for (name, split) in [("Test", scores.test), ("Train", scores.train)] {
            if let split {
                Markup("p") { scores.heading(name, split) }
                table(
                    "\(name) scores", columns: ["Model"] + ForecastScores.columns.dropFirst(),
                    rows: scores.rows(split), kind: "numbers")
            }
        }
        Markup("p", ["class": "quiet"]) {
            "MSE: the mean of the squared errors. RMSE: its root. MAE: the mean of the errors' magnitudes. Direction: how "
                + "often, of the days on which the target rises or falls, the forecast does the same. "
                + "\(scores.baseline.title): that \(scores.baseline.saying)."
        }
    }

    @MarkupBuilder private func daysAhead(_ record: ForecastRecord) -> [Markup] {
        Markup("p") {
            "\(record.target), forecast from forecasts"
                + (hasSeveralSeeds ? ": the mean of the seeds (the lowest…the highest)." : ".")
                + (record.frequency.map { " \($0)" } ?? "")
        }
        let (rows, shown) = (rowsAhead(record), 10)
        let columns = ["Day"] + record.models.map(\.model.title)
        table("Days ahead", columns: columns, rows: Array(rows.prefix(shown)), kind: "numbers")
        if rows.count > shown {
            Markup("details") {
                Markup("summary") { "All \(TextFormat.grouped(rows.count)) days" }
                table("All days ahead", columns: columns, rows: rows, kind: "numbers")
            }
        }
        if let rule = content.rule { Markup("p", ["class": "quiet"]) { rule } }
    }

    /// Returns the forecasts of each model for each day ahead: "2412.3 (2390.1…2430.0)".
    private func rowsAhead(_ record: ForecastRecord) -> [[String]] {
        let models = record.models.map { SeedCurves($0.members.map(\.future)) }
        let text = NumberStyle(models.flatMap(\.means), digits: 5).text
        return record.futureDates.enumerated().map { place, date in
            [date.date.map(DateTicks.unbroken) ?? date.description]
                + models.map { seeds in
                    let range = seeds.ranges.isEmpty ? nil : seeds.ranges[place]
                    return text(seeds.means[place])
                        + (range.map { " (\(text($0.low))…\(text($0.high)))" } ?? "")
                }
        }
    }

    @MarkupBuilder private var losses: [Markup] {
        if content.losses.contains(where: { $0.losses.contains { !$0.isEmpty } }) {
            ForecastCharts.lossChart(content.losses).svg
            Markup("p", ["class": "quiet"]) {
                "Epochs count from 0. The loss of an epoch is the mean of those of its batches, each before its step."
            }
        } else {
            Markup("p", ["class": "quiet"]) {
                content.state == .running ? "The first epoch is not done yet." : "No epoch was finished."
            }
        }
    }

    @MarkupBuilder private var data: [Markup] {
        for paragraph in content.data { Markup("p") { paragraph } }
        if let record {
            let days = record.dates.map(RowAhead.date)
            let spans = [
                ("Train", days.prefix(record.trainCount)), ("Test", days.dropFirst(record.trainCount)),
                ("Ahead", record.futureDates[...]),
            ]
            let rows = spans.compactMap { name, dates -> [String]? in
                guard let first = dates.first, let last = dates.last else { return nil }
                return [name, TextFormat.grouped(dates.count), first.description, last.description]
            }
            if !rows.isEmpty {
                table("Days", columns: ["Days", "Number", "First", "Last"], rows: rows, kind: "numbers")
            }
        }
    }
}
