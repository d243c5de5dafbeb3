import Pictures

/// The pictures of a forecast. A model has the same colour in each of them. With several seeds its line is their mean,
/// in a band from the lowest to the highest of them.
package enum ForecastCharts {
    /// `loss.svg`.
    ///
    /// - Parameter curves: of each model the losses after each epoch, a list for each seed. One that ended early, or
    ///   still trains, counts in the epochs that it did.
    package static func lossChart(_ curves: [(model: ForecastModel, losses: [[Double]])]) -> LineChart {
        let seeds = curves.map { SeedCurves($0.losses) }
        let series = zip(curves, seeds).map { line(of: $0.model, $1) }
        let losses = seeds.flatMap(\.means).filter { $0 > 0 && $0.isFinite }
        // Late epochs would look alike on a linear axis.
        let isSteep = (losses.max() ?? 1) > 10 * (losses.min() ?? 1)
        let isSingle = seeds.allSatisfy { $0.means.count <= 1 }
        // The only line has no legend.
        let model = curves.count == 1 && curves[0].losses.count == 1 ? " of the \(curves[0].model.title)" : ""
        return LineChart(
            "Training loss" + model + ofSeeds(curves.map(\.losses.count)),
            x: Axis("epoch", ticks: isSingle ? .labels([(0, "0")]) : .integers),
            y: Axis("mean squared error of scaled values", scale: isSteep ? .logarithmic : .linear),
            series: series)
    }

    /// `forecast.svg`: what came and what was forecast, day of trading by day of trading, and ahead of the data.
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

    /// ", mean and range of 3 seeds", of the greatest number; nothing of one.
    private static func ofSeeds(_ counts: [Int]) -> String {
        counts.max().flatMap { $0 > 1 ? ", mean and range of \($0) seeds" : nil } ?? ""
    }
}

/// The mean of several curves, and how far they are apart.
package struct SeedCurves {
    private(set) var means: [Double] = []
    /// Empty of a single curve.
    private(set) var ranges: [(low: Double, high: Double)] = []

    /// Curves of different lengths count as far as they go. A value that is no number makes none of the mean, too.
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
