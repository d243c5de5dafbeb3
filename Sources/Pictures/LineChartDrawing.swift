/// Draws a line chart at the places of its layout.
struct LineChartDrawing {
    private let layout: LineChartLayout
    private var chart: LineChart { layout.chart }
    /// The runs of each series between missing points, thinned.
    private let lines: [[[Place]]]

    init(layout: LineChartLayout) {
        self.layout = layout
        lines = layout.chart.series.map { series in
            series.points.map { layout.place($0.x, $0.y) }.runs().map { $0.thinned() }
        }
    }

    @MarkupBuilder
    var children: [Markup] {
        if !chart.title.isEmpty {
            Markup.label(
                Lettering.shortened(
                    chart.title, to: Picture.width - 2 * Picture.margin, size: Lettering.titleSize * 1.06),
                x: Picture.margin, y: layout.top + 22, class: "rn-title")
        }
        if let legend = layout.legend { legend.children(top: layout.legendTop) }
        yAxis
        xAxis
        rules
        for index in chart.series.indices { band(index) }
        // Dashed lines are drawn last: above a solid line they are visible, below it they are not.
        for index in chart.series.indices where !layout.looks[index].isDashed { line(index) }
        for index in chart.series.indices where layout.looks[index].isDashed { line(index) }
        if lines.allSatisfy(\.isEmpty) {
            Markup.centredLabel(
                chart.language.text(ChartText.noData), x: (layout.left + layout.right) / 2,
                y: (layout.plotTop + layout.plotBottom) / 2,
                class: "rn-quiet")
        }
    }

    private var yAxis: [Markup] {
        let ticks = layout.yTicks.compactMap { tick in layout.place(y: tick.position).map { (tick.label, $0) }
        }
        let grid = ticks.map { "M\(layout.left.inPath) \($0.1.inPath)H\(layout.right.inPath)" }.joined()
        var children = [Markup("path", ["class": "rn-grid", "d": grid])]
        children += ticks.map { label, y in
            Markup.centredLabel(
                Lettering.shortened(label, to: 140), x: layout.left - 10, y: y, anchor: .end,
                class: "rn-quiet")
        }
        if !chart.y.label.isEmpty {
            children.append(
                Markup.label(
                    layout.yLabel, x: Picture.margin, y: layout.baseline(ofRow: layout.rowOfYLabel),
                    class: "rn-quiet"))
        }
        return children
    }

    private var xAxis: [Markup] {
        let bottom = layout.plotBottom
        var path = "M\(layout.left.inPath) \(bottom.inPath)H\(layout.right.inPath)"
        var children: [Markup] = []
        for (tick, extent) in layout.xTicks {
            guard let x = layout.place(x: tick.position) else { continue }
            path += "M\(x.inPath) \(bottom.inPath)v6"
            children.append(
                .label(tick.label, x: extent.center, y: bottom + 26, anchor: .middle, class: "rn-quiet"))
        }
        if !chart.x.label.isEmpty {
            let limit = layout.right - layout.left
            children.append(
                .label(
                    Lettering.shortened(chart.x.label, to: limit), x: (layout.left + layout.right) / 2,
                    y: bottom + 52, anchor: .middle, class: "rn-quiet"))
        }
        return [Markup("path", ["class": "rn-axis", "d": path])] + children
    }

    private var rules: [Markup] {
        layout.ruleLabels.flatMap { label in
            let baseline = layout.baseline(ofRow: label.row)
            let x = label.rule.inPath
            return [
                Markup(
                    "path",
                    ["class": "rn-rule", "d": "M\(x) \(layout.plotBottom.inPath)V\((baseline + 6).inPath)"]),
                Markup.label(
                    label.text, x: label.rule, y: baseline,
                    anchor: label.extent.low < label.rule ? .end : .start, class: "rn-halo"),
            ]
        }
    }

    private func band(_ index: Int) -> [Markup] {
        let band = chart.series[index].band
        let isDrawn = band.map { layout.place($0.x, $0.low) != nil && layout.place($0.x, $0.high) != nil }
        let low = zip(band, isDrawn).map { $1 ? layout.place($0.x, $0.low) : nil }.runs()
        let high = zip(band, isDrawn).map { $1 ? layout.place($0.x, $0.high) : nil }.runs()
        let path = zip(low, high).map { polyline($0.thinned() + $1.thinned().reversed()) + "z" }.joined()
        if path.isEmpty { return [] }
        return [
            Markup("g", ["class": layout.looks[index].className]) {
                Markup("path", ["class": "rn-band", "d": path])
            }
        ]
    }

    private func line(_ index: Int) -> [Markup] {
        let look = layout.looks[index]
        let runs = lines[index]
        if runs.isEmpty { return [] }
        let path = runs.filter { $0.count > 1 }.map(polyline).joined()
        let marks = marks(on: runs, of: index)
        return [
            Markup("g", ["class": look.className]) {
                if !path.isEmpty { Markup("path", ["class": look.lineClassName, "d": path]) }
                if !marks.isEmpty { Markup("path", ["class": "rn-mark", "d": marks]) }
            }
        ]
    }

    private func polyline(_ places: [Place]) -> String {
        places.enumerated().map { "\($0 == 0 ? "M" : "L")\($1.x.inPath) \($1.y.inPath)" }.joined()
    }

    /// Returns the markers of a series: at each point, or at about eight points that differ from series to series. A
    /// point without neighbours, which has no line, always has a marker.
    private func marks(on runs: [[Place]], of index: Int) -> String {
        let look = layout.looks[index]
        let marker = look.marker ?? .circle
        let spacing = (layout.right - layout.left) / 8
        var next = layout.left + spacing * (0.2 + Double(index) / Double(max(1, chart.series.count)))
        var marks = ""
        for run in runs {
            for place in run {
                let isDue = look.marker != nil && (look.marksEveryPoint || place.x >= next)
                guard isDue || run.count == 1 else { continue }
                marks += marker.path(at: place)
                while next <= place.x { next += spacing }
            }
        }
        return marks
    }
}
