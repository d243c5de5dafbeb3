import Pictures
import Training

/// The validation accuracy of each seed, a row of points for each setting, the best at the top.
struct SweepSeedChart {
    private static let mostSettings = 12

    private let results: SweepResults

    init(_ results: SweepResults) { self.results = results }

    /// The chart; nil if there are fewer than two accuracies.
    var chart: LineChart? {
        let settings = Array(
            results.ranked.filter { results.settings[$0].accuracy != nil }.prefix(Self.mostSettings))
        let accuracies = settings.map { setting in
            zip(results.plan.entries, results.results).compactMap { entry, result in
                entry.setting == setting ? result?[.accuracy, .validation] : nil
            }
        }
        guard accuracies.joined().count > 1 else { return nil }
        func height(_ place: Int) -> Double { Double(settings.count - place) }
        let hidden = results.settings.count { $0.accuracy != nil } - settings.count
        return LineChart(
            "Validation accuracy of each seed" + (hidden > 0 ? ", best \(settings.count) settings" : ""),
            x: Axis("validation accuracy, %"),
            y: Axis(
                "",
                ticks: .labels(settings.enumerated().map { (height($0), results.plan.shortTitle(of: $1)) })),
            series: [
                series(
                    "one seed",
                    accuracies.enumerated().flatMap { place, values in values.map { ($0, height(place)) } }),
                series(
                    "mean",
                    accuracies.enumerated().map { place, values in
                        (values.reduce(0, +) / Double(values.count), height(place))
                    }),
            ])
    }

    /// Returns a series of points without a line: a missing point after each interrupts it.
    private func series(_ name: String, _ points: [(x: Double, y: Double)]) -> LineChart.Series {
        .init(name, points: points.flatMap { [$0, (.nan, .nan)] }, markers: .every)
    }
}
