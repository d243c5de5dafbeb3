import TestSupport
import Testing

@testable import Forecasting

@Suite struct ForecastChartsTests {
    @Test func `a forecast is the mean and the range of its seeds`() throws {
        let chart = ForecastCharts.forecastChart(sampleForecast())
        #expect(chart.series.map(\.name) == ["actual", "RNN", "LSTM", "GRU"])
        #expect(chart.series.map(\.line) == [.dashed, .solid, .solid, .solid])
        #expect(chart.series.map(\.color) == [6, 0, 1, 2])
        #expect(chart.title == "Forecasts, mean and range of 2 seeds")
        #expect(chart.y.label == "Close")
        #expect(chart.x.label == "days of trading from 2019-01-04 to 2019-01-18")
        #expect(chart.series[0].points.map(\.x) == (0..<12).map(Double.init))
        #expect(chart.series[0].points.map(\.y) == sampleForecast().actual)
        // The LSTM's two seeds are 10 and 12 above the actual values, on the days and after them.
        let lstm = chart.series[2]
        #expect(lstm.points.map(\.x) == (0..<15).map(Double.init))
        #expect(lstm.points.map(\.y) == sampleForecast().actual.map { $0 + 11 } + [211, 212, 213])
        #expect(lstm.band.map(\.low) == lstm.points.map { $0.y - 1 })
        #expect(lstm.band.map(\.high) == lstm.points.map { $0.y + 1 })
        #expect(lstm.band.map(\.x) == lstm.points.map(\.x))
        #expect(
            chart.rules == [.init(5, "test from 2019-01-09"), .init(12, "ahead from 2019-01-16")])
    }

    @Test func `a model has the same colour in all charts`() {
        let chart = ForecastCharts.forecastChart(sampleForecast(models: [.gru], seeds: 1))
        #expect(chart.series.map(\.color) == [6, 2])
        #expect(ForecastCharts.lossChart([(.gru, [[1]])]).series.map(\.color) == [2])
        #expect(chart.title == "Forecasts" && chart.series[1].band.isEmpty)
    }

    @Test(arguments: [(0, 0), (12, 0), (-1, 0), (13, 0), (0, 2), (12, 2)])
    func `rules are drawn only between days`(train: Int, ahead: Int) {
        let chart = ForecastCharts.forecastChart(sampleForecast(train: train, ahead: ahead))
        #expect(chart.rules.map(\.label) == (ahead > 0 ? ["ahead from 2019-01-16"] : []))
        #expect(
            chart.svgFile == ForecastCharts.forecastChart(sampleForecast(train: train, ahead: ahead)).svgFile)
    }

    @Test func `dashed lines and bands are drawn`() throws {
        let svg = try readXML(ForecastCharts.forecastChart(sampleForecast()).svgFile)
        let texts = svg.all("text").map(\.text)
        for text in [
            "actual", "RNN", "LSTM", "GRU", "test from 2019-01-09", "ahead from 2019-01-16", "4 Jan",
        ] {
            #expect(texts.contains(text), "\(text) in \(texts)")
        }
        // Each occurs in the legend and in the plot.
        #expect(svg.all(class: "rn-dashed").count == 2)
        #expect(svg.all(class: "rn-band").count == 6)
        #expect(svg.all(class: "rn-rule").count == 2)
    }

    /// Records that a file may contain: empty, with one day, without numbers, with lists that are too short or too
    /// long.
    static let odd: [ForecastRecord] = [
        sampleForecast(days: 0, train: 0, ahead: 0, models: []), sampleForecast(days: 0, train: 0, ahead: 2),
        sampleForecast(days: 1, train: 0, ahead: 0), sampleForecast(days: 1, train: 1, ahead: 1, seeds: 1),
        sampleForecast(seeds: 0),
        sampleForecast().changed { $0.models[0].members[1].forecasts[3] = .nan },
        sampleForecast().changed { $0.models[0].members[1].forecasts = [] },
        sampleForecast().changed { $0.models[2].members[0].forecasts += [1, 2, 3, 4, 5] },
        sampleForecast().changed { $0.models[1].members[0].future = [.infinity] },
        sampleForecast().changed { $0.models[1].members[0].future += [1, 2] },
        sampleForecast().changed { $0.actual = Array(repeating: .nan, count: 12) },
        sampleForecast().changed { $0.actual = [] }, sampleForecast().changed { $0.dates = [] },
        sampleForecast().changed {
            $0.actual[0] = -1e308; $0.actual[1] = 1e308
        },
        sampleForecast().changed { $0.trainCount = .min }, sampleForecast().changed { $0.trainCount = .max },
    ]

    @Test(arguments: odd.indices)
    func `every record has a chart`(place: Int) throws {
        let svg = try readXML(ForecastCharts.forecastChart(Self.odd[place]).svgFile)
        #expect(svg.name == "svg" && svg.all.allSatisfy { $0.attributes["d"]?.contains("nan") != true })
    }

    @Test func `a seed with a missing number interrupts the line`() {
        let chart = ForecastCharts.forecastChart(Self.odd[5])
        #expect(chart.series[1].points.map(\.y.isNaN) == (0..<15).map { $0 == 3 })
        #expect(chart.series[1].band.map(\.low.isNaN) == (0..<15).map { $0 == 3 })
        // Days ahead keep their positions after missing forecasts.
        let short = ForecastCharts.forecastChart(Self.odd[6])
        #expect(short.series[1].points.suffix(3).map(\.y) == [201, 202, 203])
        let long = ForecastCharts.forecastChart(Self.odd[7])
        #expect(long.series[3].points.suffix(3).map(\.y) == [221, 222, 223])
        #expect(long.series[3].points.count == 15)
    }

    @Test func `many days do not make a long file`() throws {
        let record = sampleForecast(days: 5000, train: 4000, ahead: 0, seeds: 3)
        let svg = ForecastCharts.forecastChart(record).svgFile
        #expect(svg.utf8.count < 400_000)
        #expect(try readXML(svg).all("text").map(\.text).contains("2024"))
    }

    @Test func `the name of the target is escaped`() throws {
        for hostile in hostileTexts {
            let svg = try readXML(
                ForecastCharts.forecastChart(sampleForecast().changed { $0.target = hostile }).svgFile)
            #expect(svg.all("script").isEmpty && svg.all("img").isEmpty)
            #expect(svg.all.allSatisfy { !$0.attributes.keys.contains { $0.hasPrefix("on") } })
        }
    }
}

