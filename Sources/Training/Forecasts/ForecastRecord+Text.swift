extension ForecastRecord {
    /// The days after the last as a table, the mean of the seeds and their range; nil if none are forecast.
    ///
    /// - Parameter features: of the networks, for what stands in for their values on days that are not known.
    func futureText(_ features: [String]) -> String? {
        guard !futureDates.isEmpty else { return nil }
        let feedback = ForecastFeedback(features: features, target: target)
        var table = TextTable(
            [.init("Day")] + models.map { .init($0.model.title, .right) }, style: .plain)
        for (index, date) in futureDates.enumerated() {
            table.append([date.description] + models.map { Self.cell($0.members.map { $0.future[index] }) })
        }
        let first = futureDates.count == 1 ? "The next day" : "The next \(futureDates.count) days"
        return "\(first), \(target):\n\(table.rendered())"
            + (futureDates.count > 1 ? "\n\(feedback.rule)" : "")
    }

    /// "2,534.12", or of several "2,534.12 (2,501.20 to 2,560.71)".
    private static func cell(_ values: [Double]) -> String {
        let decimals = TextFormat.decimals(of: values, digits: 6)
        func text(_ value: Double) -> String { TextFormat.fixed(value, decimals: decimals) }
        let mean = text(values.reduce(0, +) / Double(values.count))
        guard values.count > 1, let low = values.min(), let high = values.max() else { return mean }
        return "\(mean) (\(text(low)) to \(text(high)))"
    }
}
