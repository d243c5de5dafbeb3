struct ConfusionMatrixDrawing {
    let chart: ConfusionMatrixChart
    let layout: ConfusionMatrixLayout

    @MarkupBuilder
    var children: [Markup] {
        if !chart.title.isEmpty {
            Markup.label(
                Lettering.shortened(
                    chart.title, to: Picture.width - 2 * Picture.margin, size: Lettering.titleSize * 1.06),
                x: Picture.margin, y: Picture.margin + 22, class: "rn-title")
        }
        axisTitles
        names
        cells
        key
    }

    private var axisTitles: [Markup] {
        let middle = layout.top + layout.side / 2
        let x = Picture.margin + 16
        return [
            .label(
                chart.language.text(ChartText.predictedClass), x: layout.left + layout.side / 2,
                y: Picture.margin + (chart.title.isEmpty ? 18 : 52), anchor: .middle, class: "rn-quiet"),
            Markup(
                "text",
                [
                    "class": "rn-quiet", "text-anchor": "middle",
                    "transform": "translate(\(x.inPath) \(middle.inPath)) rotate(-90)",
                ]
            ) { chart.language.text(ChartText.trueClass) },
        ]
    }

    private var names: [Markup] {
        chart.classNames.indices.filter { $0 % layout.stride == 0 }.flatMap { index in
            let offset = (Double(index) + 0.5) * layout.cell
            let (x, y) = (layout.left + offset, layout.top - 8)
            let column =
                layout.areColumnNamesUpright
                ? Markup(
                    "text",
                    ["dy": ".35em", "transform": "translate(\(x.inPath) \(y.inPath)) rotate(-90)"]
                ) { layout.columnNames[index] }
                : Markup.label(layout.columnNames[index], x: x, y: y, anchor: .middle)
            return [
                column,
                .centredLabel(
                    layout.rowNames[index], x: layout.left - 8, y: layout.top + offset, anchor: .end),
            ]
        }
    }

    /// The cells. Cells with a count of 0 are one path; every other cell has a title with its classes.
    private var cells: [Markup] {
        let gap = min(2, layout.cell * 0.1)
        let size = (layout.cell - gap).inPath
        var empty = ""
        var filled: [Markup] = []
        var numbers: [Markup] = []
        for (row, counts) in chart.counts.enumerated() {
            for (column, count) in counts.enumerated() {
                let x = layout.left + Double(column) * layout.cell
                let y = layout.top + Double(row) * layout.cell
                guard count > 0 else {
                    empty += "M\((x + gap / 2).inPath) \((y + gap / 2).inPath)h\(size)v\(size)h-\(size)z"
                    continue
                }
                let level = layout.scale.level(of: count)
                filled.append(
                    Markup(
                        "rect",
                        [
                            "class": "rn-heat-\(level)", "x": (x + gap / 2).inPath, "y": (y + gap / 2).inPath,
                            "width": size, "height": size, "rx": layout.cell > 24 ? "2" : nil,
                        ]
                    ) {
                        Markup("title") {
                            chart.language.text(
                                ChartText.cell,
                                [
                                    "row": chart.classNames[row], "column": chart.classNames[column],
                                    "count": "\(count)",
                                ])
                        }
                    })
                numbers.append(
                    .centredLabel(
                        String(count), x: x + layout.cell / 2, y: y + layout.cell / 2, anchor: .start,
                        class: level > Markup.numberOfHeatLevels / 2
                            ? "rn-cell rn-on-high" : "rn-cell rn-on-low"))
            }
        }
        var children = empty.isEmpty ? [] : [Markup("path", ["class": "rn-heat-0", "d": empty])]
        children += filled
        if let size = layout.numberSize {
            // Numbers ignore the pointer; otherwise they would hide the cells' titles.
            children.append(
                Markup("g", ["font-size": size.inPath, "pointer-events": "none"]) { numbers })
        }
        return children
    }

    /// The key: the colours from 1 to the greatest count.
    private var key: [Markup] {
        let sample = (width: 26.0, height: 16.0)
        let y = layout.keyTop + 8
        var x = Picture.margin
        var children = [Markup.centredLabel("1", x: x, y: y + 8, anchor: .start, class: "rn-quiet")]
        x += 20
        for level in 1...Markup.numberOfHeatLevels {
            children.append(
                Markup(
                    "rect",
                    [
                        "class": "rn-heat-\(level)", "x": x.inPath, "y": y.inPath,
                        "width": sample.width.inPath, "height": sample.height.inPath,
                    ]))
            x += sample.width
        }
        children.append(
            .centredLabel(
                String(max(1, layout.scale.greatest)), x: x + 8, y: y + 8, anchor: .start, class: "rn-quiet"))
        for (index, line) in layout.caption.enumerated() {
            children.append(
                .label(line, x: Picture.margin, y: y + 44 + 26 * Double(index), class: "rn-quiet"))
        }
        return children
    }
}
