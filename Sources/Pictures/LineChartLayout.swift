/// The places of the parts of a line chart: title, legend, rules' labels, plot, ticks, label of the x axis.
struct LineChartLayout {
    let chart: LineChart
    let x: ScaledAxis
    let y: ScaledAxis
    let yTicks: [Tick]
    let looks: [SeriesLook]

    /// The legend; nil if a chart above shows the same one.
    var legend: Legend?
    var top = 0.0
    let plotHeight: Double
    /// The left end of the plot, after the labels of the y axis.
    let left: Double
    private(set) var ruleLabels: [RuleLabel] = []
    /// The row of the y axis' label: the lowest row, unless the label of a rule needs the place; then the row above all
    /// of them.
    private(set) var rowOfYLabel = 0
    let right = Picture.width - 2 * Picture.margin
    /// The distance of the axes' ends from the plot's, so that no marker covers the y axis.
    private let inset = 8.0

    /// Creates a layout. For several charts one below the other, `left` is the greatest value.
    init(_ chart: LineChart, plotHeight: Double, left: Double? = nil) {
        self.chart = chart
        self.plotHeight = plotHeight
        let points = chart.series.flatMap { series in
            series.points + series.band.flatMap { [($0.x, $0.low), ($0.x, $0.high)] }
        }.filter {
            ScaledAxis.canDraw($0.x, on: chart.x.scale) && ScaledAxis.canDraw($0.y, on: chart.y.scale)
        }
        x = ScaledAxis(chart.x, holding: points.map(\.x) + chart.rules.map(\.position))
        var y = ScaledAxis(chart.y, holding: points.map(\.y))
        y.extendToTicks(about: 5)
        self.y = y
        yTicks = y.ticks(about: 5)
        looks = chart.looks
        legend = looks.count > 1 || looks.contains(where: \.hasBand) ? Legend(items: looks) : nil
        let labels = yTicks.map { Lettering.shortened($0.label, to: 140) }
        self.left = left ?? Picture.margin + (labels.map { Lettering.width($0) }.max() ?? 0) + 10
        ruleLabels = placedRuleLabels()
        let extent = Extent(low: Picture.margin, high: Picture.margin + Lettering.width(yLabel))
        if ruleLabels.contains(where: { $0.extent.touches(extent) || $0.rule < extent.high + 6 }) {
            rowOfYLabel = 1 + (ruleLabels.map(\.row).max() ?? 0)
        }
    }

    var titleHeight: Double { chart.title.isEmpty ? 0 : 34 }
    var legendTop: Double { top + titleHeight }
    var plotTop: Double { legendTop + (legend?.height ?? 0) + Double(rowsAbovePlot) * Self.rowHeight + 14 }
    var plotBottom: Double { plotTop + plotHeight }
    var bottom: Double { plotBottom + 34 + (chart.x.label.isEmpty ? 0 : 26) }

    func place(_ x: Double, _ y: Double) -> Place? {
        guard let x = place(x: x), let y = place(y: y) else { return nil }
        return Place(x: x, y: y)
    }

    func place(x value: Double) -> Double? {
        x.fraction(value).map { left + inset + $0 * (right - left - 2 * inset) }
    }

    func place(y value: Double) -> Double? { y.fraction(value).map { plotBottom - $0 * plotHeight } }

    /// As many ticks of the x axis as there is room for their labels.
    var xTicks: [(tick: Tick, extent: Extent)] {
        func fitted(_ ticks: [Tick]) -> [(tick: Tick, extent: Extent)] {
            ticks.compactMap { tick in
                let label = Lettering.shortened(tick.label, to: 200)
                return place(x: tick.position).map {
                    (
                        Tick(position: tick.position, label: label),
                        Extent(
                            label, center: $0, within: Picture.margin / 2...Picture.width - Picture.margin / 2
                        )
                    )
                }
            }
        }
        func haveRoom(_ ticks: [(tick: Tick, extent: Extent)]) -> Bool {
            zip(ticks, ticks.dropFirst()).allSatisfy { !$0.extent.touches($1.extent) }
        }
        if case .labels = chart.x.ticks {
            let all = fitted(x.ticks(about: 0))
            for stride in 1...max(1, all.count) {
                let some = all.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
                if haveRoom(some) { return some }
            }
            return []
        }
        for count in stride(from: 9, through: 1, by: -1) {
            let ticks = fitted(x.ticks(about: count))
            if haveRoom(ticks) { return ticks }
        }
        return []
    }

    static let rowHeight = 26.0

    /// The label of a rule: to the right of the rule, or to the left if there is no room, in a row counted from the
    /// plot upwards.
    struct RuleLabel {
        var rule: Double
        var text: String
        var extent: Extent
        var row: Int

        /// Returns whether the label, in that row, would touch the other label, cover its rule, or be on top of the
        /// other label with its own rule.
        func meets(_ other: RuleLabel, inRow row: Int) -> Bool {
            if row == other.row { return extent.touches(other.extent) }
            return row < other.row
                ? extent.low < other.rule && other.rule < extent.high
                : other.extent.low < rule && rule < other.extent.high
        }
    }

    /// Places each label in the lowest row where it touches no label and crosses no rule. Labels to the right of
    /// their rules are placed from the right, the others from the left, so that the rules of upper labels do not
    /// cross lower labels.
    private func placedRuleLabels() -> [RuleLabel] {
        let labels = chart.rules.compactMap { rule in
            place(x: rule.position).map { position in
                let room = Picture.width - Picture.margin - position
                let text = Lettering.shortened(rule.label, to: max(room, position - Picture.margin))
                let width = Lettering.width(text)
                let low = width <= room ? position : position - width
                return RuleLabel(
                    rule: position, text: text, extent: Extent(low: low, high: low + width), row: 0)
            }
        }.sorted { $0.rule < $1.rule }
        var placed: [RuleLabel] = []
        for var label in labels.filter({ $0.extent.low >= $0.rule }).reversed()
            + labels.filter({ $0.extent.low < $0.rule })
        {
            label.row =
                (0...placed.count).first { row in !placed.contains { label.meets($0, inRow: row) } }
                ?? (placed.map(\.row).max() ?? -1) + 1
            placed.append(label)
        }
        return placed
    }

    var yLabel: String { Lettering.shortened(chart.y.label, to: Picture.width - 2 * Picture.margin) }

    private var rowsAbovePlot: Int {
        max((ruleLabels.map(\.row).max() ?? -1) + 1, chart.y.label.isEmpty ? 0 : rowOfYLabel + 1)
    }

    func baseline(ofRow row: Int) -> Double { plotTop - 18 - Double(row) * Self.rowHeight }
}

extension LineChart {
    /// The styles of the series. Two series never differ only in colour: series with the same kind of line get
    /// markers, as does a single point, which has no line.
    var looks: [SeriesLook] {
        series.enumerated().map { index, series in
            let isAlone = self.series.filter { $0.line == series.line }.count == 1
            let hasMarkers =
                series.markers == .every
                || series.markers == .automatic && (!isAlone || series.points.count == 1)
            let place = series.color ?? index
            precondition(place >= 0, "a place in the palette from 0 expected, received \(place)")
            return SeriesLook(
                name: series.name, color: place % Markup.numberOfChartColors,
                isDashed: series.line == .dashed,
                marker: hasMarkers ? Marker.allCases[place % Marker.allCases.count] : nil,
                marksEveryPoint: series.markers == .every, hasBand: !series.band.isEmpty)
        }
    }
}
