import Console
import ElementaryFunctions

/// A confusion matrix: the number of samples of each true class (rows) with each predicted class (columns).
///
/// The colour shows the logarithm of a count, so that a few errors are visible next to a thousand correct
/// predictions.
package struct ConfusionMatrixChart: Chart {
    package var title: String
    /// The counts, [true class][predicted class].
    package var counts: [[Int]]
    package var classNames: [String]
    /// The language of the words that the chart adds.
    package var language: Language

    package init(
        _ title: String, counts: [[Int]], classNames: [String], language: Language = .english
    ) {
        precondition(
            !counts.isEmpty && counts.count == classNames.count
                && counts.allSatisfy { $0.count == classNames.count },
            "counts of \(classNames.count) x \(classNames.count) classes, at least one, expected, "
                + "received \(counts.count) rows of \(Set(counts.map(\.count)).sorted()) columns")
        precondition(counts.joined().allSatisfy { $0 >= 0 }, "counts from 0 expected, received \(counts)")
        self.title = title
        self.counts = counts
        self.classNames = classNames
        self.language = language
    }

    package var svg: Markup {
        let layout = ConfusionMatrixLayout(self)
        return Picture.svg(
            height: layout.height, title: title, description: description,
            children: ConfusionMatrixDrawing(chart: self, layout: layout).children)
    }

    private var description: String {
        var errors: [(count: Int, row: Int, column: Int)] = []
        for (row, columns) in counts.enumerated() {
            for (column, count) in columns.enumerated() where row != column && count > 0 {
                errors.append((count, row, column))
            }
        }
        let worst = errors.enumerated().sorted {
            ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
        }
        .prefix(3).map {
            language.text(
                ChartText.frequentError,
                ["row": classNames[$1.row], "column": classNames[$1.column], "count": "\($1.count)"])
        }
        let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
        let total = right + errors.reduce(0) { $0 + $1.count }
        var sentences = [
            language.text(
                ChartText.confusionMatrix,
                ["classes": "\(classNames.count)", "right": "\(right)", "total": "\(total)"])
        ]
        if !worst.isEmpty {
            sentences.append(
                language.text(ChartText.frequentErrors, ["errors": worst.joined(separator: ", ")]))
        }
        return sentences.joined(separator: " ")
    }
}

/// The colours of counts.
struct HeatScale {
    let greatest: Int

    /// Returns the index of a count's colour: 0 for a count of 0, otherwise 1 to 8 in equal steps of the logarithm up
    /// to the greatest count.
    func level(of count: Int) -> Int {
        if count == 0 { return 0 }
        if greatest == 1 { return Markup.numberOfHeatLevels }
        let fraction = Elementary.log10(Double(count)) / Elementary.log10(Double(greatest))
        return 1 + Int((fraction * Double(Markup.numberOfHeatLevels - 1)).rounded())
    }
}

/// The places of the parts of a confusion matrix.
struct ConfusionMatrixLayout {
    let scale: HeatScale
    let rowNames: [String]
    let columnNames: [String]
    let areColumnNamesUpright: Bool
    let left: Double
    let top: Double
    let cell: Double
    /// The font size of the numbers in the cells; nil if it would be too small to read.
    let numberSize: Double?
    /// The distance between two labelled classes.
    let stride: Int
    private let language: Language

    init(_ chart: ConfusionMatrixChart) {
        language = chart.language
        scale = HeatScale(greatest: chart.counts.joined().max() ?? 0)
        let count = Double(chart.classNames.count)
        let names = chart.classNames.map { Lettering.shortened($0, to: 130) }
        let widest = names.map { Lettering.width($0) }.max() ?? 0
        // The vertical text "true class" is beside the names of the rows.
        left = Picture.margin + 30 + widest + 8
        cell = min(110, (Picture.width - 2 * Picture.margin - left) / count)
        stride = max(1, Int((20 / cell).rounded(.up)))
        areColumnNamesUpright = widest > max(cell * Double(stride) - 4, 20)
        let titleHeight = chart.title.isEmpty ? 0.0 : 34
        top = Picture.margin + titleHeight + 30 + (areColumnNamesUpright ? widest + 8 : 26)
        (rowNames, columnNames) = (names, names)
        let digits = Lettering.width(String(scale.greatest), size: 1)
        let size = min(19, 0.9 * cell / digits, 0.6 * cell)
        numberSize = size < 9 ? nil : size
    }

    var side: Double { cell * Double(rowNames.count) }
    var keyTop: Double { top + side + 20 }
    var height: Double { keyTop + 52 + 26 * Double(caption.count) }

    var caption: [String] {
        [language.text(ChartText.colourKey)]
            + (numberSize == nil ? [language.text(ChartText.pointAtCell)] : [])
    }
}
