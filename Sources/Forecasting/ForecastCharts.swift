import Pictures

/// The pictures of a forecast. A model has the same colour in each of them. With several seeds, its line is the mean,
/// in a band from the lowest to the highest value.
package enum ForecastCharts {
    /// Returns the picture for `loss.svg`.
    ///
    /// - Parameter curves: The losses after each epoch of each model, a list for each seed. A network that ended early
    ///   or is still training counts in its completed epochs.
    package static func lossChart(_ curves: [(model: ForecastModel, losses: [[Double]])]) -> LineChart {
        let seeds = curves.map { SeedCurves($0.losses) }
        let series = zip(curves, seeds).map { line(of: $0.model, $1) }
        let losses = seeds.flatMap(\.means).filter { $0 > 0 && $0.isFinite }
        // On a linear axis, late epochs would be indistinguishable.
        let isSteep = (losses.max() ?? 1) > 10 * (losses.min() ?? 1)
        let isSingle = seeds.allSatisfy { $0.means.count <= 1 }
        // A single line has no legend.
        let model = curves.count == 1 && curves[0].losses.count == 1 ? " of the \(curves[0].model.title)" : ""
        return LineChart(
            "Training loss" + model + ofSeeds(curves.map(\.losses.count)),
            x: Axis("epoch", ticks: isSingle ? .labels([(0, "0")]) : .integers),
            y: Axis("mean squared error of scaled values", scale: isSteep ? .logarithmic : .linear),
            series: series)
    }

    /// Returns the picture for `forecast.svg`: the actual values and the forecasts for each trading day, and the
    /// forecasts after the last day.
    package static func forecastChart(_ record: ForecastRecord) -> LineChart {
        let days = record.dates + record.futureDates.compactMap(\.date)
        let actual = LineChart.Series(
            "actual", points: record.actual.prefix(record.dates.count).enumerated().map { (Double($0), $1) },
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
            rules.append(.init(Double(record.trainCount), "test from \(record.dates[record.trainCount])"))
        }
        if let first = record.futureDates.first {
            rules.append(
                .init(Double(record.dates.count), first.date == nil ? "ahead" : "ahead from \(first)"))
        }
        let span = days.first.map { " from \($0) to \(days[days.count - 1])" } ?? ""
        return LineChart(
            "Forecasts" + ofSeeds(record.models.map(\.members.count)),
            x: Axis("days of trading" + span, ticks: .labels(DateTicks.ticks(days))),
            y: Axis(record.target), series: [actual] + models, rules: rules)
    }

    private static func line(of model: ForecastModel, _ seeds: SeedCurves) -> LineChart.Series {
        LineChart.Series(
            model.title, points: seeds.means.enumerated().map { (Double($0), $1) },
            band: seeds.ranges.enumerated().map { (Double($0), $1.low, $1.high) },
            color: ForecastModel.allCases.firstIndex(of: model))
    }

    /// Returns ", mean and range of 3 seeds" for the largest number of seeds; empty for one.
    private static func ofSeeds(_ counts: [Int]) -> String {
        counts.max().flatMap { $0 > 1 ? ", mean and range of \($0) seeds" : nil } ?? ""
    }
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
