import Console
import TestSupport
import Testing

@testable import Pictures

@Suite struct ChartTextTests {
    @Test func `every text is in both languages`() {
        #expect(ReportTexts.problems(in: ChartText.self) == [])
    }

    private static let names = ["훈련 데이터의 손실", "검증 데이터의 손실", "이동 평균의 손실", "가장 긴 이름을 가진 마지막 선"]

    private var line: LineChart {
        LineChart(
            "훈련 손실", x: Axis("에포크", ticks: .integers), y: Axis("교차 엔트로피"),
            series: Self.names.enumerated().map { place, name in
                .init(name, points: [(0, Double(place)), (1, 2)])
            }, rules: [.init(0.5, "가장 좋은 에포크 0"), .init(0.75, "2019-01-16부터 미래 예측")], language: .korean)
    }

    private var empty: LineChart {
        var chart = line
        chart.series = [.init("훈련", points: [])]
        return chart
    }

    private var matrix: ConfusionMatrixChart {
        ConfusionMatrixChart(
            "테스트 이미지 200장", counts: [[90, 3], [7, 100]], classNames: ["셔츠", "바지"], language: .korean)
    }

    @Test func `the words that a chart adds are in its language`() throws {
        let charts: [any Chart] = [line, empty, matrix]
        for chart in charts {
            #expect(ReportTexts.untranslated(try readXML(chart.svgFile), [ChartText.self]) == [])
        }
        #expect(try readXML(empty.svgFile).all("text").map(\.text).contains("데이터 없음"))
        #expect(try readXML(matrix.svgFile).all("title").map(\.text).contains("정답 셔츠, 예측 바지: 3"))
    }

    /// A Hangul syllable is as wide as the font size, so the legend breaks earlier than with as many Latin letters.
    @Test func `a legend in Korean is within the picture`() {
        #expect(Lettering.width("훈련", size: 20) >= 40 && Lettering.width("훈련", size: 20) < 45)
        let legend = LineChartLayout(line, plotHeight: 270).legend
        let rows = legend?.rows ?? []
        #expect(rows.count == 2)
        for row in rows {
            for (item, next) in zip(row, row.dropFirst()) {
                #expect(item.x + 48 + Lettering.width(item.label) <= next.x)
            }
            #expect((row.last.map { $0.x + 48 + Lettering.width($0.label) } ?? 0) <= Picture.width)
        }
    }
}
