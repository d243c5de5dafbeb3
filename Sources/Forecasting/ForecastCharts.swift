import Console
import Pictures

/// The charts of a forecast. A model has the same colour in each of them. With several seeds, its line is the mean,
/// in a band from the lowest to the highest value.
package enum ForecastCharts {
    /// Returns the chart for `loss.svg`.
    ///
    /// - Parameters:
    ///   - curves: The losses after each epoch of each model, a list for each seed. A network that ended early or is
    ///     still training counts in its completed epochs.
    ///   - language: The language of the labels.
    package static func lossChart(
        _ curves: [(model: ForecastModel, losses: [[Double]])], in language: Language = .english
    ) -> LineChart {
        func text(_ key: ForecastText, _ values: [String: String] = [:]) -> String {
            language.text(key, values)
        }
        let seeds = curves.map { SeedCurves($0.losses) }
        let series = zip(curves, seeds).map { line(of: $0.model, $1) }
        let losses = seeds.flatMap(\.means).filter { $0 > 0 && $0.isFinite }
        // On a linear axis, late epochs would be indistinguishable.
        let isSteep = (losses.max() ?? 1) > 10 * (losses.min() ?? 1)
        let isSingle = seeds.allSatisfy { $0.means.count <= 1 }
        // A single line has no legend.
        let title =
            if let seeds = severalSeeds(curves.map(\.losses.count)) {
                text(.trainingLossOfSeeds, ["seeds": "\(seeds)"])
            } else if curves.count == 1, curves[0].losses.count == 1 {
                text(.trainingLossOf, ["model": curves[0].model.title])
            } else {
                text(.trainingLoss)
            }
        return LineChart(
            title, x: Axis(text(.epoch), ticks: isSingle ? .labels([(0, "0")]) : .integers),
            y: Axis(text(.lossAxis), scale: isSteep ? .logarithmic : .linear), series: series,
            language: language)
    }

    /// Returns the chart for `forecast.svg`: the actual values and the forecasts for each trading day, and the
    /// forecasts after the last day.
    package static func forecastChart(_ record: ForecastRecord, in language: Language = .english) -> LineChart
    {
        func text(_ key: ForecastText, _ values: [String: String] = [:]) -> String {
            language.text(key, values)
        }
        let days = record.dates + record.futureDates.compactMap(\.date)
        let actual = LineChart.Series(
            text(.actual),
            points: record.actual.prefix(record.dates.count).enumerated().map { (Double($0), $1) },
            line: .dashed, color: 6)
        let models = record.models.map { model in
            line(
                of: model.model,
                SeedCurves(
                    model.members.map { member in
                        member.forecasts.prefix(record.dates.count)
                            + Array(
                                repeating: .nan, count: max(0, record.dates.count - member.forecasts.count))
                            + member.future.prefix(record.futureDates.count)
                    }))
        }
        var rules: [LineChart.Rule] = []
        if record.dates.indices.dropFirst().contains(record.trainCount) {
            rules.append(
                .init(
                    Double(record.trainCount), text(.testFrom, ["date": "\(record.dates[record.trainCount])"])
                ))
        }
        if let first = record.futureDates.first {
            rules.append(
                .init(
                    Double(record.dates.count),
                    first.date == nil ? text(.aheadRule) : text(.aheadFrom, ["date": "\(first)"])))
        }
        let seeds = severalSeeds(record.models.map(\.members.count))
        return LineChart(
            seeds.map { text(.forecastsTitleOfSeeds, ["seeds": "\($0)"]) } ?? text(.forecastsTitle),
            x: Axis(
                days.first.map {
                    text(.daysOfTradingFrom, ["first": "\($0)", "last": "\(days[days.count - 1])"])
                } ?? text(.daysOfTrading), ticks: .labels(DateTicks.ticks(days, in: language))),
            y: Axis(record.target), series: [actual] + models, rules: rules, language: language)
    }

    private static func line(of model: ForecastModel, _ seeds: SeedCurves) -> LineChart.Series {
        LineChart.Series(
            model.title, points: seeds.means.enumerated().map { (Double($0), $1) },
            band: seeds.ranges.enumerated().map { (Double($0), $1.low, $1.high) },
            color: ForecastModel.allCases.firstIndex(of: model))
    }

    /// Returns the largest number of seeds; nil for one.
    private static func severalSeeds(_ counts: [Int]) -> Int? { counts.max().flatMap { $0 > 1 ? $0 : nil } }
}

/// The mean of several curves, and their range.
package struct SeedCurves {
    private(set) var means: [Double] = []
    /// The lowest and the highest value at each position; empty for a single curve.
    private(set) var ranges: [(low: Double, high: Double)] = []

    /// Creates the mean of curves. Curves of different lengths count up to their ends. A value that is NaN makes the
    /// mean NaN.
    init(_ curves: [[Double]]) {
        for place in 0..<(curves.map(\.count).max() ?? 0) {
            let values = curves.filter { place < $0.count }.map { $0[place] }
            means.append(values.reduce(0, +) / Double(values.count))
            guard curves.count > 1 else { continue }
            let isNumber = !values.contains(where: \.isNaN)
            ranges.append(
                (isNumber ? values.min() ?? .nan : .nan, isNumber ? values.max() ?? .nan : .nan))
        }
    }
}
