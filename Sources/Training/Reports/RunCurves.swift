import Pictures

/// Loss above, accuracy below, over the epochs of one run or several.
enum RunCurves {
    /// `curves.svg`.
    static func chart(_ metrics: RunMetrics, title: String) -> LineChartStack {
        let rules = metrics.best.map { [LineChart.Rule(Double($0.epoch), "best epoch \($0.epoch)")] } ?? []
        func chart(
            _ title: String, _ unit: String, _ train: KeyPath<RunMetrics.Row, Double>,
            _ validation: KeyPath<RunMetrics.Row, Double?>
        ) -> LineChart {
            var series = [
                LineChart.Series("train", points: metrics.rows.map { (Double($0.epoch), $0[keyPath: train]) })
            ]
            if metrics.hasValidation {
                series.append(
                    .init(
                        "validation",
                        points: metrics.rows.map { (Double($0.epoch), $0[keyPath: validation] ?? .nan) },
                        line: .dashed))
            }
            return LineChart(
                title, x: Axis("epoch", ticks: .integers), y: Axis(unit), series: series, rules: rules)
        }
        return LineChartStack(
            title,
            [
                chart("Loss", "cross-entropy", \.trainLoss, \.validationLoss),
                chart("Accuracy", "percent", \.trainAccuracy, \.validationAccuracy),
            ])
    }

    /// Several runs: of each the images held out, if it held out some, else those it trained on.
    static func comparison(_ runs: [(label: String, metrics: RunMetrics)]) -> LineChartStack {
        let kinds = Set(runs.map(\.metrics.hasValidation))
        let kind = kinds.count > 1 ? "" : kinds.contains(true) ? " (validation)" : " (train)"
        func chart(_ title: String, _ unit: String, _ value: (RunMetrics.Row) -> Double) -> LineChart {
            LineChart(
                title + kind, x: Axis("epoch", ticks: .integers), y: Axis(unit),
                series: runs.enumerated().map { place, run in
                    let suffix =
                        kinds.count == 1 ? "" : run.metrics.hasValidation ? " (validation)" : " (train)"
                    return LineChart.Series(
                        run.label + suffix, points: run.metrics.rows.map { (Double($0.epoch), value($0)) },
                        line: place / 8 % 2 == 0 ? .solid : .dashed)
                })
        }
        return LineChartStack(
            "\(runs.count) runs compared",
            [
                chart("Loss", "cross-entropy", \.monitoredLoss),
                chart("Accuracy", "percent", \.monitoredAccuracy),
            ])
    }
}
