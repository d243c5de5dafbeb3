import Console
import Training

extension SweepResults {
    package var columns: [String] {
        ["Setting", "Val acc %", "Seeds", "± SE", "Val loss"]
            + otherMetrics.map { "Val \($0.title.lowercased())" }
    }

    /// A row for each setting, the best first.
    ///
    /// - Parameters:
    ///   - limit: how many at most.
    ///   - isShort: whether to name settings by their values alone.
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
            ] + setting.others.map { $0.map { $0.text(decimals: 4) } ?? "–" }
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
    /// - Parameters:
    ///   - columns: how many at most, from the left.
    ///   - limit: how many settings at most.
    ///   - width: in which it should find room: the names of settings are shorter where they must be.
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
    package static let legend =
        "Accuracy and loss are those of the images held out, after the epoch of each training in which their loss was "
        + "lowest: mean ± standard deviation over the seeds; SE: standard error of the mean. The best setting is that "
        + "of the highest mean accuracy, of equal ones that of the lower loss."

    var differenceLegend: String {
        let count = settings.count { $0.fromBest != nil }
        return
            "Points of accuracy behind the best over equal seeds: mean, 95 % confidence interval, and p of a "
            + "two-sided paired t-test, alone and corrected for \(count) \(count == 1 ? "test" : "tests") (Holm). The "
            + "best was chosen by the same figures, which flatters it a little: near 0.05, p proves nothing."
    }

    /// What they come to, in words.
    package func verdict(_ test: SweepTest?) -> String {
        guard isComplete else {
            return "\(done) of \(plan.entries.count) entries are done; a winner is named when all are."
        }
        guard let winner, let accuracy = settings[winner].accuracy else {
            return (settings.count == 1 ? "An entry" : "Each setting has an entry that")
                + " diverged; there is no winner. Lower learning rates may help."
        }
        let percent = "\(accuracy.text(decimals: 2)) %"
        var text =
            settings.count == 1
            ? "Validation accuracy: \(percent)."
            : "Winner, by the images held out: \(settings[winner].title), validation accuracy \(percent)."
                + doubt
        if let test {
            text +=
                " On the test images, which were read only now"
                + (settings.count == 1 ? "" : " and for the winner alone")
                + ": \(test.accuracy.text(decimals: 2)) %"
                + (plan.seeds.count == 1
                    ? "." : ", mean ± standard deviation over the \(plan.seeds.count) seeds.")
        }
        return text
    }

    /// What the winner may owe to chance.
    private var doubt: String {
        if plan.seeds.count == 1 { return " One seed cannot tell whether it is better by more than chance." }
        func others(_ count: Int) -> String { "\(count) other \(count == 1 ? "setting" : "settings")" }
        let close = settings.count { ($0.probability ?? 0) >= 0.05 }
        let untested = settings.count - 1 - settings.count { $0.fromBest != nil }
        return (close > 0 ? " It cannot be told apart from \(others(close)) (p ≥ 0.05)." : "")
            + (untested > 0
                ? " No test compares it with \(others(untested)), of which fewer than two seeds came to an end or "
                    + "all differ from it by the same."
                : "")
    }
}
