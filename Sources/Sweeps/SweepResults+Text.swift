import Console
import Training

extension SweepResults {
    /// Returns the titles of the columns of ``rows(atMost:isShort:in:)``.
    package func columns(in language: Language = .english) -> [String] {
        [
            SweepText.settingColumn, .validationAccuracyColumn, .seeds, .standardErrorColumn,
            .validationLossColumn,
        ]
        .map { language.text($0) }
            + otherMetrics.map {
                language.text(SweepText.validationMetric, ["metric": $0.title.lowercased()])
            }
    }

    /// Returns a row for each setting, the best first.
    ///
    /// - Parameters:
    ///   - limit: The maximum number of rows.
    ///   - isShort: Whether to name settings only by their values.
    ///   - language: The language of the words.
    package func rows(
        atMost limit: Int = .max, isShort: Bool = false, in language: Language = .english
    ) -> [[String]] {
        ranked.prefix(limit).map { place in
            let setting = settings[place]
            return [
                language.translated(
                    isShort ? plan.shortTitle(of: place) : setting.title, from: SweepTitle.self),
                setting.accuracy.map { $0.text(decimals: 2) } ?? "–",
                seeds(of: place, in: language),
                setting.standardError.map { TextFormat.fixed($0, decimals: 3) } ?? "–",
                setting.loss.map { $0.text(decimals: 4) } ?? "–",
            ] + zip(otherMetrics, setting.others).map { $1?.text($0.text) ?? "–" }
        }
    }

    /// Returns the number of a setting's seeds, and its state in words.
    private func seeds(of place: Int, in language: Language) -> String {
        let setting = settings[place]
        let values = [
            "done": "\(setting.done)", "seeds": "\(plan.seeds.count)", "diverged": "\(setting.diverged)",
        ]
        if setting.diverged > 0 { return language.text(SweepText.someDiverged, values) }
        return switch race?.standings[place].state {
        case .paused?: language.text(SweepText.paused, values)
        case nil: "\(setting.done)/\(plan.seeds.count)"
        default: "\(setting.done)"
        }
    }

    /// Returns the titles of the columns of ``differenceRows(in:)``.
    func differenceColumns(in language: Language = .english) -> [String] {
        let columns: [SweepText] =
            race == nil
            ? [.settingColumn, .gapColumn, .intervalColumn, .probabilityColumn, .correctedColumn]
            : [.settingColumn, .gapColumn, .seedsTogether, .evidenceColumn, .boundColumn]
        return columns.map { language.text($0) }
    }

    /// Returns a row for each setting that can be compared with the best.
    func differenceRows(in language: Language = .english) -> [[String]] {
        if let race { return evidenceRows(race) }
        return ranked.compactMap { place in
            guard let difference = settings[place].fromBest, let corrected = settings[place].probability
            else {
                return nil
            }
            return [
                settings[place].title, Self.points(difference.mean),
                language.text(
                    SweepText.interval,
                    ["low": Self.points(difference.lower), "high": Self.points(difference.upper)]),
                Self.chance(difference.probability),
                Self.chance(corrected),
            ]
        }
    }

    static func points(_ value: Double) -> String { TextFormat.fixed(value, decimals: 3) }

    static func chance(_ value: Double) -> String {
        value < 0.0001 ? "< 0.0001" : TextFormat.fixed(value, decimals: 4)
    }

    /// The positions of the settings from the highest accuracy to the lowest. Settings that are paused, diverged or have no
    /// result are last.
    var ranked: [Int] {
        func key(_ place: Int) -> (Int, Double, Double) {
            let setting = settings[place]
            return (
                place == best
                    ? 0 : setting.accuracy == nil ? 4 : setting.diverged > 0 ? 3 : isPaused(place) ? 2 : 1,
                -(setting.accuracy?.mean ?? 0), setting.loss?.mean ?? 0
            )
        }
        return settings.indices.sorted { key($0) < key($1) }
    }

