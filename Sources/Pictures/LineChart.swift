import Console

/// A line chart: series over a common x axis, such as loss curves, forecasts or runs.
///
/// ```swift
/// let chart = LineChart(
///     "Loss", x: Axis("epoch", ticks: .integers), y: Axis("cross-entropy", scale: .logarithmic),
///     series: [
///         .init("train", points: epochs.map { (Double($0.number), $0.trainLoss) }),
///         .init("validation", points: epochs.map { (Double($0.number), $0.validationLoss) }, line: .dashed),
///     ],
///     rules: [.init(37, "best epoch 37")])
/// ```
///
/// A point with a coordinate that is not finite, or not positive on a logarithmic axis, interrupts its line.
package struct LineChart: Chart {
    package struct Series: Sendable {
        package enum Line: Sendable, Hashable { case solid, dashed }

        package enum Markers: Sendable, Hashable {
            /// Some markers if another series has the same kind of line, so that series differ not only in colour.
            case automatic
            /// A marker at each point.
            case every
            case none
        }

        package var name: String
        package var points: [(x: Double, y: Double)]
        /// An area around the line, from low to high, such as a confidence interval.
        package var band: [(x: Double, low: Double, high: Double)]
        package var line: Line
        package var markers: Markers
        /// The index in the palette of eight colours; if nil, the index among the chart's series is used.
        package var color: Int?

        package init(
            _ name: String, points: [(x: Double, y: Double)],
            band: [(x: Double, low: Double, high: Double)] = [],
            line: Line = .solid, markers: Markers = .automatic, color: Int? = nil
        ) {
            self.name = name
            self.points = points
            self.band = band
            self.line = line
            self.markers = markers
            self.color = color
        }

        /// Creates a line without markers through values at 1, 2, …
        ///
        /// - Parameter place: The index among the chart's series. Lines from the ninth on are dashed, because there are
        ///   eight colours.
        package init(_ name: String, values: [Float], place: Int) {
            self.init(
                name, points: values.enumerated().map { (Double($0 + 1), Double($1)) },
                line: place < 8 ? .solid : .dashed, markers: .none)
        }
    }

    /// A vertical line with a label, for instance at the best epoch or where the test data begin.
    package struct Rule: Sendable, Hashable {
        package var position: Double
        package var label: String

        package init(_ position: Double, _ label: String) {
            self.position = position
            self.label = label
        }
    }

    package var title: String
    package var x: Axis
    package var y: Axis
    package var series: [Series]
    package var rules: [Rule]
    /// The language of the words that the chart adds.
    package var language: Language

    package init(
        _ title: String, x: Axis, y: Axis, series: [Series], rules: [Rule] = [],
        language: Language = .english
    ) {
        self.title = title
        self.x = x
        self.y = y
        self.series = series
        self.rules = rules
        self.language = language
    }

    package var svg: Markup { LineChartStack(title, [self]).svg }
}

/// Line charts one below the other in one picture, with aligned axes: `curves.svg` has loss above accuracy. If all
/// charts have series of the same names and styles, only the first shows the legend.
package struct LineChartStack: Chart {
    /// The name of the picture for screen readers; each chart shows its own title.
    package var title: String
    package var charts: [LineChart]

    package init(_ title: String, _ charts: [LineChart]) {
        self.title = title
        self.charts = charts
    }

    package var svg: Markup {
        let plotHeight = charts.count == 1 ? 270.0 : 220
        let left = charts.map { LineChartLayout($0, plotHeight: plotHeight).left }.max()
        var layouts = charts.map { LineChartLayout($0, plotHeight: plotHeight, left: left) }
        var top = Picture.margin
        for index in layouts.indices {
            if index > 0, layouts[index].looks == layouts[0].looks { layouts[index].legend = nil }
            layouts[index].top = top
            top = layouts[index].bottom + 18
        }
        return Picture.svg(
            height: (layouts.last?.bottom ?? 0) + Picture.margin, title: title,
            description: charts.map(\.description).joined(separator: " "),
            children: layouts.flatMap { LineChartDrawing(layout: $0).children })
    }
}

extension LineChart {
    /// A description of the lines in words.
    var description: String {
        let lines = series.map { series in
            let drawn = series.points.filter {
                ScaledAxis.canDraw($0.x, on: x.scale) && ScaledAxis.canDraw($0.y, on: y.scale)
            }
            guard let first = drawn.first, let last = drawn.last else {
                return language.text(ChartText.noPoints, ["name": series.name])
            }
            let values = drawn.map(\.y)
            return language.text(
                ChartText.points,
                [
                    "name": series.name, "first": Numerals.brief(first.y), "last": Numerals.brief(last.y),
                    "low": Numerals.brief(values.min() ?? 0), "high": Numerals.brief(values.max() ?? 0),
                    "count": "\(drawn.count)",
                ])
        }
        let chart =
            switch (y.label.isEmpty, x.label.isEmpty) {
            case (true, true): language.text(ChartText.lineChart, ["title": title])
            case (false, false):
                language.text(ChartText.lineChartOver, ["title": title, "x": x.label, "y": y.label])
            default: language.text(ChartText.lineChartOf, ["title": title, "axis": y.label + x.label])
            }
        return chart + " " + lines.joined(separator: " ")
    }
}