@Suite struct ForecastLossTests {
    @Test func `seeds count up to their last epoch`() {
        let chart = ForecastCharts.lossChart([(.rnn, [[4, 3], [2, 1, 5]]), (.lstm, [[1, 2]])])
        #expect(chart.title == "Training loss, mean and range of 2 seeds")
        #expect(chart.series.map(\.name) == ["RNN", "LSTM"])
        #expect(
            chart.series[0].points.map(\.x) == [0, 1, 2] && chart.series[0].points.map(\.y) == [3, 2, 5])
        #expect(
            chart.series[0].band.map(\.low) == [2, 1, 5] && chart.series[0].band.map(\.high) == [4, 3, 5])
        #expect(chart.series[1].band.isEmpty)
        #expect(chart.y.label == "mean squared error of scaled values" && chart.x.label == "epoch")
    }

    @Test(arguments: [
        ([10.0, 1.0], false), ([10.1, 1.0], true), ([10.1, 0, -1, 1.02], false), ([.nan, .infinity], false),
        ([], false),
    ])
    func `a steep loss has a logarithmic axis`(losses: [Double], isSteep: Bool) {
        #expect(ForecastCharts.lossChart([(.gru, [losses])]).y.scale == (isSteep ? .logarithmic : .linear))
    }

    @Test func `a single line is named in the title`() {
        #expect(ForecastCharts.lossChart([(.lstm, [[2, 1]])]).title == "Training loss of the LSTM")
        #expect(
            ForecastCharts.lossChart([(.lstm, [[2, 1], [2, 1]])]).title
                == "Training loss, mean and range of 2 seeds")
    }

    @Test func `every list of losses has a chart`() throws {
        let all: [[(model: ForecastModel, losses: [[Double]])]] = [
            [], [(.rnn, [])], [(.rnn, [[]]), (.lstm, [[], [1]])], [(.rnn, [[.nan], [1, .nan]])],
            [(.gru, [[0.5]])],
            [(.gru, [[1e308, 1e308], [1e308, 1e-308]])],
        ]
        for curves in all {
            let file = ForecastCharts.lossChart(curves).svgFile
            #expect(try readXML(file).name == "svg")
            #expect(ForecastCharts.lossChart(curves).svgFile == file)
        }
        let single = try readXML(ForecastCharts.lossChart([(.gru, [[0.5]])]).svgFile)
        #expect(single.all(class: "rn-quiet").map(\.text).contains("0"))
        #expect(!single.all("text").contains { $0.text == "1" })
    }
}
