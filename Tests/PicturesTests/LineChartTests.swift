import TestSupport
import Testing

@testable import Pictures

@Suite struct LineChartTests {
    private func paths(_ chart: some Chart, class name: String) throws -> [String] {
        try readXML(chart.svgFile).all(class: name).compactMap { $0.attributes["d"] }
    }

    @Test func `series keep their order and styles`() throws {
        let legend = try readXML(SampleCharts.runs.svgFile).all("g").filter { !$0.all("text").isEmpty }
        #expect(
            legend.map { $0.all("text")[0].text } == [
                "bilstm-12", "bilstm-64", "gru-32", "lstm-32 without dropout", "rnn-tanh", "rnn-relu",
            ])
        #expect(legend.map { $0.attributes["class"] } == (0..<6).map { "rn-color-\($0)" })
        // The lines are of the same kind, so the markers' shapes distinguish them.
        #expect(Set(SampleCharts.runs.looks.map(\.marker)).count == 6)
    }

    @Test func `a dashed and a solid line need no markers`() throws {
        let looks = SampleCharts.curves.charts[0].looks
        #expect(looks.map(\.isDashed) == [false, true])
        #expect(looks.map(\.marker) == [nil, nil])
    }

    @Test func `a stack shows one legend and aligns its axes`() throws {
        let svg = try readXML(SampleCharts.curves.svgFile)
        #expect(svg.all("text").filter { $0.text == "train" }.count == 1)
        #expect(svg.all(class: "rn-line").count == 2 + 4)
        let starts = svg.all(class: "rn-axis").compactMap { $0.attributes["d"]?.prefix { $0 != " " } }
        #expect(starts.count == 2 && starts[0] == starts[1])
        var charts = SampleCharts.curves
        charts.charts[1].series[1].name = "test"
        #expect(try readXML(charts.svgFile).all("text").filter { $0.text == "train" }.count == 2)
    }

    @Test func `bad points break the line`() throws {
        let chart = SampleCharts.badPoints
        let line = try #require(try paths(chart, class: "rn-line").last)
        // The middle one of the runs 2-3, 5 and 8-9 is a point without a line and has a marker.
        #expect(line.filter { $0 == "M" }.count == 2)
        #expect(line.filter { $0 == "L" }.count == 2)
        #expect(try paths(chart, class: "rn-mark").joined().filter { $0 == "M" }.count == 1)
        #expect(try paths(chart, class: "rn-band").joined().filter { $0 == "M" }.count == 2)
        #expect(try readXML(chart.svgFile).all(class: "rn-rule").count == 1)
    }

    @Test func `points that are not positive break a logarithmic line`() throws {
        let chart = SampleCharts.line(
            [.init("a", points: [(1, 1), (2, 0.1), (3, 0), (4, 0.1), (5, 0.2), (6, -1), (7, 0.1), (8, 1)])],
            y: Axis("loss", scale: .logarithmic))
        #expect(try paths(chart, class: "rn-line").joined().filter { $0 == "M" }.count == 3)
    }

    @Test func `lines connect their points`() throws {
        let chart = SampleCharts.line([.init("a", points: [(0, 0), (5, 10), (10, 5)])])
        let layout = LineChartLayout(chart, plotHeight: 270)
        let line = try #require(try paths(chart, class: "rn-line").first)
        let numbers = line.split { "ML ".contains($0) }.compactMap { Double($0) }
        #expect(numbers.count == 6)
        #expect(numbers[0] == layout.left + 8 && numbers[4] == layout.right - 8)
        #expect(abs(numbers[2] - (numbers[0] + numbers[4]) / 2) <= 0.01)
        #expect(numbers[3] < numbers[5] && numbers[5] < numbers[1])
        #expect(abs(numbers[5] - (numbers[1] + numbers[3]) / 2) <= 0.01)
    }

    @Test func `many points are thinned but no extreme is lost`() throws {
        var points: [(x: Double, y: Double)] = (0..<100_000).map {
            (Double($0), Double($0 * 7919 % 1000) / 1000)
        }
        points[54_321].y = 9
        points[76_543].y = -3
        let places = points.map { Place(x: $0.x / 200, y: $0.y) }
        let thin = places.thinned()
        #expect(thin.count <= 4 * 500)
        #expect(thin.first == places.first && thin.last == places.last)
        #expect(thin.map(\.y).max() == 9 && thin.map(\.y).min() == -3)
        #expect(zip(thin, thin.dropFirst()).allSatisfy { $0.x < $1.x })
        #expect(Array(places.prefix(3)).thinned().count <= 3)
        #expect([Place]().thinned().isEmpty)
        let chart = SampleCharts.line([.init("a", points: points)])
        #expect(chart.svg.rendered.utf8.count < 60_000)
    }

    @Test func `dashed lines are drawn over solid ones`() throws {
        let lines = try readXML(SampleCharts.forecast.svgFile).all(class: "rn-line").suffix(2)
        #expect(lines.map { $0.attributes["class"] } == ["rn-line", "rn-line rn-dashed"])
    }

    @Test func `dates fit on the axis`() throws {
        let ticks = LineChartLayout(SampleCharts.forecast, plotHeight: 270).xTicks
        #expect((3...6).contains(ticks.count))
        #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.extent.high < $1.extent.low })
    }

    @Test func `the chart describes itself`() throws {
        let svg = try readXML(SampleCharts.curves.svgFile)
        #expect(svg.children.prefix(2).map(\.name) == ["title", "desc"])
        #expect(svg.children[0].text == "Loss and accuracy")
        #expect(svg.children[1].text.contains("train: 0.3 at first, 0.005882 at last"))
        #expect(svg.attributes["role"] == "img")
    }

    @Test func `a marker is at each point if requested`() throws {
        let chart = SampleCharts.line([.init("a", points: SampleCharts.decay(1), markers: .every)])
        #expect(try paths(chart, class: "rn-mark").joined().filter { $0 == "M" }.count == 51)
        let none = SampleCharts.line(
            [0, 1].map { .init("\($0)", points: SampleCharts.decay(1), markers: .none) })
        #expect(try paths(none, class: "rn-mark").isEmpty)
    }
}
