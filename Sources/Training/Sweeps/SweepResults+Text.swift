extension SweepResults {
    static let columns = ["Setting", "Seeds", "Val acc %", "± SE", "Val loss"]

    /// A row for each setting, the best first.
    func rows(atMost limit: Int = .max) -> [[String]] {
        ranked.prefix(limit).map { place in
            let setting = settings[place]
            let seeds =
                "\(setting.done)/\(plan.seeds.count)"
                + (setting.diverged > 0 ? ", \(setting.diverged) diverged" : "")
            return [
                setting.title, seeds,
                setting.accuracy.map { ForecastScores.cell($0, decimals: 2) } ?? "–",
                setting.standardError.map { TextFormat.fixed($0, decimals: 3) } ?? "–",
                setting.loss.map { ForecastScores.cell($0, decimals: 4) } ?? "–",
            ]
        }
    }

    static let differenceColumns = ["Setting", "Behind the best", "95 % interval", "p", "p (Holm)"]

    /// A row for each setting that can be compared with the best.
    func differenceRows() -> [[String]] {
        func points(_ value: Double) -> String { TextFormat.fixed(value, decimals: 3) }
        func chance(_ value: Double) -> String {
            value < 0.0001 ? "< 0.0001" : TextFormat.fixed(value, decimals: 4)
        }
        return ranked.compactMap { place in
            guard let difference = settings[place].fromBest, let corrected = settings[place].probability
            else {
                return nil
            }
            return [
                settings[place].title, points(difference.mean),
                "\(points(difference.lower)) to \(points(difference.upper))", chance(difference.probability),
                chance(corrected),
            ]
        }
    }

    /// The places of the settings from the highest accuracy to the lowest; those that diverged, or have none, are last.
    private var ranked: [Int] {
        func key(_ place: Int) -> (Int, Double, Double) {
            let setting = settings[place]
            return (
                place == best ? 0 : setting.accuracy == nil ? 3 : setting.diverged > 0 ? 2 : 1,
                -(setting.accuracy?.mean ?? 0), setting.loss?.mean ?? 0
            )
        }
        return settings.indices.sorted { key($0) < key($1) }
    }

    /// The settings, for people.
    ///
    /// - Parameter columns: how many, from the left.
    func table(columns: Int = Self.columns.count, atMost limit: Int = .max) -> String {
        let hidden = settings.count - limit
        return Self.table(
            Array(Self.columns.prefix(columns)), rows(atMost: limit).map { Array($0.prefix(columns)) })
            + (hidden > 0 ? "\n… and \(hidden) more" : "")
    }

    /// How far they are behind the best, for people; nil where nothing can be compared.
    func differenceTable() -> String? {
        let rows = differenceRows()
        return rows.isEmpty ? nil : Self.table(Self.differenceColumns, rows)
    }

    private static func table(_ columns: [String], _ rows: [[String]]) -> String {
        var table = TextTable(
            columns.enumerated().map { .init($1, $0 == 0 ? .left : .right) }, style: .plain)
        for row in rows { table.append(row) }
        return TextFormat.printable(table.rendered())
    }

    /// What the tables' figures are.
    static let legend =
        "Accuracy and loss are those of the images held out: mean ± standard deviation over the seeds; SE: standard "
        + "error of the mean."
    static let differenceLegend =
        "Points of accuracy behind the best over equal seeds: mean, 95 % confidence interval, and p of a two-sided "
        + "paired t-test, alone and as one of all these tests (Holm). The best was chosen by the same figures, which "
        + "flatters it a little: near 0.05, p proves nothing."

    /// What they come to, in words.
    func verdict(_ test: SweepTest?) -> String {
        guard isComplete else {
            return "\(done) of \(plan.entries.count) entries are done; a winner is named when all are."
        }
        guard let winner, let accuracy = settings[winner].accuracy else {
            return
                "Each setting has an entry that diverged; there is no winner. Lower learning rates may help."
        }
        var text =
            "Winner, by the images held out: \(settings[winner].title), validation accuracy "
            + "\(ForecastScores.cell(accuracy, decimals: 2)) %."
        let close = settings.filter { ($0.probability ?? 0) >= 0.05 }.count
        if close > 0 {
            text +=
                " It cannot be told apart from \(close) other \(close == 1 ? "setting" : "settings") (p ≥ 0.05)."
        }
        if let test {
            text +=
                " On the test images, which were read only now and for the winner alone, one score for each seed: "
                + "\(ForecastScores.cell(test.accuracy, decimals: 2)) %."
        }
        return text
    }
}
