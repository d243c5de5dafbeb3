import NeuralNetworks
import TestSupport
import Testing

@testable import Forecasting

@Suite struct ForecastPageTests {
    private struct Layers: Summarizable, Sendable {
        var name = "rnn.l0"
        var inputShape: String { "(N, 5, 4)" }
        var layerSummaries: [LayerSummary] {
            [
                LayerSummary(name, outputShape: "(N, 5, 8)", parameterCount: 1160),
                LayerSummary("fc (Linear)", outputShape: "(N, 1)", parameterCount: 41),
            ]
        }
    }

    /// Content with every part.
    private var content: ForecastPage.Content {
        var content = ForecastPage.Content(name: "20260131-235959-stock-forecast", state: .stopped)
        content.reason = "Ctrl-C"
        content.started = "2026-01-31T23:59:59Z"
        content.trainingSeconds = 91.6
        content.networks = 6
        content.epochs = 2
        content.data = ["Twelve days.", "Scaled by hand."]
        content.record = sampleForecast()
        content.rule = "Volume keeps its last value."
        content.losses = [(.rnn, [[2, 1], [3, 2]]), (.lstm, [[4]])]
        content.models = [(.rnn, Layers()), (.lstm, Layers(name: "lstm.l0"))]
        content.options = [("--seeds", "2", false), ("--epochs", "301", true)]
        content.environment = [("Processor", "A processor")]
        content.reproduce = [["git", "checkout", "0123"], ["stock-forecast", "--csv", "my prices.csv"]]
        content.resume = ["stock-forecast", "--resume", "latest"]
        content.commandLine = ["stock-forecast", "--seeds", "2"]
        return content
    }

    private func read(_ content: ForecastPage.Content) throws -> ReadElement {
        try readXML(ForecastPage(content).document)
    }

    /// Returns all text of an element, its parts separated by spaces.
    private func text(_ element: ReadElement) -> String {
        element.all.map(\.text).joined(separator: " ").split { $0 == " " || $0 == "\n" }.joined(
            separator: " ")
    }

    private func rows(_ page: ReadElement, _ title: String) throws -> [[String]] {
        let box = try #require(page.all("div").first { $0.attributes["aria-label"] == title })
        return box.all("tr").map { $0.children.map(\.text) }
    }

    @Test func `the page of a run has every section`() throws {
        let page = try read(content)
        #expect(
            page.all("h2").map(\.text) == [
                "Actual and forecast", "Scores", "Days ahead", "Training", "Data", "RNN: layers",
                "LSTM: layers",
                "Configuration", "Environment", "How to reproduce",
            ])
        #expect(page.all("h1").map(\.text) == ["20260131-235959-stock-forecast"])
        #expect(page.all("svg").count == 2)
        let header = text(try #require(page.all("header").first))
        let verdict = ForecastScores(sampleForecast()).verdict()
        for expected in [
            "stopped 2 of 6 networks trained, 2 epochs each · Ctrl-C · started 2026-01-31 23:59:59 UTC",
            "1.000 ± 1.414 RMSE of the RNN, the lowest, on the test days; of the last value 2.000", verdict,
            "Forecast Close", "Models RNN, LSTM, GRU", "Seeds 2", "Training days 5", "Test days 7",
            "Days ahead 3",
            "Training time 1\u{A0}min 32\u{A0}s",
        ] {
            #expect(header.contains(expected), "\(expected) in \(header)")
        }
        #expect(text(page).contains("Volume keeps its last value."))
        #expect(text(page).contains("Twelve days. Scaled by hand."))
    }

