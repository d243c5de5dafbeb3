import Console
import Datasets
import Prices
import Runs

/// Forecasting further than a day: the forecast of a day becomes the row that the next one is forecast from,
/// with the other columns guessed from it by a plain rule, ``rule``.
package struct ForecastFeedback: Sendable {
    package let features: [String]
    package let target: String
    private let actions: [Action]

    /// What a column's new value is.
    private enum Action {
        /// The forecast.
        case forecast
        /// How far the forecast is from the target before it, relatively.
        case relativeChange
        /// The column's last value, changed relatively by the forecast.
        case move
        /// The column's last value.
        case keep
    }

    /// - Parameters:
    ///   - features: The columns of a row, by any of their names.
    ///   - target: The column that is forecast, among the features or not.
    package init(features: [String], target: String) {
        self.features = features
        self.target = target
        let targetIsPrice = PriceHistory.isPrice(target)
        let targetIsChange = PriceHistory.isSame(target, as: Self.change)
        actions = features.map { feature in
            if PriceHistory.isSame(feature, as: target) { return .forecast }
            if PriceHistory.isPrice(feature) {
                return targetIsPrice ? .forecast : targetIsChange ? .move : .keep
            }
            return targetIsPrice && PriceHistory.isSame(feature, as: Self.change) ? .relativeChange : .keep
        }
    }

    private static let change = "Change"

    /// Forecasts the target of the days after the last row, each from the rows before it.
    ///
    /// - Parameters:
    ///   - count: How many days.
    ///   - rows: The last rows, [row][feature], in the units of the data: as many as a forecast is made from.
    ///   - lastTarget: The target in the last row, in its unit.
    ///   - forecast: The target in the row after these, in its unit. Its rows are as many as `rows`.
    /// - Returns: One for each day, in the target's unit. After one that is not finite, neither are others.
    package func forecasts<Failure: Error>(
        _ count: Int, rows: [[Double]], lastTarget: Double,
        forecast: (_ rows: [[Double]]) throws(Failure) -> Double
    ) throws(Failure) -> [Double] {
        precondition(count >= 0, "count: expected at least 0, received \(count)")
        precondition(!rows.isEmpty, "rows: expected at least one, received none")
        for (index, row) in rows.enumerated() {
            precondition(
                row.count == features.count,
                "row \(index): expected \(features.count) values as there are features, received \(row.count)"
            )
        }
        var (rows, previous, forecasts) = (rows, lastTarget, [Double]())
        while forecasts.count < count {
            let value = try forecast(rows)
            forecasts.append(value)
            rows.append(row(after: rows[rows.count - 1], forecast: value, previous: previous))
            rows.removeFirst()
            previous = value
        }
        return forecasts
    }

    private func row(after last: [Double], forecast: Double, previous: Double) -> [Double] {
        zip(actions, last).map { action, value in
            switch action {
            case .forecast: forecast
            case .relativeChange: forecast / previous - 1
            case .move: value * (1 + forecast)
            case .keep: value
            }
        }
    }
}

extension ForecastFeedback {
    /// What the columns are on the days after the last, in a sentence.
    package var rule: String {
        func clause(_ action: Action, _ one: String, _ several: String) -> String? {
            let names = zip(features, actions).filter { $1 == action }.map(\.0)
            return names.isEmpty ? nil : "\(TextFormat.list(names)) \(names.count == 1 ? one : several)"
        }
        let clauses = [
            clause(.forecast, "is the forecast of \(target)", "are the forecast of \(target)"),
            clause(
                .relativeChange, "is the relative change from one forecast of \(target) to the next",
                "are the relative change from one forecast of \(target) to the next"),
            clause(.move, "moves by the forecast of \(target)", "move by the forecast of \(target)"),
            clause(.keep, "keeps its last value", "keep their last values"),
        ].compactMap(\.self)
        return "On the days after the last, \(clauses.joined(separator: "; "))."
    }

    /// Checks that the rows ahead have dates, which end with the year 9999.
    package static func check(
        horizon: Int, _ frequency: RowFrequency, after last: CalendarDate
    ) throws(OptionError) {
        guard frequency != .none, frequency.dates(after: last, count: horizon) == nil else { return }
        let end = CalendarDate(year: 9999, month: 12, day: 31)!
        throw OptionError(
            "--horizon must be less than \(horizon): the last row is of \(last), and there are no dates after \(end)."
        )
    }
}
