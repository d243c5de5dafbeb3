import Console
import NeuralNetworks
import TestSupport
import Testing

@testable import Forecasting
@testable import Pictures
@testable import Prices
@testable import Runs

@Suite struct KoreanForecastTests {
    private static let tables: [any TextKey.Type] = [
        ForecastText.self, ForecastDataText.self, MonthText.self, DateText.self, PriceText.self, RunText.self,
        ReasonText.self, EnvironmentText.self, MetricText.self, ChartText.self, TimeText.self,
    ]

    @Test func `every text is in both languages`() {
        #expect(ReportTexts.problems(in: ForecastText.self) == [])
        #expect(ReportTexts.problems(in: ForecastDataText.self) == [])
        #expect(ReportTexts.problems(in: PriceText.self) == [])
        #expect(ReportTexts.problems(in: MonthText.self) == [])
        #expect(ReportTexts.problems(in: DateText.self) == [])
    }

    private func content(
        seeds: Int, models: [ForecastModel] = ForecastModel.allCases, ahead: Int = 3, train: Int = 5,
        state: RunState = .finished
    ) -> ForecastPage.Content {
        var content = ForecastPage.Content(name: "20260131-235959-stock-forecast", state: state)
        content.language = .korean
        content.reason = state == .stopped ? "Ctrl-C" : nil
        content.started = "2026-01-31T23:59:59Z"
        content.trainingSeconds = 91.6
        (content.networks, content.epochs) = (models.count * seeds, 2)
        content.record = sampleForecast(train: train, ahead: ahead, models: models, seeds: seeds).changed {
            $0.frequency = ahead > 0 ? RowFrequency.mondayToFriday.description : nil
        }
        content.rule = ForecastFeedback(features: ["Open", "Volume", "Change"], target: "Close")
            .rule(in: .korean)
        content.losses = models.map { ($0, Array(repeating: [2, 1], count: seeds)) }
        content.models = [
            (
                .rnn,
                SequenceModel(
                    RecurrentStack(.gru, inputSize: 4, hiddenSize: 2), sequenceLength: 5, valueCount: 1)
            )
        ]
        content.options = [("--seeds", "\(seeds)", false), ("--epochs", "301", true)]
        content.environment = [("Processor", "x86"), ("Cores", "2")]
        content.reproduce = [["stock-forecast"]]
        content.resume = ["stock-forecast", "--resume", "latest"]
        content.commandLine = ["stock-forecast"]
        return content
    }

    @Test(arguments: [1, 3], [[ForecastModel.rnn], ForecastModel.allCases])
    func `a report is Korean`(seeds: Int, models: [ForecastModel]) throws {
        for (ahead, train) in [(0, 5), (3, 5), (12, 5), (3, 12), (3, 0)] {
            var content = self.content(seeds: seeds, models: models, ahead: ahead, train: train)
            content.data = try self.data()
            let page = try readXML(ForecastPage(content).document)
            #expect(page.attributes["lang"] == "ko")
            #expect(ReportTexts.untranslated(page, Self.tables) == [])
        }
    }

    @Test(arguments: RunState.allCases) func `every stage has a Korean report`(state: RunState) throws {
        for hasFiles in [true, false] {
            var content = self.content(seeds: 1, state: state)
            if !hasFiles { (content.record, content.losses) = (nil, []) }
            let page = try readXML(ForecastPage(content).document)
            #expect(ReportTexts.untranslated(page, Self.tables) == [])
            #expect(page.all(class: "badge").map(\.text) == [state.text(in: .korean)])
        }
    }

    /// Returns the sentences that a run stores about its data.
    private func data() throws -> [String] {
        let directory = try TemporaryDirectory()
        var prices = SamplePrices()
        prices.rows[7] = prices.rows[7].split(separator: ",").prefix(5).joined(separator: ",") + ",null"
        let path = try directory.add("prices.csv", prices.text)
        let data = try ForecastData(smallForecast { $0.data = path })
        return ForecastTraining.Configuration(options: smallForecast(), data: data, commandLine: []).data
    }

    @Test func `the sentences about the data are translated`() throws {
        var content = self.content(seeds: 1)
        content.data = try self.data()
        let section = try #require(
            readXML(ForecastPage(content).document).all("section").first {
                $0.children.first?.text == "데이터"
            })
        let texts = section.all("p").map(\.text)
        #expect(texts.count == 4)
        #expect(texts[0].contains("행. 입력: Open, "), "\(texts[0])")
        #expect(texts[1].hasPrefix("윈도우 "), "\(texts[1])")
        #expect(texts[2].hasPrefix("값이 빠진 1행을 건너뛰었습니다. 9번째 줄에서 Volume 열의 값이 "), "\(texts[2])")
        #expect(texts[3].hasPrefix("스케일링: 최소-최대, 훈련 데이터의 "), "\(texts[3])")
    }

    /// Values of placeholders that no table translates.
    private static let values = [
        "path": "a.csv", "count": "12", "first": "2019-01-04", "last": "2019-02-04", "list": "Open",
        "day": "2019-01-05",
        "target": "Close", "windows": "12 windows", "rows": "5 rows", "train": "3", "test": "4",
        "date": "2019-01-09", "scaler": "min-max", "scaling": "as it is", "column": "Low", "limit": "1e-9",
        "former": "10", "formerDay": "2019-01-04", "price": "20", "factor": "2", "line": "7",
        "distance": "6 months",
        "text": "\"\"",
    ]

    @Test(arguments: ForecastDataText.allCases)
    func `a sentence about the data is found in the table`(key: ForecastDataText) {
        check(key)
    }

    @Test(arguments: PriceText.allCases)
    func `a sentence about the rows is found in the table`(key: PriceText) { check(key) }

    private func check<Key: TextKey>(_ key: Key) {
        for count in [1, 2] {
            let english = Language.english.text(key, Self.values, count: count)
            let korean = Self.values.mapValues { Language.korean.translated($0, from: Key.self) }
            #expect(
                Language.korean.translated(english, from: Key.self) == Language.korean.text(key, korean),
                "\(english)")
        }
    }

    @Test func `dates have their Korean form`() throws {
        let record = sampleForecast(days: 200, train: 100, ahead: 0)
        let chart = ForecastCharts.forecastChart(record, in: .korean)
        guard case .labels(let labels) = chart.x.ticks else {
            Issue.record("expected labels")
            return
        }
        #expect(
            labels.map(\.label).allSatisfy { $0.hasSuffix("월") || $0.hasSuffix("년") || $0.contains("년 ") })
        #expect(DateTicks.unbroken(record.dates[0], in: .korean) == "2019년\u{A0}1월\u{A0}4일")
        #expect(chart.rules.map(\.label) == ["\(record.dates[100])부터 테스트"])
    }
}
