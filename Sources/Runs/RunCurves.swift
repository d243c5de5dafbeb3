import Console
import NeuralNetworks
import Pictures
import Platform
import Training

/// The learning curves of one or more runs: loss above, accuracy below if there is one.
package enum RunCurves {
    /// Replaces `curves.svg` of a run.
    static func write(
        of run: RunDirectory, known: [Metric] = [], language: Language = .english
    ) throws(FileError) {
        let metrics = try RunMetrics.read(from: run.metrics).metrics
        let chart = chart(metrics, known: known, ofRun: run.name, language: language)
        try AtomicFile.write(chart.svgFile, to: run.curves, .content)
    }

    /// Returns the chart for `curves.svg`.
    ///
    /// - Parameters:
    ///   - metrics: The metrics of the run.
    ///   - known: The metrics of the run, as far as their titles and units are known.
    ///   - name: The name of the run.
    ///   - language: The language of the labels.
    package static func chart(
        _ metrics: RunMetrics, known: [Metric] = [], ofRun name: String, language: Language = .english
    ) -> LineChartStack {
        func text(_ key: RunText, _ values: [String: String] = [:]) -> String { language.text(key, values) }
        let rules =
            metrics.best.map {
                [LineChart.Rule(Double($0.epoch), text(.bestEpoch, ["epoch": "\($0.epoch)"]))]
            } ?? []
        return LineChartStack(
            text(.curvesOf, ["run": name]),
            metrics.described(by: [], own: known).map { metric in
                func points(_ split: MetricSplit) -> [(x: Double, y: Double)] {
                    metrics.rows.map { (Double($0.epoch), $0.value(metric.name, split) ?? .nan) }
                }
                var series = [LineChart.Series(text(.train), points: points(.train))]
                if metrics.hasValidation {
                    series.append(.init(text(.validation), points: points(.validation), line: .dashed))
                }
                if metrics.hasAverage {
                    series.append(
                        .init(
                            text(.averagedValidation), points: points(.averagedValidation), line: .dashed))
                }
                return chart(metric, metric.title(in: language), series, rules: rules, language: language)
            })
    }

    /// Returns the curves of several runs: the validation set of each or, if it has none, the training set.
    static func comparison(_ runs: [(label: String, metrics: RunMetrics)], known: [Metric] = [])
        -> LineChartStack
    {
        func split(_ metrics: RunMetrics) -> String { metrics.hasValidation ? " (validation)" : " (train)" }
        let splits = Set(runs.map { split($0.metrics) })
        let common = splits.count == 1 ? splits.first : nil
        // If there are classifiers, the loss has their unit.
        let described = runs.sorted { $0.metrics.hasAccuracy && !$1.metrics.hasAccuracy }
            .flatMap { $0.metrics.described(by: known) }
        let metrics = described.indices.filter { !described[..<$0].contains(described[$0]) }.map {
            described[$0]
        }
        return LineChartStack(
            "\(runs.count) runs compared",
            metrics.map { metric in
                let series = runs.enumerated().map { place, run in
                    LineChart.Series(
                        run.label + (common == nil ? split(run.metrics) : ""),
                        points: run.metrics.rows.map {
                            (Double($0.epoch), $0.monitored(metric.name) ?? .nan)
                        },
                        // There are eight colours, so the line style changes after every eight runs.
                        line: place / 8 % 2 == 0 ? .solid : .dashed)
                }
                return chart(metric, metric.title + (common ?? ""), series)
            })
    }

    /// Returns the chart of a metric. A loss that falls to a tenth or less has a logarithmic axis; otherwise late
    /// epochs would be indistinguishable.
    private static func chart(
        _ metric: Metric, _ title: String, _ series: [LineChart.Series],
        rules: [LineChart.Rule] = [], language: Language = .english
    ) -> LineChart {
        let points = series.flatMap(\.points)
        let values = points.map(\.y).filter { $0 > 0 && $0.isFinite }
        let isSteep = metric == .crossEntropy && (values.max() ?? 1) > 10 * (values.min() ?? 1)
        // With a single epoch there is only one tick.
        let isSingle = Set(points.map(\.x)).count == 1
        let ticks = isSingle ? Axis.Ticks.labels([(points[0].x, "\(Int(points[0].x))")]) : .integers
        return LineChart(
            title, x: Axis(language.text(RunText.epoch), ticks: ticks),
            y: Axis(metric.unit(in: language), scale: isSteep ? .logarithmic : .linear), series: series,
            rules: rules, language: language)
    }
}

extension RunMetrics {
    /// Returns the run's metrics, in the order of their columns. An unknown metric has only its name.
    ///
    /// - Parameters:
    ///   - known: Metrics whose titles and units are known.
    ///   - own: The run's own metrics, as far as their titles and units are known.
    package func described(by known: [Metric], own: [Metric] = []) -> [Metric] {
        let standard: [Metric] = hasAccuracy ? [.crossEntropy, .accuracy] : [.squaredError]
        return names.map { name in
            (own + standard + known).first { $0.name == name }
                ?? Metric(
                    name,
                    title: name.prefix(1).uppercased() + String(name.dropFirst()).replacing("_", with: " "),
                    higherIsBetter: false
                ) { _ in .nan }
        }
    }
}
