import Console
import Datasets

extension ForecastRecord {
    /// Returns the days after the last as a table, with the mean of the seeds and their range; nil if there are none.
    ///
    /// - Parameter features: The features of the networks, for the note about their values on future days.
    func futureText(_ features: [String]) -> String? {
        guard !futureDates.isEmpty else { return nil }
        let feedback = ForecastFeedback(features: features, target: target)
        var table = TextTable(
            [.init("Day")] + models.map { .init($0.model.title, .right) }, style: .plain)
        for (index, date) in futureDates.enumerated() {
            table.append([date.description] + models.map { Self.cell($0.members.map { $0.future[index] }) })
        }
        let first = futureDates.count == 1 ? "The next row" : "The next \(futureDates.count) rows"
        return "\(first), \(target):\n\(table.rendered())" + (frequency.map { "\n\($0)" } ?? "")
            + (futureDates.count > 1 ? "\n\(feedback.rule())" : "")
    }

    /// Returns a table of the last days with the actual values and the forecasts.
    func lastDaysText(_ count: Int = 10) -> String {
        var table = TextTable(
            [.init("Day"), .init(target, .right)] + models.map { .init($0.model.title, .right) },
            style: .plain)
        let shown = dates.indices.suffix(count)
        for index in shown {
            table.append(
                [dates[index].description, Self.cell([actual[index]])]
                    + models.map { Self.cell($0.members.map { $0.forecasts[index] }) })
        }
        return "The last \(shown.count) of \(TextFormat.count(dates.count, "day")):\n\(table.rendered())"
    }

    /// Returns a table in CSV with a row for each day: the actual value, empty for future days, and each network's
    /// forecast in full precision. `lstm-0` is the LSTM with seed 0.
    package func csv() -> String {
        let members = models.flatMap { model in
            model.members.map { ("\(model.model.rawValue)-\($0.seed)", $0) }
        }
        var lines = [CSVRow.text(["date", "actual"] + members.map(\.0))]
        func append(_ date: some CustomStringConvertible, _ actual: String, _ values: [Double]) {
            lines.append(CSVRow.text([date.description, actual] + values.map(\.description)))
        }
        for (index, date) in dates.enumerated() {
            append(date, actual[index].description, members.map { $0.1.forecasts[index] })
        }
        for (index, date) in futureDates.enumerated() {
            append(date, "", members.map { $0.1.future[index] })
        }
        return lines.joined()
    }

    /// Returns the text of a cell: "2534.12", or for several seeds "2534.12 (2501.20 to 2560.71)".
    private static func cell(_ values: [Double]) -> String {
        let style = NumberStyle(values, digits: 6)
        let mean = style.text(values.reduce(0, +) / Double(values.count))
        guard values.count > 1, let low = values.min(), let high = values.max() else { return mean }
        return "\(mean) (\(style.text(low)) to \(style.text(high)))"
    }
}
