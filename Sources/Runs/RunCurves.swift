import NeuralNetworks
import Pictures
import Platform

/// Loss above, accuracy below where there is one, over the epochs of one run or several.
package enum RunCurves {
    private enum Measure: CaseIterable {
        case loss, accuracy

        var title: String { self == .loss ? "Loss" : "Accuracy" }

        static func all(_ hasAccuracy: Bool) -> [Measure] { hasAccuracy ? allCases : [.loss] }

        func unit(_ hasAccuracy: Bool) -> String {
            self == .accuracy ? "percent" : hasAccuracy ? "cross-entropy" : "mean squared error"
        }

        func train(_ row: RunMetrics.Row) -> Double {
            (self == .loss ? row.trainLoss : row.trainAccuracy) ?? .nan
        }

        func validation(_ row: RunMetrics.Row) -> Double {
            (self == .loss ? row.validationLoss : row.validationAccuracy) ?? .nan
        }

        func averaged(_ row: RunMetrics.Row) -> Double {
            (self == .loss ? row.averagedLoss : row.averagedAccuracy) ?? .nan
        }

        func monitored(_ row: RunMetrics.Row) -> Double {
            (self == .loss ? row.monitoredLoss : row.monitoredAccuracy) ?? .nan
        }
    }

    /// Replaces `curves.svg` of a run.
    static func write(of run: RunDirectory) throws(FileError) {
        let metrics = try RunMetrics.read(from: run.metrics).metrics
        try AtomicFile.write(chart(metrics, ofRun: run.name).svgFile, to: run.curves, .content)
    }

    /// `curves.svg`.
    package static func chart(_ metrics: RunMetrics, ofRun name: String) -> LineChartStack {
        let rules = metrics.best.map { [LineChart.Rule(Double($0.epoch), "best epoch \($0.epoch)")] } ?? []
        return LineChartStack(
            "Loss and accuracy of \(name)",
            Measure.all(metrics.hasAccuracy).map { measure in
                func points(_ value: (RunMetrics.Row) -> Double) -> [(x: Double, y: Double)] {
                    metrics.rows.map { (Double($0.epoch), value($0)) }
                }
                var series = [LineChart.Series("train", points: points(measure.train))]
                if metrics.hasValidation {
                    series.append(.init("validation", points: points(measure.validation), line: .dashed))
                }
                if metrics.hasAverage {
                    series.append(
                        .init("validation, averaged", points: points(measure.averaged), line: .dashed)
                    )
                }
                return chart(
                    measure, measure.title, unit: measure.unit(metrics.hasAccuracy), series, rules: rules)
            })
    }

    /// Several runs: of each the images held out, if it held out some, else those it trained on.
    package static func comparison(_ runs: [(label: String, metrics: RunMetrics)]) -> LineChartStack {
        func split(_ metrics: RunMetrics) -> String { metrics.hasValidation ? " (validation)" : " (train)" }
        let splits = Set(runs.map { split($0.metrics) })
        let common = splits.count == 1 ? splits.first : nil
        let hasAccuracy = runs.contains { $0.metrics.hasAccuracy }
        return LineChartStack(
            "\(runs.count) runs compared",
            Measure.all(hasAccuracy).map { measure in
                let series = runs.enumerated().map { place, run in
                    LineChart.Series(
                        run.label + (common == nil ? split(run.metrics) : ""),
                        points: run.metrics.rows.map { (Double($0.epoch), measure.monitored($0)) },
                        // There are eight colours.
                        line: place / 8 % 2 == 0 ? .solid : .dashed)
                }
                return chart(
                    measure, measure.title + (common ?? ""), unit: measure.unit(hasAccuracy), series)
            })
    }

    /// A loss that falls to a tenth or less is drawn on a logarithmic axis, or late epochs would look alike.
    private static func chart(
        _ measure: Measure, _ title: String, unit: String, _ series: [LineChart.Series],
        rules: [LineChart.Rule] = []
    ) -> LineChart {
        let points = series.flatMap(\.points)
        let values = points.map(\.y).filter { $0 > 0 && $0.isFinite }
        let isSteep = measure == .loss && (values.max() ?? 1) > 10 * (values.min() ?? 1)
        // Around a single epoch there are no others.
        let isSingle = Set(points.map(\.x)).count == 1
        let ticks = isSingle ? Axis.Ticks.labels([(points[0].x, "\(Int(points[0].x))")]) : .integers
        return LineChart(
            title, x: Axis("epoch", ticks: ticks),
            y: Axis(unit, scale: isSteep ? .logarithmic : .linear), series: series, rules: rules)
    }
}
