import Console
import Pictures
import Training

/// The validation accuracy of each seed, a row of points for each setting, the best at the top.
struct SweepSeedChart {
    private static let mostSettings = 12

    private let results: SweepResults
    private let language: Language

    init(_ results: SweepResults, in language: Language = .english) {
        self.results = results
        self.language = language
    }

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
            text(hidden > 0 ? .chartOfBest : .chart, ["count": "\(settings.count)"]),
            x: Axis(text(.chartAxis)),
            y: Axis(
                "",
                ticks: .labels(
                    settings.enumerated().map { place, setting in
                        (
                            height(place),
                            language.translated(results.plan.shortTitle(of: setting), from: SweepTitle.self)
                        )
                    })),
            series: [
                series(
                    text(.chartSeed),
                    accuracies.enumerated().flatMap { place, values in values.map { ($0, height(place)) } }),
                series(
                    text(.chartMean),
                    accuracies.enumerated().map { place, values in
                        (values.reduce(0, +) / Double(values.count), height(place))
                    }),
            ], language: language)
    }

    private func text(_ key: SweepText, _ values: [String: String] = [:]) -> String {
        language.text(key, values)
    }

    /// Returns a series of points without a line: a missing point after each interrupts it.
    private func series(_ name: String, _ points: [(x: Double, y: Double)]) -> LineChart.Series {
        .init(name, points: points.flatMap { [$0, (.nan, .nan)] }, markers: .every)
    }
}
