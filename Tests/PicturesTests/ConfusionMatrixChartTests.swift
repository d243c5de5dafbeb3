import TestSupport
import Testing

@testable import Pictures

@Suite struct ConfusionMatrixChartTests {
    @Test func `cells are in their rows and columns`() throws {
        let chart = ConfusionMatrixChart("m", counts: [[90, 3], [0, 97]], classNames: ["no", "yes"])
        let svg = try readXML(chart.svgFile)
        let cells = svg.all("rect").filter { !$0.children.isEmpty }
        #expect(
            cells.map { $0.children[0].text } == [
                "true no, predicted no: 90", "true no, predicted yes: 3", "true yes, predicted yes: 97",
            ])
        let (first, second, third) = (cells[0], cells[1], cells[2])
        #expect(try first.number("y") == second.number("y") && first.number("x") < second.number("x"))
        #expect(try second.number("x") == third.number("x") && second.number("y") < third.number("y"))
        let numbers = svg.all(class: "rn-cell")
        #expect(numbers.map(\.text) == ["90", "3", "97"])
        for (cell, number) in zip(cells, numbers) {
            #expect(try abs(number.number("x") - cell.number("x") - cell.number("width") / 2) < 0.02)
            #expect(try abs(number.number("y") - cell.number("y") - cell.number("height") / 2) < 0.02)
        }
        #expect(svg.all(class: "rn-heat-0").count == 1)
        #expect(
            svg.all("text").map(\.text).filter { $0.hasSuffix(" class") } == [
                "predicted class", "true class",
            ])
    }

    @Test func `a few errors are visible next to a thousand correct predictions`() {
        #expect([0, 1, 2, 7, 30, 500, 980].map(HeatScale(greatest: 980).level) == [0, 1, 2, 3, 4, 7, 8])
    }

    @Test(arguments: [
        (1, [8]), (2, [1, 8]), (1000, [1, 8]),
    ])
    func `the least and the greatest count have the first and last level`(greatest: Int, levels: [Int]) {
        let scale = HeatScale(greatest: greatest)
        #expect(Array(Set([1, greatest].map(scale.level))).sorted() == levels)
    }

    @Test func `numbers contrast with their cells`() throws {
        // The counts 1, 2, 4, ... 16384 have all levels.
        let counts = (0..<4).map { row in (0..<4).map { row + $0 == 6 ? 0 : 1 << (4 * row + $0) } }
        let chart = ConfusionMatrixChart("", counts: counts, classNames: ["a", "b", "c", "d"])
        let svg = try readXML(chart.svgFile)
        let cells = svg.all("rect").filter { !$0.children.isEmpty }
        let numbers = svg.all(class: "rn-cell")
        #expect(cells.count == 15 && numbers.count == 15)
        #expect(Set(cells.compactMap { $0.attributes["class"] }).count == Markup.numberOfHeatLevels)
        for (cell, number) in zip(cells, numbers) {
            let level = try #require(cell.attributes["class"]?.last?.wholeNumberValue)
            #expect(number.attributes["class"] == (level <= 4 ? "rn-cell rn-on-low" : "rn-cell rn-on-high"))
        }
    }

    @Test(arguments: [1, 2, 3, 10, 20, 26, 50])
    func `numbers fit their cells`(classes: Int) {
        let chart = SampleCharts.matrix(classes)
        let layout = ConfusionMatrixLayout(chart)
        #expect(layout.left + layout.side <= 640 - 12 + 1e-9)
        if let size = layout.numberSize {
            #expect(size >= 9 && Lettering.width("980", size: size) <= layout.cell)
        }
        #expect((layout.numberSize != nil) == (classes <= 26))
        #expect(Double(layout.stride) * layout.cell >= Lettering.size)
    }

    @Test(arguments: [26, 36, 47]) func `class names are above their columns`(classes: Int) {
        let names = (0..<classes).map { $0 == 22 ? "W" : "e" }
        let counts = [[Int]](repeating: [Int](repeating: 800, count: classes), count: classes)
        let layout = ConfusionMatrixLayout(ConfusionMatrixChart("", counts: counts, classNames: names))
        #expect(!layout.areColumnNamesUpright)
        #expect(Lettering.width("W") < Double(layout.stride) * layout.cell)
    }

    @Test func `the chart describes itself`() throws {
        let svg = try readXML(SampleCharts.named.svgFile)
        #expect(
            svg.children[1].text
                == "Confusion matrix of 3 classes, rows true, columns predicted: 26 of 30 right. "
                + "Most frequent errors: a name that goes on and on, and on as : 2, <T-shirt> & top as a name that "
                + "goes on and on, and on: 1,  as <T-shirt> & top: 1.")
        #expect(svg.all("text").contains { $0.text.hasPrefix("Colour: logarithm of the count.") })
    }

    @Test func `counts of other shapes are rejected`() async {
        await #expect(processExitsWith: .failure) {
            _ = ConfusionMatrixChart("", counts: [[1, 2]], classNames: ["a", "b"])
        }
        await #expect(processExitsWith: .failure) {
            _ = ConfusionMatrixChart("", counts: [[1], [2]], classNames: ["a", "b"])
        }
        await #expect(processExitsWith: .failure) { _ = ConfusionMatrixChart("", counts: [], classNames: []) }
        await #expect(processExitsWith: .failure) {
            _ = ConfusionMatrixChart("", counts: [[-1]], classNames: ["a"])
        }
    }
}
