import Console
import Pictures
import Prices
import Runs

extension ForecastPage {
    @MarkupBuilder package var sections: [Markup] {
        section(text(.forecasts)) { forecasts }
        if let scores, scores.train ?? scores.test != nil { section(text(.scores)) { tables(of: scores) } }
        if let record, !record.futureDates.isEmpty { section(text(.daysAhead)) { daysAhead(record) } }
        section(text(.training)) { losses }
        if !content.data.isEmpty || record?.dates.isEmpty == false { section(text(.data)) { data } }
        for (model, summary) in content.models { layers(text(.layersOf, ["model": model.title]), summary) }
        if !content.options.isEmpty { configuration(content.options) }
        if !content.environment.isEmpty { environment(content.environment) }
        if !content.reproduce.isEmpty {
            commands(
                reproduce: content.reproduce, resume: content.resume.map { shell([$0]) },
                given: content.commandLine)
        }
    }

    @MarkupBuilder private var forecasts: [Markup] {
        if let record, !record.dates.isEmpty {
            ForecastCharts.forecastChart(record, in: language).svg
            Markup("p", ["class": "quiet"]) {
                ([text(.forecastsCaption)] + (hasSeveralSeeds ? [text(.seedsCaption)] : [])
                    + (record.futureDates.isEmpty ? [] : [text(.aheadCaption)])).joined(separator: " ")
            }
        } else {
            Markup("p", ["class": "quiet"]) {
                text(content.state == .running ? ForecastText.nothingForecastYet : .nothingForecast)
            }
        }
    }

    private var hasSeveralSeeds: Bool {
        record?.models.contains { $0.members.count > 1 } ?? false
    }

    @MarkupBuilder private func tables(of scores: ForecastScores) -> [Markup] {
        for (name, title, split) in [
            (ForecastText.test, ForecastText.testScores, scores.test), (.train, .trainScores, scores.train),
        ] {
            if let split {
                Markup("p") { scores.heading(name, split, in: language) }
                table(
                    text(title),
                    columns: [text(.model)] + ForecastScores.columns(in: language).dropFirst(),
                    rows: scores.rows(split, in: language), kind: "numbers")
            }
        }
        Markup("p", ["class": "quiet"]) {
            text(
                .scoreLegend,
                [
                    "baseline": scores.baseline.title(in: language),
                    "saying": scores.baseline.saying(in: language),
                ])
        }
    }

    @MarkupBuilder private func daysAhead(_ record: ForecastRecord) -> [Markup] {
        Markup("p") {
            ([text(hasSeveralSeeds ? .aheadOfSeeds : .aheadOf, ["target": record.target])]
                + (record.frequency.map { [language.translated($0, from: PriceText.self)] } ?? []))
                .joined(separator: " ")
        }
        let (rows, shown) = (rowsAhead(record), 10)
        let columns = [text(.day)] + record.models.map(\.model.title)
        table(text(.daysAhead), columns: columns, rows: Array(rows.prefix(shown)), kind: "numbers")
        if rows.count > shown {
            Markup("details") {
                Markup("summary") { text(.allDays, ["count": TextFormat.grouped(rows.count)]) }
                table(text(.allDaysAhead), columns: columns, rows: rows, kind: "numbers")
            }
        }
        if let rule = content.rule { Markup("p", ["class": "quiet"]) { rule } }
    }

    /// Returns the forecasts of each model for each day ahead: "2412.3 (2390.1…2430.0)".
    private func rowsAhead(_ record: ForecastRecord) -> [[String]] {
        let models = record.models.map { SeedCurves($0.members.map(\.future)) }
        let text = NumberStyle(models.flatMap(\.means), digits: 5).text
        return record.futureDates.enumerated().map { place, date in
            [date.date.map { DateTicks.unbroken($0, in: language) } ?? date.description]
                + models.map { seeds in
                    let range = seeds.ranges.isEmpty ? nil : seeds.ranges[place]
                    return text(seeds.means[place])
                        + (range.map { " (\(text($0.low))…\(text($0.high)))" } ?? "")
                }
        }
    }

    @MarkupBuilder private var losses: [Markup] {
        if content.losses.contains(where: { $0.losses.contains { !$0.isEmpty } }) {
            ForecastCharts.lossChart(content.losses, in: language).svg
            Markup("p", ["class": "quiet"]) {
                text(.lossCaption)
            }
        } else {
            Markup("p", ["class": "quiet"]) {
                text(content.state == .running ? RunText.noEpochYet : .noEpoch)
            }
        }
    }

    /// Returns a sentence about the data, which the run stores in English, in the page's language.
    private func translated(_ sentence: String) -> String {
        let known = language.translated(sentence, from: ForecastDataText.self)
        return known == sentence ? language.translated(sentence, from: PriceText.self) : known
    }

    @MarkupBuilder private var data: [Markup] {
        for paragraph in content.data { Markup("p") { translated(paragraph) } }
        if let record {
            let days = record.dates.map(RowAhead.date)
            let spans = [
                (text(ForecastText.train), days.prefix(record.trainCount)),
                (text(ForecastText.test), days.dropFirst(record.trainCount)),
                (text(.ahead), record.futureDates[...]),
            ]
            let rows = spans.compactMap { name, dates -> [String]? in
                guard let first = dates.first, let last = dates.last else { return nil }
                return [name, TextFormat.grouped(dates.count), first.description, last.description]
            }
            if !rows.isEmpty {
                table(
                    text(.days), columns: [text(.days), text(.number), text(.first), text(.last)], rows: rows,
                    kind: "numbers")
            }
        }
    }
}