    @Test func `tables contain the numbers`() throws {
        let page = try read(content)
        let scores = ForecastScores(sampleForecast())
        let test = try rows(page, "Test scores")
        #expect(test[0] == ["Model", "MSE", "RMSE", "MAE", "Direction %"])
        #expect(test.dropFirst() == scores.rows(try #require(scores.test))[...])
        #expect(try rows(page, "Train scores").dropFirst() == scores.rows(try #require(scores.train))[...])
        #expect(
            try rows(page, "Days ahead") == [
                ["Day", "RNN", "LSTM", "GRU"],
                [
                    "16\u{A0}Jan\u{A0}2019", "201.00 (200.00…202.00)", "211.00 (210.00…212.00)",
                    "221.00 (220.00…222.00)",
                ],
                [
                    "17\u{A0}Jan\u{A0}2019", "202.00 (201.00…203.00)", "212.00 (211.00…213.00)",
                    "222.00 (221.00…223.00)",
                ],
                [
                    "18\u{A0}Jan\u{A0}2019", "203.00 (202.00…204.00)", "213.00 (212.00…214.00)",
                    "223.00 (222.00…224.00)",
                ],
            ])
        #expect(
            try rows(page, "Days") == [
                ["Days", "Number", "First", "Last"], ["Train", "5", "2019-01-04", "2019-01-08"],
                ["Test", "7", "2019-01-09", "2019-01-15"], ["Ahead", "3", "2019-01-16", "2019-01-18"],
            ])
        #expect(
            try rows(page, "LSTM: layers") == [
                ["Layer", "Output shape", "Parameters"], ["lstm.l0", "(N, 5, 8)", "1,160"],
                ["fc (Linear)", "(N, 1)", "41"], ["total", "input (N, 5, 4)", "1,201"],
            ])
        #expect(
            try rows(page, "Options that differ from the defaults") == [
                ["Option", "Value"], ["--seeds", "2"],
            ])
        #expect(try rows(page, "All options").count == 3)
        #expect(try rows(page, "Environment") == [["Item", "Value"], ["Processor", "A processor"]])
        #expect(
            page.all("pre").map { text($0) } == [
                "git checkout 0123 stock-forecast --csv 'my prices.csv'", "stock-forecast --resume latest",
                "stock-forecast --seeds 2",
            ])
    }

    @Test func `many days ahead are folded`() throws {
        var content = content
        content.record = sampleForecast(ahead: 11, seeds: 1)
        let page = try read(content)
        #expect(try rows(page, "Days ahead").count == 11 && rows(page, "All days ahead").count == 12)
        #expect(try rows(page, "Days ahead")[1][1] == "200.00")
        content.record = sampleForecast(ahead: 10)
        #expect(try !read(content).all("div").contains { $0.attributes["aria-label"] == "All days ahead" })
    }

    /// In each stage, the page of a run says what is missing.
    @Test func `every stage has a page`() throws {
        var content = ForecastPage.Content(name: "run", state: .running)
        content.networks = 1
        content.epochs = 1
        let first = text(try read(content))
        #expect(first.contains("0 of 1 network trained, 1 epoch"))
        #expect(first.contains("The first epoch is not complete yet."))
        #expect(first.contains("Nothing is forecast before the networks are trained."))
        #expect(first.contains("No forecast of test days yet."))
        content.losses = [(.rnn, [[1]])]
        #expect(text(try read(content)).contains("running 1 network trained, 1 epoch"))
        content.state = .failed
        content.losses = [(.rnn, [[], []])]
        let last = text(try read(content))
        #expect(last.contains("No epoch was completed.") && last.contains("Nothing was forecast."))
        #expect(try read(content).all("h2").map(\.text) == ["Actual and forecast", "Training"])
    }

    @Test(arguments: ForecastChartsTests.odd.indices)
    func `every record has a page`(place: Int) throws {
        let record = ForecastChartsTests.odd[place]
        var content = content
        content.record = record
        let page = try read(content)
        #expect((page.all("h2").first?.text == "Files that cannot be read") == (record.mismatch != nil))
        #expect(
            page.all("h2").map(\.text).contains("Scores") == (record.mismatch == nil && !record.dates.isEmpty)
        )
    }

    @Test func `sizes that do not match are reported`() {
        let sample = sampleForecast()
        #expect(sample.mismatch == nil)
        for (record, mismatch) in [
            (
                sample.changed { $0.trainCount = 13 },
                "trainCount: expected 0 to 12 as there are days, found 13"
            ),
            (
                sample.changed { $0.trainCount = -1 },
                "trainCount: expected 0 to 12 as there are days, found -1"
            ),
            (sample.changed { $0.actual = [] }, "actual: expected 12 values as there are days, found 0"),
            (
                sample.changed { $0.previous += [1] },
                "previous: expected 12 values as there are days, found 13"
            ),
            (sample.changed { $0.models[1].members = [] }, "lstm: expected at least one member, found none"),
            (
                sample.changed { $0.models[2].members[1].forecasts = [1] },
                "gru, seed 1, forecasts: expected 12 values as there are days, found 1"
            ),
            (
                sample.changed { $0.models[0].members[0].future = [] },
                "rnn, seed 0, future: expected 3 values as there are days, found 0"
            ),
        ] {
            #expect(record.mismatch == mismatch)
        }
    }

    @Test(arguments: hostileTexts)
    func `content of files is escaped`(hostile: String) throws {
        let harmless = try read(content)
        var content = content
        content.name = hostile
        content.reason = hostile
        content.started = hostile
        content.data = [hostile, hostile]
        content.record?.target = hostile
        content.rule = hostile
        content.models = [(.rnn, Layers(name: hostile)), (.lstm, Layers(name: hostile))]
        content.options = [(hostile, hostile, false), (hostile, hostile, true)]
        content.environment = [(hostile, hostile)]
        content.reproduce = [[hostile], [hostile]]
        content.resume = [hostile]
        content.commandLine = [hostile]
        content.problems = [hostile]
        let html = ForecastPage(content).document
        let page = try readXML(html)
        for name in ["script", "img", "style", "table", "svg"] {
            #expect(page.all(name).count == harmless.all(name).count, "\(name)")
        }
        #expect(page.all.allSatisfy { !$0.attributes.keys.contains { $0.hasPrefix("on") } })
        let shown = hostile.replacing(/[\u{0}\u{1}]/, with: "\u{FFFD}")
            .replacing("\u{202E}", with: "\\u{202E}")
        #expect(page.all("h1").map(\.text) == [shown])
        #expect(try rows(page, "Environment").contains([shown, shown]))
        #expect(page.all("li").map(\.text) == [shown])
        for name in ["<script", "<img", "<!--", "]]>"] {
            #expect(!html.dropFirst("<!DOCTYPE".count).contains(name), "\(name)")
        }
    }

    @Test func `nothing is loaded and the bytes are reproducible`() throws {
        let page = try read(content)
        for element in page.all {
            #expect(!["link", "iframe", "object", "embed", "base", "form", "script"].contains(element.name))
            #expect(
                ["src", "href", "xlink:href", "srcset", "style"].allSatisfy { element.attributes[$0] == nil })
        }
        let policy = page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
        #expect(policy?.attributes["content"]?.hasPrefix("default-src 'none';") == true)
        #expect(ForecastPage(content).document == ForecastPage(content).document)
    }
}
