import Foundation
import TestSupport
import Testing

@testable import Pictures

/// Properties of every chart.
@Suite struct ChartTests {
    @Test(arguments: SampleCharts.all.indices)
    func `every chart is well formed and finite`(_ index: Int) throws {
        let (name, chart) = SampleCharts.all[index]
        let svg = try readXML(chart.svgFile)
        #expect(svg.name == "svg", "\(name)")
        for element in svg.all {
            for (key, value) in element.attributes
            where !["class", "role", "xmlns", "transform"].contains(key) {
                let words = value.lowercased()
                #expect(!words.contains("nan") && !words.contains("inf"), "\(name): \(key)=\"\(value)\"")
            }
        }
        #expect(svg.all("text").allSatisfy { !["nan", "inf", "-inf"].contains($0.text) }, "\(name)")
        let box = try #require(svg.attributes["viewBox"]).split(separator: " ").compactMap { Double($0) }
        #expect(box == [0, 0, try svg.number("width"), try svg.number("height")])
        #expect(box[2] == 640 && box[3] < 1200, "\(name)")
    }

    /// Sets and dictionaries have a different order in each process, so a chart that depended on it would differ.
    @Test func `another process draws the same bytes`() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            print(SampleCharts.checksums)
        }
        let output = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
        #expect(output.contains(SampleCharts.checksums), "\(output)")
    }

    /// The estimated boxes of all level texts are within the picture and do not touch each other.
    @Test(arguments: SampleCharts.all.indices)
    func `texts are within the picture and apart from each other`(_ index: Int) throws {
        let (name, chart) = SampleCharts.all[index]
        let svg = try readXML(chart.svgFile)
        let height = try svg.number("height")
        var boxes: [(text: String, x: Extent, y: Extent)] = []
        for text in svg.all("text") where text.attributes["transform"] == nil {
            let classes = text.attributes["class"] ?? ""
            if classes.contains("rn-cell") || text.text.isEmpty { continue }
            let size = classes == "rn-title" ? Lettering.titleSize : Lettering.size
            let width = Lettering.width(text.text, size: size)
            let anchor = text.attributes["text-anchor"] ?? "start"
            let low = try text.number("x") - (anchor == "end" ? width : anchor == "middle" ? width / 2 : 0)
            let baseline = try text.number("y") + (text.attributes["dy"] == nil ? 0 : 0.35 * size)
            boxes.append(
                (
                    text.text, Extent(low: low, high: low + width),
                    Extent(low: baseline - 0.75 * size, high: baseline)
                ))
        }
        for (index, box) in boxes.enumerated() {
            #expect(box.x.low >= 0 && box.x.high <= 640.5, "\(name): \"\(box.text)\" \(box.x)")
            #expect(box.y.low >= 0 && box.y.high <= height, "\(name): \(box)")
            for other in boxes.dropFirst(index + 1) {
                let isOver = box.x.touches(other.x, gap: 0) && box.y.touches(other.y, gap: 0)
                #expect(!isOver, "\(name): \"\(box.text)\" and \"\(other.text)\"")
            }
        }
    }

    /// No label is crossed by another label's rule.
    @Test func `rules do not cross labels`() {
        let labels = LineChartLayout(SampleCharts.rules, plotHeight: 270).ruleLabels
        #expect(labels.count == 5)
        for label in labels {
            for other in labels where other.row >= label.row && other.text != label.text {
                #expect(
                    !(label.extent.low < other.rule && other.rule < label.extent.high),
                    "the rule of \"\(other.text)\" through \"\(label.text)\"")
            }
        }
    }

    /// If no row is suitable, a rule crosses a label; labels never overlap.
    @Test(arguments: Array(stride(from: 0.3, through: 0.95, by: 0.05)))
    func `labels never overlap`(second: Double) {
        let chart = SampleCharts.line(
            [.init("a", points: [(0, 0), (1, 1)])],
            rules: [.init(0.29, "test from 2018-02-07"), .init(second, "ahead from 2019-01-01")])
        let labels = LineChartLayout(chart, plotHeight: 270).ruleLabels
        #expect(labels.count == 2)
        #expect(labels[0].row != labels[1].row || !labels[0].extent.touches(labels[1].extent))
    }

    @Test func `text is escaped`() throws {
        let svg = try readXML(SampleCharts.texts.svgFile)
        let text = SampleCharts.texts.title
        #expect(svg.all("title").first?.text == text)
        #expect(svg.all("text").contains { $0.text == "\u{FFFD}\u{FFFD}" })
    }

    @Test func `texts are shortened to their limit`() {
        #expect(Lettering.shortened("short", to: 200) == "short")
        let shortened = Lettering.shortened(String(repeating: "word ", count: 40), to: 200)
        #expect(shortened.hasSuffix("…") && !shortened.hasSuffix(" …") && shortened.count > 5)
        #expect(Lettering.width(shortened) <= 200)
    }
}
