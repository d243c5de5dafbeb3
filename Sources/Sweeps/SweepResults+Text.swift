import Console
import Training

extension SweepResults {
    /// The titles of the columns of ``rows(atMost:isShort:)``.
    package var columns: [String] {
        ["Setting", "Val acc %", "Seeds", "Std. error", "Val loss"]
            + otherMetrics.map { "Val \($0.title.lowercased())" }
    }

    /// Returns a row for each setting, the best first.
    ///
    /// - Parameters:
    ///   - limit: The maximum number of rows.
    ///   - isShort: Whether to name settings only by their values.
    package func rows(atMost limit: Int = .max, isShort: Bool = false) -> [[String]] {
        ranked.prefix(limit).map { place in
            let setting = settings[place]
            let seeds =
                "\(setting.done)/\(plan.seeds.count)"
                + (setting.diverged > 0 ? ", \(setting.diverged) diverged" : "")
            return [
                isShort ? plan.shortTitle(of: place) : setting.title,
                setting.accuracy.map { $0.text(decimals: 2) } ?? "–",
                seeds,
                setting.standardError.map { TextFormat.fixed($0, decimals: 3) } ?? "–",
                setting.loss.map { $0.text(decimals: 4) } ?? "–",
            ] + zip(otherMetrics, setting.others).map { $1?.text($0.text) ?? "–" }
        }
    }

    static let differenceColumns = ["Setting", "Gap to best (points)", "95 % interval", "p", "p (Holm)"]

    /// Returns a row for each setting that can be compared with the best.
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

    /// The positions of the settings from the highest accuracy to the lowest. Settings that diverged or have no result are
    /// last.
    var ranked: [Int] {
        func key(_ place: Int) -> (Int, Double, Double) {
            let setting = settings[place]
            return (
                place == best ? 0 : setting.accuracy == nil ? 3 : setting.diverged > 0 ? 2 : 1,
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
            Self.table(Array(self.columns.prefix(columns)), rows.map { Array($0.prefix(columns)) })
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
        return rows.isEmpty ? nil : Self.table(Self.differenceColumns, rows)
    }

    private static func table(_ columns: [String], _ rows: [[String]]) -> String {
        var table = TextTable(
            columns.enumerated().map { .init($1, $0 == 0 ? .left : .right) }, style: .plain)
        for row in rows { table.append(row) }
        return table.rendered().printable
    }

    /// The explanation of the table of settings.
    package static let legend =
        "Validation accuracy and loss after the epoch with the lowest validation loss of each training: mean ± standard "
        + "deviation over the seeds. Std. error: standard error of the mean accuracy. The best setting has the highest "
        + "mean accuracy; ties are broken by the lower mean loss."

    /// The explanation of the table of gaps.
    var differenceLegend: String {
        let count = settings.count { $0.fromBest != nil }
        return
            "Gap in validation accuracy to the best setting over the same seeds, in percentage points: mean, 95 % "
            + "confidence interval, and p-value of a two-sided paired t-test, uncorrected and corrected for \(count) "
            + "\(count == 1 ? "test" : "tests") (Holm). The best setting was selected by the same scores, which biases "
            + "the gaps upwards: a p-value near 0.05 is no evidence."
    }

    /// Returns sentences about the winner, the significance of its lead, and its test accuracy.
    package func verdict(_ test: SweepTest?) -> String {
        guard isComplete else {
            return
                "\(done) of \(plan.entries.count) entries are done; the winner is selected when all are done."
        }
        guard let winner, let accuracy = settings[winner].accuracy else {
            return (settings.count == 1 ? "An entry" : "Each setting has an entry that")
                + " diverged; there is no winner. Lower learning rates may help."
        }
        let percent = "\(accuracy.text(decimals: 2)) %"
        var text =
            settings.count == 1
            ? "Validation accuracy: \(percent)."
            : "Winner by mean validation accuracy: \(settings[winner].title), \(percent)."
                + doubt
        if let test {
            text +=
                " Test accuracy"
                + (settings.count == 1 ? "" : ", evaluated for the winner only")
                + ": \(test.accuracy.text(decimals: 2)) %"
                + (plan.seeds.count == 1
                    ? "." : ", mean ± standard deviation over \(plan.seeds.count) seeds.")
        }
        return text
    }

    /// A sentence about the settings over which the winner's lead is not significant, or with which it could not be
    /// compared.
    private var doubt: String {
        if plan.seeds.count == 1 { return " One seed is too few for a significance test." }
        func others(_ count: Int) -> String { "\(count) other \(count == 1 ? "setting" : "settings")" }
        let close = settings.count { ($0.probability ?? 0) >= 0.05 }
        let untested = settings.count - 1 - settings.count { $0.fromBest != nil }
        return
            (close > 0 ? " Its lead over \(others(close)) is not statistically significant (p ≥ 0.05)." : "")
            + (untested > 0
                ? " Its lead over \(others(untested)) was not tested: fewer than two seeds finished, or all seeds have the "
                    + "same gap."
                : "")
    }
}
