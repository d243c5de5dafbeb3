import Console
import Datasets
import Prices
import Runs

/// Forecasts several days ahead. The forecast of a day becomes a row from which the next day is forecast. The other
/// columns of the row are estimated from the forecast by a simple rule; see ``rule(in:)``.
package struct ForecastFeedback: Sendable {
    package let features: [String]
    package let target: String
    private let actions: [Action]

    /// The rule for a column's new value.
    private enum Action {
        /// The forecast itself.
        case forecast
        /// The relative change from the previous target to the forecast.
        case relativeChange
        /// The column's last value, changed by the forecast as a relative change.
        case move
        /// The column's last value.
        case keep
    }

    /// - Parameters:
    ///   - features: The columns of a row, by any of their names.
    ///   - target: The column to forecast; it may or may not be one of the features.
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

    /// Forecasts the target of the days after the last row, each from the previous rows.
    ///
    /// - Parameters:
    ///   - count: The number of days.
    ///   - rows: The last rows, [row][feature], in the units of the data: as many as a window has.
    ///   - lastTarget: The target in the last row, in its unit.
    ///   - forecast: Returns the target of the next row, in its unit, from as many rows as `rows`.
    /// - Returns: One forecast for each day, in the target's unit. After a forecast that is not finite, all others are
    ///   not finite.
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
    /// Returns a sentence about the values of the columns on the days after the last.
    package func rule(in language: Language = .english) -> String {
        let rules = [
            (Action.forecast, ForecastText.isForecast), (.relativeChange, .isChange), (.move, .moves),
            (.keep, .keeps),
        ].compactMap { action, key -> String? in
            let names = zip(features, actions).filter { $1 == action }.map(\.0)
            return names.isEmpty
                ? nil
                : language.text(key, ["list": language.list(names), "target": target], count: names.count)
        }
        return language.text(ForecastText.rule, ["rules": rules.joined(separator: "; ")])
    }

    /// Checks that the days ahead have dates, which end with the year 9999.
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