    /// Returns the settings as a table for people.
    ///
    /// - Parameters:
    ///   - columns: The maximum number of columns, from the left.
    ///   - limit: The maximum number of settings.
    ///   - width: The width in characters, to which names of settings are shortened where necessary.
    package func table(columns: Int = .max, atMost limit: Int = .max, width: Int = .max)
        -> String
    {
        let hidden = settings.count - limit
        func table(_ rows: [[String]]) -> String {
            Self.table(Array(self.columns().prefix(columns)), rows.map { Array($0.prefix(columns)) })
                + (hidden > 0 ? "\n… and \(hidden) more" : "")
        }
        func excess(_ text: String) -> Int {
            (text.split(separator: "\n").map(\.count).max() ?? 0) - width
        }
        let whole = table(rows(atMost: limit))
        if width == .max || excess(whole) <= 0 { return whole }
        let rows = rows(atMost: limit, isShort: true)
        let short = table(rows)
        if excess(short) <= 0 { return short }
        let room = max(1, (rows.map(\.[0].count).max() ?? 0) - excess(short))
        return table(
            rows.map { cells in
                let title = cells[0].count > room ? cells[0].prefix(room - 1) + "…" : cells[0][...]
                return [String(title)] + cells.dropFirst()
            })
    }

    /// Returns the gaps to the best setting as a table for people; nil if no setting can be compared.
    func differenceTable() -> String? {
        let rows = differenceRows()
        return rows.isEmpty ? nil : Self.table(differenceColumns(), rows)
    }

    private static func table(_ columns: [String], _ rows: [[String]]) -> String {
        var table = TextTable(
            columns.enumerated().map { .init($1, $0 == 0 ? .left : .right) }, style: .plain)
        for row in rows { table.append(row) }
        return table.rendered().printable
    }

    /// The explanation of the table of settings.
    package static let legend = Language.english.text(SweepText.legend)

    /// Returns the explanation of the table of gaps.
    func differenceLegend(in language: Language = .english) -> String {
        if race != nil {
            return language.text(SweepText.evidenceLegend, ["count": "\(settings.count)"])
        }
        let count = settings.count { $0.fromBest != nil }
        return language.text(SweepText.gapLegend, ["count": "\(count)"], count: count)
    }

    /// Returns sentences about the winner, the significance of its lead, and its test accuracy.
    package func verdict(_ test: SweepTest?, in language: Language = .english) -> String {
        func text(_ key: SweepText, _ values: [String: String] = [:]) -> String { language.text(key, values) }
        guard isComplete else {
            if let race { return progress(of: race, in: language) }
            return text(.unfinished, ["done": "\(done)", "count": "\(plan.entries.count)"])
        }
        let isAlone = settings.count == 1
        guard let winner, let accuracy = settings[winner].accuracy else {
            return text(isAlone ? .divergedAlone : .divergedAll)
        }
        let values = [
            "setting": language.translated(settings[winner].title, from: SweepTitle.self),
            "accuracy": accuracy.text(decimals: 2),
        ]
        var sentences =
            isAlone
            ? [text(.accuracyAlone, values)]
            : race.map { endings(of: $0, values, in: language) } ?? [text(.winnerIs, values)]
                + doubts(language)
        if let test {
            let key: SweepText =
                isAlone
                ? seedCount == 1 ? .testAlone : .testAloneSeeds
                : seedCount == 1 ? .testOfWinner : .testOfWinnerSeeds
            sentences.append(
                text(
                    key, ["accuracy": test.accuracy.text(decimals: 2), "seeds": "\(seedCount)"]))
        }
        return sentences.joined(separator: " ")
    }

    /// Returns sentences about the settings over which the winner's lead is not significant, or with which it could not
    /// be compared.
    private func doubts(_ language: Language) -> [String] {
        let seeds = plan.seeds.count
        if seeds == 1 { return [language.text(SweepText.oneSeedDoubt)] }
        func text(_ key: SweepText, _ count: Int) -> [String] {
            count == 0
                ? [] : [language.text(key, ["count": "\(count)", "seeds": "\(seeds)"], count: count)]
        }
        let close = settings.count { ($0.probability ?? 0) >= 0.05 }
        let untested = settings.count - 1 - settings.count { $0.fromBest != nil }
        return text(seeds < 5 ? .doubtFewSeeds : .doubt, close) + text(.untested, max(0, untested))
    }
}
